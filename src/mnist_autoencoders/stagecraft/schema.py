"""What every section of params.yaml has in common."""

import difflib
import importlib
import pkgutil
import re
import reprlib
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from mnist_autoencoders.stagecraft.terminal import shown

LONGEST_NAME = 40
"""Characters; names stand in figures and become parts of file names."""

TAKEN_WORDS = {
    *("y", "n", "yes", "no", "on", "off", "true", "false", "null"),
    *("nan", "inf", "infinity"),
}
"""What YAML reads as something else than a word, and what pandas does in a table."""

MOST_LISTED = 20
"""Names that an error lists as those that are known."""

LONGEST_WORD = 60
"""Characters of a word that a similar one is sought for."""


def _check_name(name: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]*", name, re.ASCII) or len(name) > LONGEST_NAME:
        raise _refusal(
            "a name may only hold a-z, 0-9 and _, begins with a letter, and has "
            f"{LONGEST_NAME} characters at most (it is {shown(repr(name), LONGEST_WORD)})"
        )
    if name in TAKEN_WORDS:
        raise _refusal(f"'{name}' is a number or a yes or no for those who read it; rename it")
    return name


Name = Annotated[str, AfterValidator(_check_name)]
"""A name that becomes a folder, a stage, a shell word, a cell of a table and part of a page."""

Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""A number of images, or of what is made of them: more than any set of this kind has."""

Epochs = Annotated[int, Field(ge=1, le=10_000)]

LearningRate = Annotated[float, Field(gt=0, le=1e6)]

Weight = Annotated[float, Field(ge=0, le=1e6)]
"""Of a part of a loss, or of a penalty; float32 can hold what is made of it."""

Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""Seed of everything random: noise, weights, order of the images."""

S = TypeVar("S", bound="Section")

REFUSAL = "refusal"
"""Type of the errors that say themselves what is wrong."""


class Section(BaseModel):
    """A part of params.yaml: typed, unknown keys refused, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _hint_at_known_keys(cls, value: Any, validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            details = [_repeated(detail, list(cls.model_fields)) for detail in error.errors()]
            raise ValidationError.from_exception_data(cls.__name__, details) from None


def refuse(problems: Iterable[tuple[tuple[str, ...], str]]) -> None:
    """Raise one error for all problems, each a key, relative to the section, and what is wrong."""
    details = [
        InitErrorDetails(type=_refusal(message), loc=key, input=None) for key, message in problems
    ]
    if details:
        raise ValidationError.from_exception_data("refused", details)


def hint(word: str, known: Iterable[str]) -> str:
    """The end of an error message where `word` looks like one that is known."""
    if len(word) > LONGEST_WORD:
        return ""
    words = [other for other in known if len(other) <= LONGEST_WORD]
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean '{shown(close[0], LONGEST_WORD)}'?" if close else ""


def listed(names: Iterable[str]) -> str:
    """Names with commas between, the first ones where there are many."""
    names = list(names)
    more = ["..."] if len(names) > MOST_LISTED else []
    return ", ".join([*names[:MOST_LISTED], *more])


def once(values: list[Any]) -> list[Any]:
    """The values; refused if one is there twice."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            refuse([((), f"{value} is there twice")])
        seen.add(value)
    return values


Once = AfterValidator(once)
"""Of a list in which no value is there twice."""


def kinds(package: str) -> list[str]:
    """The kinds there are: the modules of a package, each with the class of its name."""
    folder = importlib.import_module(package).__path__
    return [module.name for module in pkgutil.iter_modules(folder)]


def kind_class(package: str, kind: str) -> Any:
    """The class of a kind: `SaltAndPepper` in the module `salt_and_pepper`, imported only now.

    So a stage imports, and depends on, no other kind than it uses.
    """
    module = importlib.import_module(f"{package}.{kind}")
    return getattr(module, "".join(part.title() for part in kind.split("_")))


def of_kind(package: str) -> WrapValidator:
    """Validates an entry as the class that its key `kind` names."""

    def validate(value: Any, handler: Callable[[Any], Any]) -> Any:
        if not isinstance(value, dict):
            return handler(value)
        if "kind" not in value:
            refuse([(("kind",), "is required")])
        known, kind = kinds(package), value["kind"]
        if kind not in known:
            word = shown(kind if isinstance(kind, str) else reprlib.repr(kind), LONGEST_WORD)
            close = hint(word, known)
            refuse([(("kind",), f"there is no kind '{word}'{close}; known: {listed(known)}")])
        return kind_class(package, kind).model_validate(value)

    return WrapValidator(validate)


def _refusal(message: str) -> PydanticCustomError:
    return PydanticCustomError(REFUSAL, "{message}", {"message": message})


def _repeated(detail: ErrorDetails, known: list[str]) -> InitErrorDetails:
    """The same error; an unknown key of this very section gets a hint."""
    kind: Any = detail["type"]
    if kind == "extra_forbidden" and len(detail["loc"]) == 1:
        kind = _refusal(f"unknown key{hint(str(detail['loc'][0]), known)}")
    elif kind == REFUSAL:
        kind = _refusal(detail["msg"])
    return InitErrorDetails(
        type=kind, loc=detail["loc"], input=detail["input"], ctx=detail.get("ctx", {})
    )
