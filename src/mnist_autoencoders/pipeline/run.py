"""The DVC pipeline with independent stages side by side, which `dvc repro` does not offer."""

import os
import signal
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from graphlib import TopologicalSorter
from multiprocessing import get_context

from mnist_autoencoders.stagecraft.process import STAGES_AT_ONCE
from mnist_autoencoders.stagecraft.terminal import UserError, say


def reproduce(jobs: int) -> None:
    """Bring the pipeline up to date as `dvc repro` does, with up to `jobs` stages at once.

    Each goes through DVC's own command, so cache and `dvc.lock` are as always. When a stage
    fails, no other is started, those that run are waited for, and `UserError` is raised.
    """
    # its output never changes: run first, it puts nothing else out of date
    if _run("validate") != 0:
        raise UserError("nothing was run")
    needed = _out_of_date()
    if not needed:
        say("Data and pipelines are up to date.")
        return
    # progress bars of several processes would overwrite each other
    os.environ |= {"TTY_COMPATIBLE": "0", STAGES_AT_ONCE: str(jobs)}
    order = TopologicalSorter(needed)
    order.prepare()
    running: dict[Future[int], str] = {}
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _leave_interrupts_to_stages)
    try:
        while order.is_active():
            running |= {pool.submit(_run, stage): stage for stage in order.get_ready()}
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                stage = running.pop(future)
                if future.result() != 0:
                    raise UserError(f"stage {stage} failed, see above; run again to go on")
                order.done(stage)
    finally:
        pool.shutdown(cancel_futures=True)


def _out_of_date() -> dict[str, set[str]]:
    """The stages to run, in the file's order, each with those of them that have to run before."""
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


def _run(stage: str) -> int:
    """Run one stage in this process' DVC; return its exit code."""
    from dvc.cli import main

    code: int = main(["--wait-for-lock", "repro", "--single-item", stage])
    return code


def _leave_interrupts_to_stages() -> None:
    """Ctrl-C reaches the stages too, which close their runs; DVC then reports that they failed."""
    signal.signal(signal.SIGINT, lambda *_: None)
