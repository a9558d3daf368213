"""`dvc repro` with stages that start warm, and with the time left after each."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from filelock import FileLock, Timeout

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.pipeline import cold, warm
from mnist_autoencoders.pipeline.leftovers import clear_left, written_whole
from mnist_autoencoders.stagecraft.layout import TEMPORARY, TIMINGS
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.required import require_store

WORTH_WARMING = 4
"""Stages to run for which a warm process is started; fewer hardly need what it imports."""

UNTIMED = 10.0
"""Seconds that a stage is taken to last whose timing is not kept."""


def reproduce(warm_start: bool) -> None:
    """Bring the pipeline up to date by `dvc repro`, and say after each stage what is left.

    With `warm_start`, stages are forks of a warm process, where that is possible and worth it.
    Raises `UserError` when params.yaml is refused, the store that it requires does not answer, or
    a stage fails.
    """
    # DVC reads it before any stage does, and says less of what is wrong
    require_store(load_parameters().tracking)
    clear_left()
    with written_whole():
        _reproduce(warm_start)


@contextmanager
def alone() -> Iterator[None]:
    """Work as the only one in this clone, once others have ended: two would break each other."""
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    lock = FileLock(TEMPORARY / "repro.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say("another `make repro` is at work in this clone: waiting until it has ended")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _reproduce(warm_start: bool) -> None:
    from dvc.cli import main

    # what to add to git, `git status` says better
    for hints in ("dvc.dvcfile", "dvc.repo.scm_context"):
        logging.getLogger(hints).setLevel(logging.WARNING)
    # its output never changes: run first, it puts nothing else out of date
    with _commands_run_by(cold.run_command, lambda _: None):
        if main(["repro", "--single-item", "validate"]) != 0:
            raise UserError("nothing was run")
    stages = _out_of_date()
    if not stages:
        say("Data and pipelines are up to date.")
        return
    warming = warm_start and warm.AVAILABLE and len(stages) >= WORTH_WARMING
    with (
        warm.server() if warming else nullcontext(cold.run_command) as run_command,
        _commands_run_by(run_command, _progress(stages)),
    ):
        if main(["repro"]) != 0:
            raise UserError("not all stages have run, see above; run again to go on")


def _out_of_date() -> list[str]:
    """The stages that have to run as far as is known now, in the order that DVC takes them."""
    from dvc.exceptions import DvcException
    from dvc.repo import Repo
    from dvc.repo.reproduce import plan_repro

    try:
        with Repo() as repo:
            graph = repo.index.graph
            changed = set(repo.status())
            order = plan_repro(graph, repo.index.stages)
    except DvcException as error:
        raise UserError(str(error)) from error
    for stage in order:
        if any(before.addressing in changed for before in graph.successors(stage)):
            changed.add(stage.addressing)
    return [stage.addressing for stage in order if stage.addressing in changed]


@contextmanager
def _commands_run_by(
    run_command: Callable[..., None], on_done: Callable[[str], None]
) -> Iterator[None]:
    """Have this process' DVC run the command of a stage in another way than in a shell."""
    from dvc.stage import run

    def replacement(executable: str, command: str, **options: Any) -> None:
        run_command(executable, command, **options)
        on_done(options["env"]["DVC_STAGE"])

    in_shell = run._run
    run._run = replacement
    try:
        yield
    finally:
        run._run = in_shell


def _progress(stages: list[str]) -> Callable[[str], None]:
    """What says, of a stage that is done, how many are left and for how long.

    A training is taken to last as long as it did the last time, compared with the others.
    """
    seconds = [_expected_seconds(stage) for stage in stages]
    start = time.monotonic()

    def on_done(stage: str) -> None:
        if stage not in stages:  # it was put out of date meanwhile
            return
        # those before it have run, or turned out to be up to date
        done = stages.index(stage) + 1
        pace = (time.monotonic() - start) / sum(seconds[:done])
        rest = timedelta(seconds=round(pace * sum(seconds[done:])))
        left = len(stages) - done
        say(f"{stage} is done, {left} of {len(stages)} stages left, about {rest} for them")

    return on_done


def _expected_seconds(stage: str) -> float:
    kind, _, trained = stage.partition("@")
    if not kind.startswith(("train", "replicate")):
        return UNTIMED
    model, _, _ = trained.partition("-")
    known = timing.read(TIMINGS / f"{model}.json")
    return known.seconds if known else UNTIMED
