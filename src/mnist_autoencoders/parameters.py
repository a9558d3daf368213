"""params.yaml as a whole: read, validated, and refused with errors that name the key."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mnist_autoencoders.baselines.codecs.parameters import CodecParameters
from mnist_autoencoders.baselines.embedding.parameters import EmbeddingParameters
from mnist_autoencoders.classifier.parameters import ClassifierParameters
from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.evaluation.parameters import EvaluationParameters
from mnist_autoencoders.layout import CLEAN, PARAMETERS
from mnist_autoencoders.models.parameters import ModelParameters, Strided
from mnist_autoencoders.models.runtime_parameters import RuntimeParameters
from mnist_autoencoders.noise.parameters import NoiseParameters
from mnist_autoencoders.noise.sweep_parameters import SweepParameters
from mnist_autoencoders.schema import Name, Section
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.terminal import UserError
from mnist_autoencoders.tracking.parameters import TrackingParameters

T = TypeVar("T")


class Parameters(Section):
    """All of params.yaml."""

    seed: Annotated[int, Field(ge=0, lt=2**32)]
    """Seed of everything random: noise, weights, order of the images."""

    data: DataParameters
    noises: dict[Name, NoiseParameters] = Field(default={})
    models: Annotated[dict[Name, ModelParameters], Field(min_length=1)]
    sweep: SweepParameters
    evaluation: EvaluationParameters = EvaluationParameters()
    classifier: ClassifierParameters = ClassifierParameters()
    codecs: CodecParameters = CodecParameters()
    embedding: EmbeddingParameters = EmbeddingParameters()
    runtime: RuntimeParameters = RuntimeParameters()
    tracking: TrackingParameters = TrackingParameters()

    @model_validator(mode="after")
    def _check_entries(self) -> "Parameters":
        if CLEAN.name in self.noises:
            raise _refusal("noises.clean: `clean` names the images themselves")
        known = [CLEAN.name, *self.noises]
        for name, model in self.models.items():
            if model.input not in known:
                hint = _hint(model.input, known) or f"; known: {', '.join(known)}"
                raise _refusal(f"models.{name}.input: there is no noise '{model.input}'{hint}")
            for key, problem in _contradictions(model):
                raise _refusal(f"models.{name}.{key}: {problem}")
        return self

    def model(self, name: str) -> ModelParameters:
        """The entry of a model; `UserError` if there is none of that name."""
        return _entry(self.models, name, "models")

    def noise(self, name: str) -> NoiseParameters:
        """The entry of a noise; `UserError` if there is none of that name."""
        return _entry(self.noises, name, "noises")


def load_parameters(path: Path = PARAMETERS) -> Parameters:
    """Read and validate all of params.yaml; a `UserError` lists every wrong key."""
    try:
        # YAML 1.2, as DVC writes it: 1e-05 is a number
        raw = YAML(typ="safe", pure=True).load(path)
    except OSError as error:
        raise UserError(
            f"{path}: {error.strerror}. Run this from the root of the repository"
        ) from error
    except YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {error}") from error
    try:
        return Parameters.model_validate(raw)
    except ValidationError as error:
        lines = [_describe(detail, raw) for detail in error.errors()]
        raise UserError(f"{path} is refused:\n  " + "\n  ".join(lines)) from error


def _refusal(message: str) -> PydanticCustomError:
    """An error that names its key itself."""
    return PydanticCustomError("refusal", "{message}", {"message": message})


def _entry(entries: dict[str, T], name: str, section: str) -> T:
    if name not in entries:
        raise UserError(
            f"{section}.{name}: there is no such entry in params.yaml{_hint(name, list(entries))}"
        )
    return entries[name]


def _hint(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _describe(detail: ErrorDetails, raw: Any) -> str:
    """One line of an error: the key as one writes it, what is wrong, and what stood there."""
    location = detail["loc"]
    match detail["type"]:
        case "refusal":
            return detail["msg"]
        case "extra_forbidden":
            hint = _hint(str(location[-1]), _known_keys(location))
            return f"{_key(location, raw)}: unknown key{hint}"
        case "missing":
            return f"{_key(location, raw)}: is required"
        case "string_pattern_mismatch" if location[-1] == "[key]":
            return f"{_key(location[:-1], raw)}: a name may only hold a-z, 0-9 and _"
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            return f"{_key(location, raw)}: {message} (it is {detail['input']!r})"


def _key(location: tuple[int | str, ...], raw: Any) -> str:
    """`models.cnn.filters[1]`; the kind that pydantic puts into a location is left out."""
    key = ""
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(part, int):
            key += f"[{part}]"
        elif last or (isinstance(raw, dict) and part in raw):
            key += f".{part}"
        else:
            continue
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            raw = None
    return key.lstrip(".") or "the file"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand where `location` names an unknown one."""
    sections: list[type[Section]] = [Parameters]
    for part in location[:-1]:
        fields = {key: field for each in sections for key, field in each.model_fields.items()}
        if part in fields:
            sections = _sections(fields[str(part)].annotation)
        else:
            # the name of an entry leaves all kinds possible, the kind itself one
            kinds = [each for each in sections if part in get_args(_kind(each))]
            sections = kinds or sections
    return [key for section in sections for key in section.model_fields]


def _kind(section: type[Section]) -> Any:
    return section.model_fields["kind"].annotation if "kind" in section.model_fields else None


def _sections(annotation: Any) -> list[type[Section]]:
    """The section classes that an annotation such as `dict[Name, A | B]` is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for part in get_args(annotation) for section in _sections(part)]


def _contradictions(model: ModelParameters) -> Iterator[tuple[str, str]]:
    """Keys of an entry that do not go with its others, each with what is wrong."""
    if model.loss == "binary_crossentropy" and model.output_activation != "sigmoid":
        yield "loss", "binary_crossentropy needs output_activation: sigmoid"
    if model.early_stopping and not model.validation_share:
        yield (
            "early_stopping",
            "needs validation_share above 0: stopping on the test images would choose by them",
        )
    if model.fresh_noise and model.input == CLEAN.name:
        yield "fresh_noise", "needs a noise as input"
    if model.variational and model.code_activation != "linear":
        yield "code_activation", "a variational code needs code_activation: linear"
    if model.variational and model.code_l1:
        yield "code_l1", "a variational code takes no sparsity penalty"
    if isinstance(model, Strided):
        sides = model.sides(SIDE)
        if min(sides) < 1:
            yield "encoder", f"shrinks the image to nothing: {_arrows(sides)} pixels wide"
        if sides[-1] != SIDE or model.decoder[-1].filters != 1:
            yield (
                "decoder",
                f"has to end with 1 filter and {SIDE} pixels, not {model.decoder[-1].filters} and "
                f"{sides[-1]} (feature maps: {_arrows(sides)} pixels wide)",
            )


def _arrows(sides: list[int]) -> str:
    return " -> ".join(map(str, sides))
