"""Training a model, and the record of it."""
