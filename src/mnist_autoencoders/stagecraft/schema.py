"""What every section of params.yaml has in common."""

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
"""A name that becomes a folder, a stage and a shell word."""

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
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


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
        known, kind = kinds(package), str(value["kind"])
        if kind not in known:
            close = hint(kind, known)
            refuse([(("kind",), f"there is no kind '{kind}'{close}; known: {', '.join(known)}")])
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
