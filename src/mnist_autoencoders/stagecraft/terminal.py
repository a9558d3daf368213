"""What a person sees of a stage: messages, errors, progress."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

BAR = TaskID(0)
"""The one task of a `progress_bar`."""

console = Console(highlight=False)
stderr = Console(stderr=True, highlight=False)


class UserError(Exception):
    """Something the user can mend. The message says what is wrong, where, and what to do."""


def without_secrets(text: str) -> str:
    """The text without the user and the password of any address in it."""
    return re.sub(r"(?<=://)[^/\s]*@", "", text)


def printable(text: str) -> str:
    """The text with all that a terminal may act upon written as `\\x1b`, but for new lines."""
    return "".join(
        sign if sign == "\n" or sign.isprintable() else repr(sign)[1:-1] for sign in text
    )


def shown(value: object, most: int) -> str:
    """The text of a value in one line of about `most` characters, to be put into a message."""
    text = str(value)
    part = text if len(text) <= most else f"{text[: most - 3]}..."
    return printable(part).replace("\n", " ")


def for_people(text: str) -> str:
    """The text as it may be printed."""
    return printable(without_secrets(text))


def say(message: str) -> None:
    """Print one plain line."""
    console.print(for_people(message), markup=False, soft_wrap=True)


def warn(message: str) -> None:
    """Print a warning that stands out of the other output."""
    panel = Panel(escape(for_people(message)), title="WARNING", style="bold yellow", expand=False)
    stderr.print(panel)


@contextmanager
def progress_bar(description: str, total: int, unit: str = "") -> Iterator[Progress]:
    """A bar with the time left on a terminal; nothing elsewhere, where lines are better.

    Yields a `rich.progress.Progress` with one task, `BAR`.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    on_terminal = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not on_terminal) as progress:
        progress.add_task(description, total=total)
        yield progress
