"""`replicas:` of params.yaml: which models are trained again with other seeds."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Name, Once, Section, Seed


class Replicas(Section):
    """Models, each trained again with every one of the seeds."""

    models: Annotated[list[Name], Field(max_length=1000), Once]
    seeds: Annotated[list[Seed], Field(max_length=100), Once] = Field(default=[])

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
