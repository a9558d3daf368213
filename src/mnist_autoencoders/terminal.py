"""What a person sees of a stage: messages, errors, progress, and the exit code."""

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer
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

STAGES_AT_ONCE = "STAGES_AT_ONCE"
"""Environment variable: how many stages may run side by side, where more than one."""

console = Console(highlight=False)
stderr = Console(stderr=True, highlight=False)


class UserError(Exception):
    """Something the user can mend. The message says what is wrong, where, and what to do."""


def stage() -> typer.Typer:
    """An empty command line; a bug in a stage shows Python's own traceback."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(app: typer.Typer) -> NoReturn:
    """Run a stage's command; a `UserError` becomes one message and exit code 1.

    SIGTERM is turned into `SystemExit`, so that temporary outputs are removed and the tracked
    run is closed when a stage is stopped.

    Importing TensorFlow and MLflow makes a million objects of which none is garbage: looking
    for some as rarely as here saves a third of the import, and not at the end, seconds.
    """
    gc.set_threshold(200_000, 50, 50)
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        app()
    except UserError as error:
        stderr.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
    finally:
        gc.freeze()
    sys.exit(1)


def say(message: str) -> None:
    """Print one plain line."""
    console.print(message, markup=False, soft_wrap=True)


def warn(message: str) -> None:
    """Print a warning that stands out of the other output."""
    stderr.print(Panel(escape(message), title="WARNING", style="bold yellow", expand=False))


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


def _exit_on_signal(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
