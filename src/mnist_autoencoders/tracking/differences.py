"""What sets a run apart: how it differs from params.yaml as it was committed, in a few words."""

import json
import subprocess
from functools import lru_cache
from typing import Any

from mnist_autoencoders.stagecraft import yaml_file
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.terminal import UserError

LONGEST = 100
"""Characters of a name's words about differences."""

Record = dict[str, Any]
Changes = dict[str, Any]
"""Values that differ by key; the keys of the model itself without `models.<name>.`."""


def changes(record: Record, revision: str) -> Changes | None:
    """What a training has otherwise than params.yaml of a revision; None if that lacks the model.

    Its entry is compared with what it was trained by; its noise, `data` and the common seed with
    params.yaml as it is now.
    """
    before, now = _committed(revision), _present()
    model, noise = record["model"], record["parameters"].get("input", "")
    if _at(before, f"models.{model}") is None:
        return None
    entry, here = (_flat(_at(each, f"models.{model}")) for each in (before, now))
    trained = _flat(record["parameters"])
    found: Changes = {
        key: trained[key]
        for key in trained
        if (key in entry and trained[key] != entry[key]) or (key not in entry and key in here)
    }
    for section in (f"noises.{noise}", "data"):
        old, new = (_flat(_at(each, section)) for each in (before, now))
        found |= {f"{section}.{key}": new[key] for key in new if new[key] != old.get(key)}
    usual = entry.get("seed", before.get("seed", record["seed"]))
    if record["seed"] != usual and not record["replica"]:
        found["seed"] = record["seed"]
    return found


def in_words(changed: Changes) -> str:
    """Such as `code_size=32 epochs=3`, at most `LONGEST` characters."""
    words = " ".join(f"{key}={_short(value)}" for key, value in changed.items())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."


def description(record: Record, changed: Changes | None, revision: str, study: str | None) -> str:
    """Markdown: what was trained on what, and what is new about it."""
    noise, data = record["noise"], record["data"]
    seen = f"images with noise, {noise.get('label', noise['kind'])}," if noise else "clean images"
    what = record.get("architecture", record["parameters"]["kind"])
    lines = [f"{what}; trained on {seen} of {data['name']} ({data['train']:,})."]
    against = f"params.yaml at `{revision[:12]}`"
    if changed is None:
        lines.append(f"A model that {against} does not have.")
    elif changed:
        listed = "".join(f"\n- `{key}`: {_short(value)}" for key, value in changed.items())
        lines.append(f"Otherwise than in {against}:\n{listed}")
    else:
        lines.append(f"As in {against}.")
    if record["replica"]:
        lines.append(f"A replica, which differs in its seed alone: {record['seed']}.")
    if study:
        lines.append(f"A point of the study `{study}`.")
    return "\n\n".join(lines)


def _committed(revision: str) -> dict[str, Any]:
    command = ["git", "show", f"{revision}:./{PARAMETERS}"]
    return _parsed(subprocess.run(command, capture_output=True, check=False).stdout)


def _present() -> dict[str, Any]:
    return _parsed(PARAMETERS.read_bytes()) if PARAMETERS.is_file() else {}


@lru_cache(maxsize=2)
def _parsed(content: bytes) -> dict[str, Any]:
    """Nothing where there is no such file, or none that can be read: this is but a description."""
    try:
        value = yaml_file.parse(content, str(PARAMETERS))
    except UserError:
        return {}
    return value if isinstance(value, dict) else {}


def _at(values: Any, key: str) -> Any:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _flat(values: Any, above: str = "") -> dict[str, Any]:
    """Nested keys as `variational.beta`."""
    found: dict[str, Any] = {}
    for key, value in values.items() if isinstance(values, dict) else ():
        nested = _flat(value, f"{above}{key}.")
        found |= nested or {f"{above}{key}": value}
    return found


def _short(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (list, dict)) else f"{value}"
