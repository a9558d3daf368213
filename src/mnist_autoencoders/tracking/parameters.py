"""`tracking:` of params.yaml."""

from typing import Annotated

from pydantic import Field, model_validator

from mnist_autoencoders.stagecraft.schema import Section, refuse

OFF = "none"
"""The `uri` that switches tracking off."""


class TrackingParameters(Section):
    """Where MLflow runs land. No stage depends on it: it changes no result."""

    uri: Annotated[str, Field(min_length=1)] | None = None
    """An MLflow store; null for `MLFLOW_TRACKING_URI`, else an SQLite file in the repository."""

    experiment: Annotated[str, Field(min_length=1)] = "mnist-autoencoders"
    """Name of the MLflow experiment."""

    required: bool = False
    """Whether stages that track fail at once where the store does not answer."""

    @model_validator(mode="after")
    def _check_required(self) -> "TrackingParameters":
        if self.required and self.uri == OFF:
            refuse([(("required",), f"true does not go with tracking.uri: {OFF}")])
        return self
