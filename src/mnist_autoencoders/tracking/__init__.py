"""MLflow: where runs land, and what a run holds."""
