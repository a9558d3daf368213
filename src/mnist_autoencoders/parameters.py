"""params.yaml as a whole: what `validate` checks; a stage reads its own part of it alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
from mnist_autoencoders.laboratory.parameters import LaboratoryParameters
from mnist_autoencoders.models.model import CLEAN, AnyModel
from mnist_autoencoders.noise.noise import AnyNoise
from mnist_autoencoders.noise_ladder.parameters import LadderParameters
from mnist_autoencoders.registry.parameters import RegistryParameters
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import Name, Section, Seed, hint, listed, refuse
from mnist_autoencoders.studies.parameters import COMMANDS, Study
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.zoo.library import Library
from mnist_autoencoders.zoo.replicas import ReplicaParameters

Problem = tuple[tuple[str, ...], str]
"""A key and what is wrong with it."""

WRITTEN = ("embedding", "evaluation", "runtime")
"""Sections whose keys dvc.yaml names one by one: DVC fails, after work, where one is missing."""

UNNAMED = (("runtime", "resume"),)
"""But for these, which shape no output; files of before do not have them."""


class Parameters(Section):
    """All of params.yaml."""

    seed: Seed
    data: DataParameters
    noises: dict[Name, AnyNoise]
    models: dict[Name, AnyModel]
    library: Library = Library()
    replicas: ReplicaParameters
    studies: dict[Name, Study] = Field(default={})
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
    registry: RegistryParameters
    laboratory: LaboratoryParameters
    runtime: RuntimeParameters
    tracking: TrackingParameters

    @model_validator(mode="before")
    @classmethod
    def _ask_for_entries(cls, value: Any) -> Any:
        """What is empty or not there at all, in words that say what to write."""
        if isinstance(value, dict):
            if value.get("noises") is None:
                refuse([(("noises",), "is missing or empty; for no noise write `noises: {}`")])
            if value.get("models") in (None, {}):
                refuse([(("models",), "is missing or empty; write an entry for each model")])
        return value

    @model_validator(mode="after")
    def _check_names(self) -> "Parameters":
        refuse(
            [
                *self._wrong_inputs(),
                *self._other_twins(),
                *self._unknown_models(),
                *self._wrong_studies(),
                *self._unwritten(),
            ]
        )
        return self

    def _wrong_inputs(self) -> Iterator[Problem]:
        """Of all models; those of the library may see its noises too."""
        library, known = self.library, {CLEAN: None, **self.noises}
        sections: list[tuple[tuple[str, ...], Mapping[str, Any], Mapping[str, Any], list[str]]] = [
            ((), self.noises, self.models, [*known]),
            (("library",), library.noises, library.models, [*(known | library.noises)]),
        ]
        for above, noises, models, inputs in sections:
            if CLEAN in noises:
                yield (*above, "noises", CLEAN), f"`{CLEAN}` names the images themselves"
            for name, model in models.items():
                if model.input not in inputs:
                    close = hint(model.input, inputs) or f"; known: {listed(inputs)}"
                    problem = f"there is no noise '{model.input}'{close}"
                    yield (*above, "models", name, "input"), problem

    def _other_twins(self) -> Iterator[Problem]:
        """Entries of the library that would replace another one if they were asked for."""
        pairs: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
            ("noises", self.library.noises, self.noises),
            ("models", self.library.models, self.models),
        ]
        for section, shelf, running in pairs:
            for name, entry in shelf.items():
                if name in running and running[name] != entry:
                    problem = f"differs from the entry of this name in `{section}:`; rename one"
                    yield ("library", section, name), problem

    def _unknown_models(self) -> Iterator[Problem]:
        """Of `replicas` and `embedding`, and seeds that replicate nothing."""
        for group in ("dense", "convolutional"):
            replicas = getattr(self.replicas, group)
            for unknown in [name for name in replicas.models if name not in self.models]:
                problem = f"there is no model '{unknown}'{hint(unknown, self.models)}"
                yield ("replicas", group, "models"), problem
            if self.seed in replicas.seeds:
                problem = f"{self.seed} is the seed of the models themselves"
                yield ("replicas", group, "seeds"), problem
        if self.embedding.model not in self.models:
            close = hint(self.embedding.model, self.models)
            yield ("embedding", "model"), f"there is no model '{self.embedding.model}'{close}"

    def _wrong_studies(self) -> Iterator[Problem]:
        for name in self.studies:
            if name in COMMANDS:
                yield ("studies", name), f"`python -m stages.study {name}` is something else"

    def _unwritten(self) -> Iterator[Problem]:
        """What has a default in the code, and yet has to stand in the file."""
        for section in WRITTEN:
            part: Section = getattr(self, section)
            for key in type(part).model_fields:
                if key not in part.model_fields_set and (section, key) not in UNNAMED:
                    yield (section, key), "is required"


def load_parameters(path: Path = PARAMETERS) -> Parameters:
    """Read and validate all of params.yaml; a `UserError` lists every wrong key."""
    parameters: Parameters = read("", Parameters, path)
    return parameters
