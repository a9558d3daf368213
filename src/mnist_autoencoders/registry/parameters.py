"""`registry:` of params.yaml: which model is registered as the best of a task."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mnist_autoencoders.stagecraft.schema import Count, Section, refuse

GENERATED = "generation.standard_normal."
"""Begins the figures of images that are decoded from N(0, I), as the registered model draws."""

Metric = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=200)]


class Choice(Section):
    """What makes a model the best of a task."""

    metric: Metric
    """A column of reports/tables/scores.csv; or `denoising.psnr`, the mean over all noises of the
    ladder, and `denoising.<kind>.psnr`, that over the strengths of one kind (mse and ssim alike).
    Of several seeds the mean counts."""

    best: Literal["highest", "lowest"]
    """Which value of the metric wins."""

    most_code: Count | None = None
    """Only models whose code has at most so many values, else any."""


class RegistryParameters(Section):
    """Tasks, each with its choice; of a task without one nothing is registered.

    Denoisers are those that were trained on noisy images; the other three tasks are for models of
    clean ones.
    """

    denoising: Choice | None = None
    codes: Choice | None = None
    reconstruction: Choice | None = None
    generation: Choice | None = None

    @model_validator(mode="after")
    def _check_generation(self) -> "RegistryParameters":
        if self.generation and not self.generation.metric.startswith(GENERATED):
            why = f"has to be one of {GENERATED}*: the registered model draws codes from N(0, I)"
            refuse([(("generation", "metric"), why)])
        return self

    def choices(self) -> Iterator[tuple[str, Choice]]:
        """The tasks that have a choice, and that."""
        for task in type(self).model_fields:
            choice: Choice | None = getattr(self, task)
            if choice:
                yield task, choice
