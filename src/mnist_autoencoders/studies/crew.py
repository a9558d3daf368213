"""The workers of studies on Dask.distributed: those of this machine, and those that join."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster, Worker, WorkerPlugin

from mnist_autoencoders.stagecraft.terminal import UserError, say, shown
from mnist_autoencoders.studies.slots import Slots
from mnist_autoencoders.studies.worker import Job, Outcome, run_point

ANSWER = 10.0
"""Seconds in which a scheduler has to answer."""

PAUSE = 2.0
"""Seconds between two tries to reach one."""

LOOPBACK = "127.0.0.1"

ALLOWED_DEATHS = 10
"""Workers that may die at a point before it is taken to be what kills them."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
    # a point takes minutes: looking at itself many times a second would take .06 of a core
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
}
"""Of Dask, for the processes of this machine."""

_slots: Slots | None = None
"""Of this process, if it is a worker."""


def work(job: dict[str, Any]) -> Outcome:
    """What Dask has a worker do: a `Job` as a dictionary."""
    assert _slots is not None, "no worker of this project"
    with _slots.one() as slot:
        return run_point(Job(**job), slot)


class _OfThisMachine(WorkerPlugin):
    """Makes a process of a `LocalCluster` a worker, which ends with its driver."""

    def __init__(self, count: int, folder: Path, cache: Path) -> None:
        self._arguments, self._driver = (count, folder, cache), os.getpid()

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        global _slots
        _slots = Slots(*self._arguments)
        # Ctrl-C is for the driver
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=self._end_with_driver, daemon=True).start()

    def _end_with_driver(self) -> None:
        while os.getppid() == self._driver:
            time.sleep(0.2)
        os._exit(1)


@contextmanager
def local_crew(count: int, folder: Path, cache: Path) -> Iterator[Client]:
    """A crew of this machine that works at so many points at once, and ends with the block."""
    # of a driver that is stopped, and does not wait until all is tidied up
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
    with (
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=1,
            threads_per_worker=count,
            processes=True,
            host=LOOPBACK,
            dashboard_address=None,
            # any free port, and none that another cluster has
            scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},
            memory_limit=None,
            local_directory=str(folder),
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(_OfThisMachine(count, folder, cache))
        yield client


def client_of(scheduler: str, patience: float) -> Client:
    """A connection to a scheduler; `UserError` if it does not answer for so many seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return Client(scheduler, timeout=ANSWER)
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            if time.monotonic() > deadline or isinstance(error, (ValueError, RuntimeError)):
                raise UserError(_no_answer(scheduler, error)) from error
        time.sleep(PAUSE)


def join_crew(
    scheduler: str, slots: Slots, count: int, folder: Path, host: str, wait: float
) -> None:
    """Work at points for a scheduler until told to end; if it goes away, wait for it to return."""
    global _slots
    _slots = slots
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set(SETTINGS)
    gone = None
    while True:
        try:
            joined = asyncio.run(_serve(scheduler, count, folder, host))
            gone = None if joined else gone
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            if isinstance(error, ValueError):
                raise UserError(_no_answer(scheduler, error)) from error
            if gone is None:
                gone = time.monotonic()
                say(f"{_no_answer(scheduler, error)}. Waiting for it")
            if time.monotonic() - gone > wait:
                raise UserError(
                    f"the scheduler {scheduler} has been away for {wait:.0f} s"
                ) from error
        time.sleep(PAUSE)


async def _serve(scheduler: str, count: int, folder: Path, host: str) -> bool:
    async with Worker(
        scheduler,
        nthreads=count,
        host=host,
        dashboard=False,
        memory_limit=None,
        local_directory=str(folder),
        death_timeout=ANSWER,
    ) as worker:
        say(f"{worker.address} works for {scheduler}, at {count} points at once")
        await worker.finished()
    return True


def _no_answer(scheduler: str, error: Exception) -> str:
    why = shown(error, 200) or type(error).__name__
    return (
        f"no Dask scheduler answers at {shown(scheduler, 200)} ({why}); "
        f"`dask scheduler --host {LOOPBACK}` starts one, and prints its address"
    )
