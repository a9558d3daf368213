"""Every key that params.yaml may have, from the classes that check it."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from mnist_autoencoders.handbook.schema_words import bounds_of, in_yaml, type_of
from mnist_autoencoders.handbook.undocumented import MEANINGS
from mnist_autoencoders.models import model
from mnist_autoencoders.noise import noise
from mnist_autoencoders.parameters import Parameters
from mnist_autoencoders.stagecraft.schema import Section, kind_class, kinds

NAME = "NAME"
"""Stands for the name of an entry."""

PACKAGES = {model.ModelParameters: model.KINDS, noise.Noise: noise.KINDS}
"""Where the kinds are of what has kinds."""


@dataclass(frozen=True)
class Parameter:
    """A key, in words."""

    owner: str
    """The class that checks it."""

    key: str
    """With dots, as after `-S`; `models.NAME.epochs` where the entry has any name."""

    type: str
    bounds: str
    """Empty where there are none."""

    default: str
    """As YAML writes it; `required` where there is none."""

    meaning: str


@dataclass(frozen=True)
class Part:
    """Keys that are checked together."""

    key: str
    """Of the section that they are in; empty for the file."""

    kind: str
    """The kind of entry that has them; empty for all."""

    text: str
    parameters: list[Parameter]


def parts() -> list[Part]:
    """All sections of params.yaml in its order; what two share is there once."""
    return [*_parts(Parameters, "", set())]


def _parts(section: type[Section], key: str, seen: set[type[Section]]) -> Iterator[Part]:
    yield Part(key, "", _text(section), [*_parameters(section, key)])
    yield from _below(section, key, seen)
    if section in PACKAGES:
        for kind in kinds(PACKAGES[section]):
            own: type[Section] = kind_class(PACKAGES[section], kind)
            shared = section.model_fields.keys()
            new = [each for each in _parameters(own, key) if each.key.split(".")[-1] not in shared]
            yield Part(key, kind, _text(own), new)
            yield from _below(own, key, seen)


def _below(section: type[Section], key: str, seen: set[type[Section]]) -> Iterator[Part]:
    for name, field in section.model_fields.items():
        for suffix, inner in _sections_in(field.annotation):
            if inner not in seen:
                seen.add(inner)
                yield from _parts(inner, _join(key, name) + suffix, seen)


def _sections_in(annotation: Any) -> Iterator[tuple[str, type[Section]]]:
    """The sections that a value may hold, each with what is between its keys and the value's."""
    if inspect.isclass(annotation) and issubclass(annotation, Section):
        yield "", annotation
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        arguments = arguments[:1]
    suffix = {dict: f".{NAME}", list: "[]"}.get(get_origin(annotation), "")
    for argument in arguments:
        for below, section in _sections_in(argument):
            yield suffix + below, section


def _parameters(section: type[Section], key: str) -> Iterator[Parameter]:
    schema = section.model_json_schema()
    for name, field in section.model_fields.items():
        owner, meaning = _meaning(section, name)
        found = schema["properties"][name]
        default = "required" if field.is_required() else in_yaml(found["default"])
        yield Parameter(owner, _join(key, name), type_of(found), bounds_of(found), default, meaning)


def _meaning(section: type[Section], name: str) -> tuple[str, str]:
    """The class that a key is declared in, and what is said there of it."""
    owner = next(base for base in section.__mro__ if name in vars(base).get("__annotations__", {}))
    said = _docstrings(owner).get(name)
    of_section = [_text(inner) for _, inner in _sections_in(section.model_fields[name].annotation)]
    words = said or MEANINGS.get(f"{owner.__name__}.{name}") or " ".join(of_section)
    return owner.__name__, words


def _docstrings(section: type) -> dict[str, str]:
    """The text below each field of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(section))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:]):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def _text(section: type) -> str:
    return " ".join((section.__doc__ or "").split())


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
