"""Reading params.yaml, a part at a time, with errors that name the key."""

import re
import reprlib
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mnist_autoencoders.stagecraft import yaml_file
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.schema import REFUSAL, hint
from mnist_autoencoders.stagecraft.terminal import UserError, shown, without_secrets

KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*|")
"""What may be a key. A part of it may come from the command line, and become a path."""

READ = "mnist_autoencoders.parameters.read"
"""Audit event of a part being read, with its key: what a stage has to name in its `params`."""

MOST_ERRORS = 20
"""Wrong keys that are listed one by one."""

LONGEST_LIST = 3000
"""Characters of that list."""

LONGEST_KEY = 160
"""Characters of a key, with those above it, and of a value, as an error shows them."""


REQUIRED = object()
"""As a default: there has to be a value."""


def read(key: str, annotation: Any, path: Path = PARAMETERS, default: Any = REQUIRED) -> Any:
    """The value at a key such as `models.simple`, validated as a type; "" is the whole file.

    `default` is that of a key which need not be there. A `UserError` lists the wrong keys below
    it, the first `MOST_ERRORS`. Whatever the file holds, there is no other error, and it is
    refused or read within two seconds; see `yaml_file`.
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
            # a name with dots in it, as of a path, is told as a whole
            missing = _key(location[: depth + 1] if part.isidentifier() else location)
            raise UserError(f"{missing}: there is no such entry in {path}{hint(part, known)}")
        value = value[part]
    return check(value, annotation, str(path), location)


def check(value: Any, annotation: Any, name: str, above: tuple[str, ...] = ()) -> Any:
    """A value of the file of this name, found at the keys `above`, validated as a type."""
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        raise UserError(f"{name} is refused:\n  {_listed(error, above)}") from error


def _load(path: Path) -> Any:
    return _parse(yaml_file.read_bytes(path), str(path))


@lru_cache(maxsize=1)
def _parse(content: bytes, name: str) -> Any:
    """A stage reads up to eight parts, and parsing takes a tenth of a second."""
    value = yaml_file.parse(content, name)
    if not isinstance(value, dict):
        raise UserError(f"{name}: has to hold keys with values, as `seed: 0`")
    return value


def _listed(error: ValidationError, above: tuple[str, ...]) -> str:
    """The errors, a line each, as many as are read with profit."""
    details = error.errors(include_url=False, include_context=False)
    lines: list[str] = []
    for detail in details[:MOST_ERRORS]:
        lines.append(_describe(detail, above))
        if sum(map(len, lines)) > LONGEST_LIST:
            break
    if len(lines) < len(details):
        lines.append(f"and {len(details) - len(lines):,} more")
    return "\n  ".join(lines)


def _describe(detail: ErrorDetails, above: tuple[str, ...]) -> str:
    """One line of an error: the key as one writes it, what is wrong, and what stood there."""
    location = (*above, *detail["loc"])
    if location and location[-1] == "[key]":
        location = location[:-1]
    match detail["type"]:
        case kind if kind == REFUSAL:
            return f"{_key(location)}: {detail['msg']}"
        case "missing":
            return f"{_key(location)}: is required"
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            value = shown(_SHORT.repr(detail["input"]), LONGEST_KEY)
            return f"{_key(location)}: {shown(message, 400)} (it is {value})"


def _key(location: tuple[int | str, ...]) -> str:
    """`models.cnn.filters[1]`."""
    parts = [
        f"[{part}]" if isinstance(part, int) else f".{shown(part, LONGEST_KEY // 2)}"
        for part in location
    ]
    return shown("".join(parts).removeprefix("."), LONGEST_KEY) or "the file"


class _Repr(reprlib.Repr):
    """Secrets are taken out before a text is cut: half a password is one too."""

    def repr_str(self, x: str, level: int) -> str:
        return super().repr_str(without_secrets(x), level)


_SHORT = _Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
