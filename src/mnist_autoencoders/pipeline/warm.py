"""Stages that start warm, as forks of a process that has imported what takes each five seconds.

Importing TensorFlow and MLflow starts neither TensorFlow's runtime nor a thread of Python's. So a
fork begins where `python -m stages.train` would be after its imports, gives the same bytes, and
ends like any Python. Only on Linux: macOS' own libraries do not survive a fork.
"""

import gc
import importlib
import os
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from mnist_autoencoders.stagecraft.process import GRACE
from mnist_autoencoders.stagecraft.workers import end_with_parent

AVAILABLE = sys.platform == "linux"

IMPORTS = (
    # MLflow imports it when a store is opened, for more than a second
    "mlflow.store.tracking.sqlalchemy_store",
    "mnist_autoencoders.evaluation.evaluate",
    "mnist_autoencoders.figures.comparisons",
    "mnist_autoencoders.tracking.training",
)
"""What leads, below, to nearly all packages that stages use."""

SERVER = "import stages; from mnist_autoencoders.pipeline import warm; warm.serve_and_run()"

STOP = "stop"
"""Sent after a command, it ends the stage."""

STAGE_GRACE = 0.75 * GRACE
"""Seconds that a stage has to end, so that the one which waits for it sees it end."""

LOOK_EVERY = 0.02
"""Seconds, between looks whether a stage has ended."""

COMMAND = re.compile(r"python -m (stages\.\w+)((?: \w+)*)")


@contextmanager
def server() -> Iterator[Callable[..., None]]:
    """A warm process; yields what replaces `dvc.stage.run._run`, and has it run the commands.

    One that is not as `dvc.yaml` has them runs in a shell as always.
    """
    from dvc.stage.run import _run

    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen()
            # it ends when its standard input does, so also with a killed parent
            process = subprocess.Popen(
                [sys.executable, "-c", SERVER, str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )

        def run_command(executable: str, command: str, **options: Any) -> None:
            if COMMAND.fullmatch(command):
                _ask(address, command, options["cwd"], options["env"])
            else:
                _run(executable, command, **options)

        with process:
            try:
                yield run_command
            finally:
                process.terminate()


def _ask(address: str, command: str, folder: str, environment: dict[str, str]) -> None:
    from dvc.stage.exceptions import StageCmdFailedError

    code = None
    with suppress(OSError, EOFError), Client(address, "AF_UNIX") as connection:
        connection.send((command, folder, environment))
        try:
            code = connection.recv()
        except SystemExit:
            # so that nothing of it is at work any more when the prompt comes back
            connection.send(STOP)
            connection.poll(GRACE)
            raise
    if code != 0:
        raise StageCmdFailedError(command, code)


def serve_and_run() -> None:
    """The server: for each command, a fork leaves the loop and runs it.

    Ctrl-C, which reaches all of them, is left to the one that asks: it has a stage stopped.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # while it imports, it does not see its input end
    end_with_parent(os.getppid())
    _import()
    command, folder, environment = _next_command(int(sys.argv[1]))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    module, *arguments = command.removeprefix("python -m ").split()
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _import() -> None:
    # see `stagecraft.process.run`
    gc.set_threshold(200_000, 50, 50)
    from mnist_autoencoders.backend.start import import_tensorflow

    import_tensorflow()
    for name in IMPORTS:
        importlib.import_module(name)
    # nothing of it is garbage: looking for some would also copy it in every fork
    gc.freeze()


def _next_command(listening: int) -> tuple[str, str, dict[str, str]]:
    """Wait for commands; return only in forks, each with the command it has to run."""
    # the system shall forget forks that have ended
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=listening) as listener:
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in readable:
                sys.exit()
            with Connection(listener.accept()[0].detach()) as connection:
                if os.fork() > 0:
                    continue
                # this fork waits for the command's, to tell its exit code
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                command: tuple[str, str, dict[str, str]] = connection.recv()
                running = os.fork()
                if running == 0:
                    return command
                code = _exit_code(running, connection)
                with suppress(OSError):
                    connection.send(code)
                os._exit(0)


def _exit_code(running: int, connection: Connection) -> int:
    """Wait for a stage; stop it when told so, or when the one that waits for it is gone."""
    while (code := _ended(running)) is None:
        if connection.poll(LOOK_EVERY):
            os.kill(running, signal.SIGTERM)
            return _killed(running)
    return code


def _killed(running: int) -> int:
    """Wait for a stage that was told to end, but not for long."""
    deadline = time.monotonic() + STAGE_GRACE
    while (code := _ended(running)) is None:
        if time.monotonic() > deadline:
            os.kill(running, signal.SIGKILL)
        time.sleep(LOOK_EVERY)
    return code


def _ended(running: int) -> int | None:
    """The exit code of a child that has ended."""
    done, status = os.waitpid(running, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None
