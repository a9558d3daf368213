"""The DVC pipeline with independent stages side by side, which `dvc repro` does not offer."""

import logging
import os
import signal
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import nullcontext
from datetime import timedelta
from graphlib import TopologicalSorter
from multiprocessing import get_context

from mnist_autoencoders.pipeline import warm
from mnist_autoencoders.stagecraft.layout import TIMINGS
from mnist_autoencoders.stagecraft.process import STAGES_AT_ONCE
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.timings import timing

WORTH_WARMING = 4
"""Stages to run for which a warm process is started; fewer hardly need what it imports."""

UNTIMED = 10.0
"""Seconds that a stage is taken to last whose timing is not kept."""

Needed = dict[str, set[str]]
"""The stages to run, in the file's order, each with those of them that have to run before."""


def reproduce(jobs: int, warm_start: bool) -> None:
    """Bring the pipeline up to date as `dvc repro` does, with up to `jobs` stages at once.

    Each goes through DVC's own command, so cache and `dvc.lock` are as always. When a stage
    fails, no other is started, those that run are waited for, and `UserError` is raised.

    With `warm_start`, stages are forks of a warm process, where that is possible and worth it.
    """
    # its output never changes: run first, it puts nothing else out of date
    if _run("validate", None) != 0:
        raise UserError("nothing was run")
    needed = _out_of_date()
    if not needed:
        say("Data and pipelines are up to date.")
        return
    # progress bars of several processes would overwrite each other
    os.environ |= {"TTY_COMPATIBLE": "0", STAGES_AT_ONCE: str(jobs)}
    warming = warm_start and warm.AVAILABLE and len(needed) >= WORTH_WARMING
    with (
        ProcessPoolExecutor(jobs, get_context("spawn"), _leave_interrupts_to_stages) as pool,
        # ends first, so that no stage starts after Ctrl-C
        warm.server() if warming else nullcontext() as server,
    ):
        _run_all(needed, jobs, pool, server)


def _out_of_date() -> Needed:
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo() as repo:
            graph = repo.index.graph
            upstream = {
                stage.addressing: {before.addressing for before in graph.successors(stage)}
                for stage in repo.index.stages
            }
            changed = set(repo.status())
    except DvcException as error:
        raise UserError(str(error)) from error
    for stage in TopologicalSorter(upstream).static_order():
        if upstream[stage] & changed:
            changed.add(stage)
    return {stage: upstream[stage] & changed for stage in upstream if stage in changed}


def _run_all(needed: Needed, jobs: int, pool: ProcessPoolExecutor, server: str | None) -> None:
    ahead = _seconds_ahead(needed)
    order = TopologicalSorter(needed)
    order.prepare()
    ready: list[str] = []
    running: dict[Future[int], str] = {}
    start, left = time.monotonic(), len(needed)
    while order.is_active():
        ready = sorted([*ready, *order.get_ready()], key=ahead.__getitem__)
        while ready and len(running) < jobs:
            stage = ready.pop()
            running[pool.submit(_run, stage, server)] = stage
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            stage = running.pop(future)
            if future.result() != 0:
                raise UserError(f"stage {stage} failed, see above; run again to go on")
            order.done(stage)
            left -= 1
            passed = time.monotonic() - start
            rest = timedelta(seconds=round(passed / (len(needed) - left) * left))
            say(f"{stage} is done, {left} of {len(needed)} stages left, about {rest} for them")


def _seconds_ahead(needed: Needed) -> dict[str, float]:
    """By stage, how long it and what waits for it take at least, one after another.

    Starting first what has most ahead keeps the cores busy to the end. A training is taken to
    last as long as it did the last time.
    """
    followers: Needed = {stage: set() for stage in needed}
    for stage, before in needed.items():
        for each in before:
            followers[each].add(stage)
    ahead: dict[str, float] = {}
    for stage in TopologicalSorter(followers).static_order():
        kind, _, model = stage.partition("@")
        known = timing.read(TIMINGS / f"{model}.json") if kind == "train" else None
        after = max((ahead[each] for each in followers[stage]), default=0.0)
        ahead[stage] = (known.seconds if known else UNTIMED) + after
    return ahead


def _run(stage: str, server: str | None) -> int:
    """Run one stage in this process' DVC, warm if there is a server; return its exit code."""
    from dvc.cli import main

    # what to add to git, `git status` says better once all have run
    for hints in ("dvc.dvcfile", "dvc.repo.scm_context"):
        logging.getLogger(hints).setLevel(logging.WARNING)
    with warm.commands_run_in(server) if server else nullcontext():
        code: int = main(["--wait-for-lock", "repro", "--single-item", stage])
    return code


def _leave_interrupts_to_stages() -> None:
    """Ctrl-C reaches the stages too, which close their runs; DVC then reports that they failed."""
    signal.signal(signal.SIGINT, lambda *_: None)
