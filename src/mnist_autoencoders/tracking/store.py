"""The MLflow store: found, opened once, shared by all experiments of the repository."""

import os

from filelock import FileLock

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow

from mnist_autoencoders.stagecraft.layout import repository
from mnist_autoencoders.tracking.parameters import TrackingParameters


def store_uri(parameters: TrackingParameters) -> str:
    """The parameter, else `MLFLOW_TRACKING_URI`, else an SQLite file in the repository."""
    embedded = f"sqlite:///{repository() / 'mlflow.db'}"
    return parameters.uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded


def open_store(parameters: TrackingParameters) -> str:
    """Point MLflow at the store and make the experiment exist; return its id.

    Under a lock, because two processes that open a new SQLite store at once break it. The
    artifacts' place is set explicitly: it would be the working folder of whoever comes first.
    """
    uri = store_uri(parameters)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    lock = repository() / ".dvc" / "tmp" / "mlflow.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        experiment = mlflow.get_experiment_by_name(parameters.experiment)
        if experiment is None:
            served = uri.startswith(("http://", "https://", "databricks"))
            place = None if served else (repository() / "mlartifacts").as_uri()
            mlflow.create_experiment(parameters.experiment, artifact_location=place)
    return str(mlflow.set_experiment(parameters.experiment).experiment_id)
