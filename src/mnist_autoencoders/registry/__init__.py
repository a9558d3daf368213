"""The best model of each task, as it is registered in MLflow's Model Registry."""
