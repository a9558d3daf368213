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
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

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

COMMAND = re.compile(r"python -m (stages\.\w+)((?: \w+)*)")


@contextmanager
def server() -> Iterator[str]:
    """A warm process for `commands_run_in`, which may ask before it is; yields its address."""
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
        with process:
            try:
                yield address
            finally:
                process.terminate()


@contextmanager
def commands_run_in(address: str) -> Iterator[None]:
    """Have this process' DVC ask the server to run commands as `dvc.yaml` has them.

    Any other is run as always.
    """
    from dvc.stage import run
    from dvc.stage.exceptions import StageCmdFailedError

    in_shell = run._run

    def ask(executable: str, command: str, **options: Any) -> None:
        if COMMAND.fullmatch(command) is None:
            in_shell(executable, command, **options)
            return
        try:
            with Client(address, "AF_UNIX") as connection:
                connection.send((command, options["cwd"], options["env"]))
                code = connection.recv()
        except (OSError, EOFError):
            code = None
        if code != 0:
            raise StageCmdFailedError(command, code)

    run._run = ask
    try:
        yield
    finally:
        run._run = in_shell


def serve_and_run() -> None:
    """The server: for each command, a fork leaves the loop and runs it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import()
    command, folder, environment = _next_command(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
                _, status = os.waitpid(running, 0)
                connection.send(os.waitstatus_to_exitcode(status))
                os._exit(0)
