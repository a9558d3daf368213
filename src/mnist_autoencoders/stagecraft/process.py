"""A stage as a process: its command line, exit code, signals, memory."""

import errno
import gc
import logging
import os
import signal
import sys
import threading
import time
import warnings
from types import FrameType
from typing import NoReturn

import typer
from rich.markup import escape

from mnist_autoencoders.stagecraft.terminal import UserError, for_people, stderr

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

GRACE = 2.0
"""Seconds that a process has to put things in order when it is told to end."""


def stage() -> typer.Typer:
    """An empty command line; a bug in a stage shows Python's own traceback."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def run(
    app: typer.Typer, name: str | None = None, stopped: str = "the same command goes on from here"
) -> NoReturn:
    """Run a stage's command; a `UserError` becomes one message and exit code 1, and so does an
    output of another stage that is not there, and a full disk.

    SIGINT, SIGTERM and SIGHUP end the process within `GRACE` seconds, with exit code 128 + number:
    as `SystemExit`, so that temporary outputs are removed and the tracked run is closed, unless
    that takes longer. What is ignored as it starts, as SIGHUP by nohup, stays ignored.

    `name` is that of the command in its help, `stopped` what is said after Ctrl-C.

    Importing TensorFlow and MLflow makes a million objects of which none is garbage: looking
    for some as rarely as here saves a third of the import, and not at the end, seconds.
    """
    gc.set_threshold(200_000, 50, 50)
    told_to_end = _end_on_signals(stopped)
    try:
        app(prog_name=name)
    except UserError as error:
        if told_to_end:
            # some library took the `SystemExit` for a failure of what it was at
            sys.exit(128 + told_to_end[0])
        _complain(str(error))
    except FileNotFoundError as error:
        if not str(error.filename).startswith(("data/", "out/", "reports/")):
            raise
        _complain(f"{error.filename}: not there yet; `dvc repro` runs the stages that make it")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror}; free some, and the same command goes on from here")
    finally:
        gc.freeze()
    sys.exit(1)


def _complain(message: str) -> None:
    stderr.print(f"[bold red]error:[/] {escape(for_people(message))}", soft_wrap=True)


def _end_on_signals(stopped: str) -> list[int]:
    """The first signal ends this process, further ones do nothing; it is in the list from then on.

    A thread hears of it while the main thread is in native code, which may take half a minute.
    """
    told_to_end: list[int] = []
    # what holds back native messages replaces the descriptor 2 for a while
    messages, unsaid = os.dup(2), threading.Lock()

    def say_how_to_go_on(number: int) -> None:
        if number == signal.SIGINT and unsaid.acquire(blocking=False):
            os.write(messages, f"\nstopped: {stopped}\n".encode())

    def end(number: int, _: FrameType | None) -> NoReturn:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        told_to_end.append(number)
        say_how_to_go_on(number)
        # it may meet a finaliser of some library, and work that is given up, which would be told
        sys.unraisablehook = lambda _: None
        logging.disable()
        warnings.simplefilter("ignore")
        raise SystemExit(128 + number)

    def make_end() -> None:
        while (number := os.read(heard, 1)[0]) not in ENDING:
            pass
        say_how_to_go_on(number)
        time.sleep(GRACE)
        os._exit(128 + number)

    for each in ENDING:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, end)
    heard, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    threading.Thread(target=make_end, daemon=True).start()
    return told_to_end
