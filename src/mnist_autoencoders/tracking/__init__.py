"""What is recorded of a training beside its hashed outputs: the MLflow run, and the timing."""
