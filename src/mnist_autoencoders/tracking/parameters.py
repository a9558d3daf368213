"""`tracking:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section


class TrackingParameters(Section):
    """Where MLflow runs land. No stage depends on it: it changes no result."""

    uri: Annotated[str, Field(min_length=1)] | None = None
    """An MLflow store; null for `MLFLOW_TRACKING_URI`, else an SQLite file in the repository."""

    experiment: Annotated[str, Field(min_length=1)] = "mnist-autoencoders"
    """Name of the MLflow experiment."""
