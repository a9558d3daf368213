"""README.md and the pages of docs/, and what is in their fenced blocks."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.projects import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCE = re.compile(
    r"^(?P<space> *)```(?P<language>[a-z]*)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A fenced block, without the indentation that it has on its page."""

    page: Path
    line: int
    text: str

    @property
    def place(self) -> str:
        """Such as `docs/studies.md:21`."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> Iterator[Block]:
    """The blocks of a language on all pages."""
    for page in PAGES:
        content = page.read_text(encoding="utf-8")
        for fence in FENCE.finditer(content):
            if fence["language"] == language:
                line = content.count("\n", 0, fence.start()) + 1
                text = re.sub(f"^{fence['space']}", "", fence["text"], flags=re.MULTILINE)
                yield Block(page, line, text)


def commands() -> list[tuple[str, list[str]]]:
    """Every command of the `sh` blocks: its place, and its words without comment and `> file`."""
    found = []
    for block in blocks("sh"):
        for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
            words = shlex.shlex(line, posix=True, punctuation_chars=";>|&")
            words.whitespace_split = True
            parts: list[list[str]] = [[]]
            for word in words:
                if word in (";", ">", "|", "&&"):
                    parts.append([word])
                else:
                    parts[-1].append(word)
            place = f"{block.page.relative_to(ROOT)}:{number}"
            for part in parts:
                command = part[1:] if part[:1] in ([";"], ["|"], ["&&"]) else part
                if command and command[0] != ">":
                    found.append((place, command))
    return found
