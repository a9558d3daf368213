"""JSON files and tables as the pipeline writes them: short numbers, which read well in a diff."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_autoencoders.stagecraft.intact import cure, intact
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.terminal import UserError

if TYPE_CHECKING:
    from pandas import DataFrame

DIGITS = 9
"""Significant digits of numbers in files, which tell all float32 apart. Further ones of a float64
may depend on the machine's mathematical library."""


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write `content`, keys in their given order, numbers rounded, ending with a newline."""
    rounded = json.loads(json.dumps(content, allow_nan=False), parse_float=_rounded)
    with new_file(path) as temporary:
        temporary.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path, *keys: str) -> dict[str, Any]:
    """What `write_json` wrote; `UserError` where it is damaged, or lacks one of `keys`."""
    with intact(path):
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise TypeError("no keys with values")
        if missing := [key for key in keys if key not in content]:
            without = ", ".join(missing)
            raise UserError(f"{path}: of another version, without {without}. {cure(path)}")
    return content


def write_table(path: Path, table: "DataFrame") -> None:
    """Write `table` as CSV without its index, numbers rounded."""
    table.to_csv(path, index=False, float_format=f"%.{DIGITS}g")


def _rounded(number: str) -> float:
    return float(f"{float(number):.{DIGITS}g}")
