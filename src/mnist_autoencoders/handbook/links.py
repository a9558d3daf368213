"""Links of a page of docs/ as they work on GitHub, turned into those of the built site.

A link out of docs/, to a picture of reports/ or to README.md, stays as it is in the file; the site
gets a copy of what it leads to, below `repository/`.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

DOCS = "docs"

OUTSIDE = "repository"
"""The folder of the site that holds what lies outside of docs/."""

LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))")
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


def targets(text: str) -> Iterator[str]:
    """The files that a page in Markdown links to, relative to it, without what is in code."""
    for link in LINK.findall(FENCE.sub("", text)):
        path = link.partition("#")[0]
        if path and "://" not in link and not link.startswith("mailto:"):
            yield path


def outside(root: Path) -> list[str]:
    """The files outside of docs/ that its pages lead to, relative to the repository.

    What is Markdown is a page too, and is followed.
    """
    waiting = sorted(f"{path.relative_to(root)}" for path in (root / DOCS).rglob("*.md"))
    found: dict[str, None] = {}
    while waiting:
        page = waiting.pop()
        for link in targets((root / page).read_text(encoding="utf-8")):
            path = _path(page, link)
            if not path.startswith(f"{DOCS}/") and path not in found and (root / path).is_file():
                found[path] = None
                if path.endswith(".md"):
                    waiting.append(path)
    return sorted(found)


def in_site(path: str) -> str:
    """Where a file of the repository is in the site."""
    inside = path.removeprefix(f"{DOCS}/")
    return inside if inside != path else f"{OUTSIDE}/{path}"


def in_repository(address: str) -> str:
    """Where a page of the site is in the repository."""
    outside = address.removeprefix(f"{OUTSIDE}/")
    return outside if outside != address else f"{DOCS}/{address}"


def for_site(text: str, address: str) -> str:
    """The Markdown of the page at an address of the site, with the site's links."""
    page = in_repository(address)

    def turned(match: re.Match) -> str:
        path, hash_, part = match[0].partition("#")
        if not path or "://" in match[0] or match[0].startswith("mailto:"):
            return match[0]
        there = in_site(_path(page, path))
        return f"{os.path.relpath(there, os.path.dirname(address) or '.')}{hash_}{part}"  # noqa: PTH120

    return _outside_of_code(text, lambda part: LINK.sub(turned, part))


def _outside_of_code(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def _path(page: str, link: str) -> str:
    return os.path.normpath(f"{os.path.dirname(page)}/{link}".lstrip("/"))  # noqa: PTH120
