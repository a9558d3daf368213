"""params.yaml as a whole: what `validate` checks; a stage reads its own part of it alone."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.baselines.codecs.parameters import CodecParameters
from mnist_autoencoders.baselines.filters.parameters import FilterParameters
from mnist_autoencoders.baselines.learnt.parameters import LearntParameters
from mnist_autoencoders.baselines.pca.parameters import PcaParameters
from mnist_autoencoders.baselines.pca_decoder.parameters import PcaDecoderParameters
from mnist_autoencoders.claims.parameters import ClaimParameters
from mnist_autoencoders.classifier.parameters import ClassifierParameters
from mnist_autoencoders.embedding.parameters import EmbeddingParameters
from mnist_autoencoders.evaluation.parameters import EvaluationParameters
from mnist_autoencoders.models.model import CLEAN, AnyModel
from mnist_autoencoders.models.replicas import ReplicaParameters
from mnist_autoencoders.noise.noise import AnyNoise
from mnist_autoencoders.noise_ladder.parameters import LadderParameters
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import Name, Section, Seed, hint, refuse
from mnist_autoencoders.tracking.parameters import TrackingParameters


class Parameters(Section):
    """All of params.yaml."""

    seed: Seed
    data: DataParameters
    noises: dict[Name, AnyNoise] = Field(default={})
    models: Annotated[dict[Name, AnyModel], Field(min_length=1)]
    replicas: ReplicaParameters
    noise_ladder: LadderParameters
    evaluation: EvaluationParameters
    filters: FilterParameters
    learnt_denoisers: LearntParameters
    pca: PcaParameters
    pca_decoder: PcaDecoderParameters
    codecs: CodecParameters
    classifier: ClassifierParameters
    embedding: EmbeddingParameters
    claims: ClaimParameters
    runtime: RuntimeParameters
    tracking: TrackingParameters

    @model_validator(mode="after")
    def _check_names(self) -> "Parameters":
        problems: list[tuple[tuple[str, ...], str]] = []
        if CLEAN in self.noises:
            problems.append((("noises", CLEAN), f"`{CLEAN}` names the images themselves"))
        known = [CLEAN, *self.noises]
        for name, model in self.models.items():
            if model.input not in known:
                close = hint(model.input, known) or f"; known: {', '.join(known)}"
                problem = f"there is no noise '{model.input}'{close}"
                problems.append((("models", name, "input"), problem))
        for group in ("dense", "convolutional"):
            replicas = getattr(self.replicas, group)
            for unknown in set(replicas.models) - {*self.models}:
                problem = f"there is no model '{unknown}'{hint(unknown, self.models)}"
                problems.append((("replicas", group, "models"), problem))
            if self.seed in replicas.seeds:
                problem = f"{self.seed} is the seed of the models themselves"
                problems.append((("replicas", group, "seeds"), problem))
        if self.embedding.model not in self.models:
            close = hint(self.embedding.model, self.models)
            problem = f"there is no model '{self.embedding.model}'{close}"
            problems.append((("embedding", "model"), problem))
        refuse(problems)
        return self


def load_parameters(path: Path = PARAMETERS) -> Parameters:
    """Read and validate all of params.yaml; a `UserError` lists every wrong key."""
    parameters: Parameters = read("", Parameters, path)
    return parameters
