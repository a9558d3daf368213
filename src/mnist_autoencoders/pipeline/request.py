"""What a run is asked for besides params.yaml as it is: entries of the library, other values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mnist_autoencoders.models.model import CLEAN
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.pipeline.edit import (
    Keys,
    appended,
    entry_of,
    in_line,
    keys_at,
    parse,
    replaced,
)
from mnist_autoencoders.stagecraft import yaml_file
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import hint, listed
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.zoo.library import Library

LONGEST_VALUE = 2000
"""Characters of an option."""

ALL = "all"
"""Asks for every model of the library."""


def request(names: list[str], values: list[str], path: Path = PARAMETERS) -> list[str]:
    """Write into params.yaml what is asked for; return the keys of the entries that are now there.

    - `values`, such as `models.simple.epochs=3`, are set first, as `dvc exp run -S` does
    - `names` of models of the library, or `all`, are copied to `models:`, and the noises of the
      library that they see to `noises:`, with their comments, behind the entries that are there

    Raises `UserError`, and leaves the file as it was, for unknown names, and for all that
    `validate` would refuse.
    """
    content = yaml_file.read_bytes(path)
    # what comes after takes the file for one that can be read
    yaml_file.parse(content, str(path))
    with new_file(path) as new:
        new.write_bytes(content)
        try:
            if values:
                _set(values, new)
            copied = _copy(names, new) if names else []
            load_parameters(new)
        except UserError as error:
            raise UserError(str(error).replace(str(new), str(path))) from error
    return copied


def _set(values: list[str], path: Path) -> None:
    """As DVC has it, but the lines of other values stay as they are."""
    from dvc.utils.hydra import apply_overrides, to_hydra_overrides

    before = path.read_text(encoding="utf-8")
    present = parse(before)
    for line in values:
        if len(line) > LONGEST_VALUE:
            raise UserError(f"{shown(line, 80)}: more than {LONGEST_VALUE:,} characters")
    try:
        for override in to_hydra_overrides(values):
            if override.is_sweep_override():
                line = override.input_line
                short = shown(line, 200)
                raise UserError(f"{short}: one value each; `dvc exp run --queue` takes several")
            if not (override.is_add() or override.is_force_add()):
                _refuse_unknown(override.key_or_group, present)
        apply_overrides(path, values)
    except UserError:
        raise
    except Exception as error:
        # the parsers of DVC, Hydra and OmegaConf have many of their own
        raise UserError(f"cannot be set: {shown(error.__cause__ or error, 500)}") from error
    wanted = parse(path.read_text(encoding="utf-8"))
    text: str | None = before
    for keys, value in _differences(present, wanted):
        if text is not None:
            changed = replaced(text, keys, value)
            line = f"{keys[-1]}: {in_line(value)}"
            there = keys[-1] in (keys_at(text, keys[:-1]) or ())
            text = changed if changed is not None or there else appended(text, keys[:-1], line)
    # where lines cannot be kept, as of keys that are taken out, the file stays as DVC writes it
    if text is not None and parse(text) == wanted:
        path.write_text(text, encoding="utf-8")


def _refuse_unknown(name: str, section: Any) -> None:
    """Name the first part of a dotted key that is not there, as DVC names the whole."""
    keys, short = name.split("."), shown(name, 200)
    for depth, key in enumerate(keys, start=1):
        if not isinstance(section, dict):
            return
        if key not in section:
            raise UserError(
                f"{shown('.'.join(keys[:depth]), 200)}: there is no such key{hint(key, section)}; "
                f"a new one is written +{short}=..."
            )
        section = section[key]


def _differences(old: Any, new: Any, above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Keys with another value than they had, or with none before."""
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            yield from _differences(old[key], value, (*above, key))
        elif key not in old or old[key] != value:
            yield (*above, key), value


def _copy(names: list[str], path: Path) -> list[str]:
    library = read("library", Library, path)
    wanted = [*library.models] if ALL in names else [*dict.fromkeys(names)]
    for name in wanted:
        if name not in library.models:
            close = hint(name, library.models) or f"; known: {listed([*library.models, ALL])}"
            short = shown(name, 80)
            raise UserError(f"library.models: there is no entry '{short}' in {path}{close}")
    seen = dict.fromkeys(library.models[name].input for name in wanted)
    asked = [("noises", name) for name in seen if name != CLEAN and name in library.noises]
    asked += [("models", name) for name in wanted]
    text, copied = path.read_text(encoding="utf-8"), []
    for section, name in asked:
        if name in (keys_at(text, (section,)) or ()):
            continue
        entry = entry_of(text, ("library", section, name))
        with_it = None if entry is None else appended(text, (section,), entry)
        if with_it is None:
            raise UserError(f"{section}: write an entry a line, here and in `library:`, in {path}")
        text = with_it
        copied.append(f"{section}.{name}")
    path.write_text(text, encoding="utf-8")
    return copied
