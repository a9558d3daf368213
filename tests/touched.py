"""What stages touched as they ran, as `recorder/sitecustomize.py` recorded it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.exemptions import PACKAGE

PARAMETERS = "params.yaml"
CODE = ("src", "stages")


@dataclass(frozen=True)
class Touched:
    """What a stage touched as it ran: files, folders it listed, keys of params.yaml."""

    read: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)


def read_record(file: Path) -> dict[str, Touched]:
    """What `recorder/sitecustomize.py` recorded, by stage, of files that are the repository's.

    Names with a dot in front are temporary, and recorded when they are moved into place, or of
    tools. Folders of code are listed by every import; of params.yaml the keys count.
    """
    touched: dict[str, Touched] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        stage, action, what = line.split("\t")
        of_stage = touched.setdefault(stage, Touched())
        if action == "parameter":
            # without a key, the whole file
            (of_stage.parameters if what else of_stage.read).add(what or PARAMETERS)
            continue
        parts = PurePosixPath(what).parts
        strange = any(part.startswith((".", "<", "__pycache__")) for part in parts)
        folder_of_code = action == "list" and is_in(what, CODE)
        if not (strange or folder_of_code or is_marker(what) or what == PARAMETERS):
            {"read": of_stage.read, "list": of_stage.listed, "write": of_stage.written}[action].add(
                what
            )
    return touched


def is_marker(file: str) -> bool:
    """Whether a file only marks a package, and says in a docstring what is in it."""
    return file.startswith(PACKAGE) and file.endswith("/__init__.py")


def is_in(path: str, entries: Iterable[str], separator: str = "/") -> bool:
    """Whether a path is one of these, or below one."""
    return any(path == entry or path.startswith(entry + separator) for entry in entries)
