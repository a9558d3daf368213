"""JSON files and tables as the pipeline writes them: short numbers, which read well in a diff."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.terminal import UserError

if TYPE_CHECKING:
    from pandas import DataFrame

DIGITS = 9
"""Significant digits of numbers in files, which tell all float32 apart. Further ones of a float64
may depend on the machine's mathematical library."""

REMEDY = "`dvc repro` runs the stage that makes it anew"


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write `content`, keys in their given order, numbers rounded, ending with a newline."""
    rounded = json.loads(json.dumps(content, allow_nan=False), parse_float=_rounded)
    with new_file(path) as temporary:
        temporary.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path, *keys: str) -> dict[str, Any]:
    """What `write_json` wrote; `UserError` where it is no JSON, or lacks one of `keys`."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path}: not as it was written: {error}; {REMEDY}") from error
    if missing := [key for key in keys if key not in content]:
        raise UserError(f"{path}: of another version, without {', '.join(missing)}; {REMEDY}")
    return content


def write_table(path: Path, table: "DataFrame") -> None:
    """Write `table` as CSV without its index, numbers rounded."""
    table.to_csv(path, index=False, float_format=f"%.{DIGITS}g")


def _rounded(number: str) -> float:
    return float(f"{float(number):.{DIGITS}g}")
