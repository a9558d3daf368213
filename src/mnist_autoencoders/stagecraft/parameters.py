"""Reading params.yaml, a part at a time, with errors that name the key."""

import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.schema import REFUSAL, hint
from mnist_autoencoders.stagecraft.terminal import UserError, without_secrets

KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*|")
"""What may be a key. A part of it may come from the command line, and become a path."""

READ = "mnist_autoencoders.parameters.read"
"""Audit event of a part being read, with its key: what a stage has to name in its `params`."""


REQUIRED = object()
"""As a default: there has to be a value."""


def read(key: str, annotation: Any, path: Path = PARAMETERS, default: Any = REQUIRED) -> Any:
    """The value at a key such as `models.simple`, validated as a type; "" is the whole file.

    `default` is that of a key which need not be there. A `UserError` lists every wrong key below.
    """
    if not KEY.fullmatch(key):
        raise UserError(f"{key!r:.100} is no key: a name may only hold a-z, 0-9 and _")
    sys.audit(READ, key)
    value = _load(path)
    location = tuple(key.split(".")) if key else ()
    for depth, part in enumerate(location):
        if not isinstance(value, dict) or part not in value:
            if default is not REQUIRED:
                return default
            known = value if isinstance(value, dict) else {}
            missing = ".".join(location[: depth + 1])
            raise UserError(f"{missing}: there is no such entry in {path}{hint(part, known)}")
        value = value[part]
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        lines = [_describe(detail, location) for detail in error.errors()]
        raise UserError(f"{path} is refused:\n  " + "\n  ".join(lines)) from error


def _load(path: Path) -> Any:
    try:
        return _parse(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path}: {error.strerror}. Run this from the root of the repository"
        ) from error
    except YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {error}") from error


@lru_cache(maxsize=1)
def _parse(content: bytes) -> Any:
    """A stage reads up to eight parts, and parsing takes a quarter of a second."""
    # YAML 1.2, as DVC writes it: 1e-05 is a number
    return YAML(typ="safe", pure=True).load(content)


def _describe(detail: ErrorDetails, above: tuple[str, ...]) -> str:
    """One line of an error: the key as one writes it, what is wrong, and what stood there."""
    location = (*above, *detail["loc"])
    match detail["type"]:
        case kind if kind == REFUSAL:
            return f"{_key(location)}: {detail['msg']}"
        case "missing":
            return f"{_key(location)}: is required"
        case "string_pattern_mismatch" if location[-1] == "[key]":
            return f"{_key(location[:-1])}: a name may only hold a-z, 0-9 and _"
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            value = without_secrets(repr(detail["input"]))
            return f"{_key(location)}: {message} (it is {value})"


def _key(location: tuple[int | str, ...]) -> str:
    """`models.cnn.filters[1]`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".") or "the file"
