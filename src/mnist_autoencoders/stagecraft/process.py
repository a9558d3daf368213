"""A stage as a process: its command line, exit code, signals, memory."""

import gc
import signal
import sys
from types import FrameType
from typing import NoReturn

import typer
from rich.markup import escape

from mnist_autoencoders.stagecraft.terminal import UserError, printable, stderr


def stage() -> typer.Typer:
    """An empty command line; a bug in a stage shows Python's own traceback."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(app: typer.Typer) -> NoReturn:
    """Run a stage's command; a `UserError` becomes one message and exit code 1, and so does an
    output of another stage that is not there.

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
        _complain(str(error))
    except FileNotFoundError as error:
        if not str(error.filename).startswith(("data/", "out/", "reports/")):
            raise
        _complain(f"{error.filename}: not there yet; `dvc repro` runs the stages that make it")
    finally:
        gc.freeze()
    sys.exit(1)


def _complain(message: str) -> None:
    stderr.print(f"[bold red]error:[/] {escape(printable(message))}", soft_wrap=True)


def _exit_on_signal(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
