"""Jobs divided among processes, which end with the one that started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mnist_autoencoders.stagecraft.process import ENDING

PR_SET_PDEATHSIG = 1
"""Of Linux' prctl: the signal that a process gets when its parent dies."""

Job = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""What `joblib.delayed` makes of a call."""


def in_processes(jobs: Iterable[Job], processes: int, in_order: bool = True) -> Iterator[Any]:
    """The results of jobs as they come, in their order or in that in which they end."""
    from joblib import Parallel

    how = "generator" if in_order else "generator_unordered"
    calls = list(jobs)
    if not calls:  # joblib would warn of none
        return
    with _signals_for_this_process():
        # workers would wait for this process for ever
        tie = {"initializer": end_with_parent, "initargs": (os.getpid(),)}
        results = Parallel(n_jobs=processes, return_as=how, backend="loky", **tie)(calls)
    yield from results


def end_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Have this process ended when the one that started it dies, in whatever way: on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it has died before
        os._exit(1)


@contextmanager
def _signals_for_this_process() -> Iterator[None]:
    """What Ctrl-C sends to all is left to this process: others would die, and tell of it at length.

    A process that is started within has these signals blocked.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
