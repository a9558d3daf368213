"""Write docs/licences.md from what `pip-licenses --format json` says on the standard input.

`make licences` does both. Listed are the packages of requirements/cpu.txt, whichever are installed.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/licences.md"
LOCK = ROOT / "requirements/cpu.txt"
PINNED = re.compile(r"^([a-z0-9-]+)==[^\s;]+(?: ; (.*?))? ?\\?$", re.MULTILINE)

IN_FILES = {
    "axe-playwright-python": "MIT AND MPL-2.0",
    "grandalf": "GPL-2.0 OR EPL-1.0",
    "huey": "MIT",
    "namex": "Apache-2.0",
    "skops": "MIT",
}
"""Read in the files of packages whose metadata do not say it, or only a part."""

START = """# Licences of what is installed

Made by `make licences`: the packages of `requirements/cpu.txt`, with the licence each declares.
None of them is part of this repository, which is under the Apache License 2.0; `make setup`
installs them beside it. To use the pipeline and its results asks for nothing. Who passes the
packages on, as in an image of a container, has to mind the marked ones:

- **copyleft**: its source has to be offered with it, and what is made of it comes under its licence
- **choice**: another licence than such a one may be chosen
- **own files**: changes of its own files have to be published
"""


def locked() -> dict[str, str]:
    """The names in the lock, each with what it is only installed for, "" where always."""
    pairs = PINNED.findall(LOCK.read_text(encoding="utf-8"))
    return dict(pairs)


def listed(page: str) -> list[list[str]]:
    """The rows of the page's table: package, licence, mark, what for."""
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


def mark(licence: str) -> str:
    """What has to be minded, in a word or two."""
    if re.search(r"\bL?GPL|GNU", licence):
        return "choice" if " OR " in licence else "copyleft"
    return "own files" if re.search(r"\bMPL|\bEPL|Mozilla", licence) else ""


def needed(names: Iterable[str]) -> set[str]:
    """These packages and all that they need, as far as they are installed."""
    found: set[str] = set()
    left = [Requirement(name) for name in names]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        new = [f"{name}[{extra}]" for extra in requirement.extras] + [name]
        if set(new) <= found:
            continue
        found |= set(new)
        try:
            wanted = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:
            continue
        extras = [*requirement.extras, ""]
        left += [
            each
            for each in wanted
            if each.marker is None or any(each.marker.evaluate({"extra": one}) for one in extras)
        ]
    return found


def page(declared: dict[str, str], running: set[str]) -> str:
    """The text of the page, of licences by package and the packages that the pipeline needs."""
    rows = []
    for name, only in sorted(locked().items()):
        licence, use = IN_FILES.get(name, declared.get(name, "")), "development"
        if not licence:
            licence, use = f"not installed where this was made, only if {only}", "other systems"
        elif name in running:
            use = "running"
        rows.append(f"| {name} | {licence} | {mark(licence)} | {use} |")
    return "\n".join([START, "| package | licence | | for |", "|---|---|---|---|", *rows, ""])


def main() -> None:
    """Write the page; exit code 1 where a package says nothing of its licence."""
    said = {canonicalize_name(row["Name"]): row["License"] for row in json.load(sys.stdin)}
    silent = [name for name in locked() if said.get(name) == "UNKNOWN" and name not in IN_FILES]
    if silent:
        sys.exit(f"error: {', '.join(silent)}: no licence is declared; add it to tests/licences.py")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    PAGE.write_text(page(said, needed(project["dependencies"])), encoding="utf-8")


if __name__ == "__main__":
    main()
