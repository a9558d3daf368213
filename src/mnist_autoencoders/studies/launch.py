"""Studies with the workers of this machine, and with those of a cluster; a worker of a cluster."""

import os
from contextlib import AbstractContextManager, closing
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo

from mnist_autoencoders.backend.parameters import cores
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.studies.crew import client_of, join_crew, local_crew
from mnist_autoencoders.studies.runs import StudyRuns
from mnist_autoencoders.studies.slots import Slots
from mnist_autoencoders.studies.study import Plan, Tracked, run_study, work_folder
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.store import is_file, shown, store_uri, tracked

AWAY = 600.0
"""Seconds that a scheduler may be away in the middle of a study."""


def run_here(plan: Plan, tracking: TrackingParameters, limit: int | None) -> bool:
    """Run a study on this machine; see `study.run_study`."""
    count = limit or max(1, cores() // 2)
    threads = max(1, cores() // count)
    say(f"points at once: {count}; threads of each: {threads}")

    def lost() -> None:
        raise UserError("the workers are gone; run again to go on")

    crew = local_crew(count, work_folder(), local_cache())
    return run_study(plan, _tracked(plan, tracking, shared=True), crew, lost, count, cached=False)


def run_there(plan: Plan, tracking: TrackingParameters, scheduler: str, limit: int | None) -> bool:
    """Run a study on the workers of a scheduler; see `study.run_study`."""
    uri = store_uri(tracking)
    if tracked(tracking) and is_file(uri):
        raise UserError(
            f"the workers of a cluster cannot all write to {shown(uri)}: set MLFLOW_TRACKING_URI, "
            "here and for them, to the address of an MLflow server, or to none"
        )
    crew: AbstractContextManager = closing(client_of(scheduler, 0.0))
    return run_study(
        plan,
        _tracked(plan, tracking, shared=False),
        crew,
        lambda: client_of(scheduler, AWAY),
        limit,
        cached=_has_remote(),
    )


def work_for(
    scheduler: str,
    tracking: TrackingParameters,
    count: int,
    gpus: int,
    folder: Path | None,
    cache: Path | None,
    host: str,
) -> None:
    """Work at the points of a scheduler until told to end."""
    if tracked(tracking) and is_file(store_uri(tracking)):
        raise UserError(
            "MLFLOW_TRACKING_URI has to be the address of an MLflow server, or none: what a worker "
            "tracks in a file of its own, nobody sees"
        )
    # also for the processes of the points
    os.environ["MLFLOW_TRACKING_URI"] = store_uri(tracking)
    folder = folder or work_folder()
    folder.mkdir(parents=True, exist_ok=True)
    slots = Slots(count, folder.resolve(), (cache or local_cache()).resolve(), gpus)
    join_crew(scheduler, slots, count, folder, host, AWAY)


def _tracked(plan: Plan, parameters: TrackingParameters, shared: bool) -> Tracked | None:
    if not tracked(parameters):
        return None
    uri = store_uri(parameters)
    runs = StudyRuns(uri, parameters.experiment)
    parent = runs.parent(plan.name, plan.study.question)
    return Tracked(parent, parameters.experiment, uri if shared else None, runs.settle)


def local_cache() -> Path:
    """DVC's cache of this repository."""
    try:
        with Repo() as repo:
            return Path(repo.cache.local_cache_dir)
    except DvcException as error:
        raise UserError(str(error)) from error


def _has_remote() -> bool:
    """Whether there is a DVC remote that outputs can be pushed to."""
    with Repo() as repo:
        there = bool(repo.config["core"].get("remote"))
    if not there:
        say("no DVC remote is set: the models stay in the workers' caches, the figures come back")
    return there
