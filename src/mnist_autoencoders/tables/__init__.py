"""The tables over all models, collected from what the stages left of each."""
