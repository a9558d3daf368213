"""The driver of a study: hands what is missing to workers, and says how each point ended."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from distributed import Client, Future, wait
from distributed.scheduler import KilledWorker

from mnist_autoencoders.stagecraft.terminal import say, shown
from mnist_autoencoders.studies.worker import Job, Outcome

TRIES = 5
"""Of a point whose workers die, or are lost with their scheduler."""

AHEAD = 2
"""Points that a scheduler has for each slot, so that none waits for the driver."""

LOOK = 5.0
"""Seconds between two looks at the crew."""


def drive(
    jobs: list[Job],
    client: Client,
    again: Callable[[], Client],
    limit: int | None,
    task: Callable[[dict[str, Any]], Outcome] | None = None,
) -> Iterator[Outcome]:
    """The outcomes of jobs in the order in which they end, at most `limit` of them at once.

    `task` is what a worker does with a job, as a dictionary; by default the point it is.
    `again` gives another connection where the one to the scheduler is lost. Points that workers
    are at when the block is left end by themselves, if these are not of this process.
    """
    waiting, tries = deque(jobs), Counter[str]()
    running: dict[Future, Job] = {}
    told, task = False, task or _task()
    while waiting or running:
        if client.status not in ("running", "connecting"):
            say("the connection to the scheduler is lost: trying to get it back")
            waiting.extend(running.values())
            running.clear()
            client = again()
        slots = sum(client.nthreads().values()) if client.status == "running" else 0
        if not slots and not told:
            say("no worker has joined yet: `python -m stages.study worker --scheduler ...` is one")
            told = True
        room = min(limit or 10**9, max(1, AHEAD * slots)) - len(running)
        for _ in range(min(room, len(waiting))):
            job = waiting.popleft()
            tries[job.name] += 1
            # another name for another try: of one that was lost, Dask keeps that it was
            future = client.submit(
                task, asdict(job), key=f"{job.name}-{tries[job.name]}", pure=False
            )
            running[future] = job
        for future in _ended(running):
            job = running.pop(future)
            lost = future.status in ("cancelled", "lost")
            error = future.exception() if future.status == "error" else None
            if (lost or isinstance(error, KilledWorker)) and tries[job.name] < TRIES:
                waiting.append(job)
            elif lost or error:
                why = "its workers were lost" if error is None else shown(error, 2000)
                yield Outcome(job.name, "failed", f"{why}\n")
            else:
                yield future.result()
            future.release()


def _task() -> Callable[[dict[str, Any]], Outcome]:
    """What a worker is to call, as a function that Dask sends as it is.

    One that it knows by its name, and a job of our own type, the scheduler would have to import,
    which need not have this package.
    """

    def task(job: dict[str, Any]) -> Any:
        from mnist_autoencoders.studies.crew import work

        return work(job)

    return task


def _ended(running: dict[Future, Job]) -> list[Future]:
    """Those that have ended, as soon as there is one, or after a while."""
    with suppress(TimeoutError, CancelledError):
        wait(list(running), timeout=LOOK, return_when="FIRST_COMPLETED")
    return [future for future in running if future.status != "pending"]
