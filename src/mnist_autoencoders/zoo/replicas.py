"""`replicas:` of params.yaml: which models are trained again with other seeds."""

from typing import Any

from pydantic import Field, field_validator

from mnist_autoencoders.stagecraft.schema import Name, Section, Seed, refuse


class Replicas(Section):
    """Models, each trained again with every one of the seeds."""

    models: list[Name]
    seeds: list[Seed] = Field(default=[])

    @field_validator("models", "seeds")
    @classmethod
    def _check_once(cls, values: list[Any]) -> list[Any]:
        twice = {value for value in values if values.count(value) > 1}
        refuse(((), f"{value} is there twice") for value in twice)
        return values

    def pairs(self) -> list[tuple[str, int]]:
        """Each model with each seed."""
        return [(model, seed) for model in self.models for seed in self.seeds]


class ReplicaParameters(Section):
    """Two groups: what trains in seconds can be repeated more often than what takes minutes.

    A replica differs in its weights and in the order of its images alone: data, noise, classifier
    and all draws of the evaluation have the common seed.
    """

    dense: Replicas
    convolutional: Replicas

    def pairs(self) -> list[tuple[str, int]]:
        """Model and seed of every replica."""
        return [*self.dense.pairs(), *self.convolutional.pairs()]
