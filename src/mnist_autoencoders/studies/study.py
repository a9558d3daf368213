"""A study as a whole: which points are missing, working them off, and the table of all."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from mnist_autoencoders.parameters import Parameters
from mnist_autoencoders.stagecraft.layout import STUDY_WORK
from mnist_autoencoders.stagecraft.schema import hint, listed
from mnist_autoencoders.stagecraft.terminal import (
    BAR,
    UserError,
    console,
    progress_bar,
    say,
    shown,
)
from mnist_autoencoders.studies import origin
from mnist_autoencoders.studies.parameters import Study
from mnist_autoencoders.studies.points import Point, points_of
from mnist_autoencoders.studies.shaping import Shaping, shaping_of
from mnist_autoencoders.studies.table import Done, attempt_of, write_study
from mnist_autoencoders.studies.worker import Job, Outcome

if TYPE_CHECKING:
    from distributed import Client

LOGS = STUDY_WORK / "logs"
"""Of points that failed."""


@dataclass(frozen=True)
class Plan:
    """The points of a study by the name of their experiment, and where these are kept."""

    name: str
    study: Study
    points: dict[str, Point]
    shaping: dict[str, Shaping]
    revision: str
    url: str

    def done(self) -> dict[str, origin.Reference]:
        """The experiments that are there."""
        there = origin.experiments(self.url)
        return {name: there[name] for name in self.points if name in there}


def plan(name: str, parameters: Parameters, remote: str | None) -> Plan:
    """What a study consists of at the present commit.

    `remote` is the git repository that all workers reach; None for this one. Raises `UserError`
    for an unknown study, settings that params.yaml refuses, and a commit that no worker could get.
    """
    studies = parameters.studies
    if name not in studies:
        close = hint(name, studies) or f"; known: {listed(studies) or 'none'}"
        raise UserError(f"studies: there is no study '{shown(name, 80)}' in params.yaml{close}")
    study = studies[name]
    for model in [model for model in study.vary if model not in parameters.models]:
        raise UserError(
            f"studies.{name}.vary.{model}: there is no model '{model}' in params.yaml"
            f"{hint(model, parameters.models)}"
        )
    revision, url = origin.committed_head(remote)
    points = points_of(name, study)
    shaping = {model: shaping_of(model) for model in study.vary}
    named = {point.experiment(shaping[point.model].digest): point for point in points}
    return Plan(name, study, named, shaping, revision, url)


def show_plan(plan: Plan) -> None:
    """List the points, and which of them are done or have failed."""
    done = plan.done()
    table = Table("point", "settings", "state", box=None, title=plan.study.question)
    for name, point in plan.points.items():
        failed = "failed" if (LOGS / f"{name}.log").exists() else "missing"
        table.add_row(name, " ".join(point.overrides), "done" if name in done else failed)
    console.print(table)
    say(f"{len(done)} of {len(plan.points)} points are done")


def run_study(
    plan: Plan,
    tracking: "Tracked | None",
    crew: AbstractContextManager["Client"],
    again: Callable[[], "Client"],
    limit: int | None,
    cached: bool,
) -> bool:
    """Work off what is missing, and write the table of all that is done; False if a point failed.

    What is done stays done, however this ends.
    """
    missing = [name for name in plan.points if name not in plan.done()]
    failed: list[str] = []
    if missing:
        jobs = [_job(plan, name, tracking, cached) for name in missing]
        say(f"{plan.study.question} {len(missing)} of {len(plan.points)} points are missing")
        with crew as client:
            failed = [each.name for each in _worked_off(jobs, client, again, limit)]
    if plan.done():
        _settle(plan, tracking)
    for name in failed:
        say(f"{name} failed; its log: python -m stages.study log {name}")
    return not failed


@dataclass(frozen=True)
class Tracked:
    """The MLflow runs of a study, as its driver sees them; `store` is told to workers of this
    machine, others have their own address of it; `settle` is that of `StudyRuns`."""

    parent: str
    mlflow_experiment: str
    store: str | None
    settle: Callable[[str, dict[str, str]], None]


def _worked_off(
    jobs: list[Job], client: "Client", again: Callable[[], "Client"], limit: int | None
) -> Iterator[Outcome]:
    """The outcomes that are failures; all are said."""
    from mnist_autoencoders.studies.driver import drive

    LOGS.mkdir(parents=True, exist_ok=True)
    with progress_bar("points", len(jobs)) as bar:
        for outcome in drive(jobs, client, again, limit):
            bar.advance(BAR)
            log = LOGS / f"{outcome.name}.log"
            if outcome.status == "failed":
                log.write_text(outcome.log, encoding="utf-8")
                yield outcome
            else:
                log.unlink(missing_ok=True)
            took = sum(outcome.seconds.values())
            settings = next(" ".join(job.overrides) for job in jobs if job.name == outcome.name)
            say(f"{outcome.status}: {outcome.name}, {settings} ({took:.0f} s)")


def _job(plan: Plan, name: str, tracking: Tracked | None, cached: bool) -> Job:
    point = plan.points[name]
    return Job(
        name=name,
        study=plan.name,
        overrides=point.overrides,
        target=point.target,
        revision=plan.revision,
        url=plan.url,
        cached=cached,
        mlflow_experiment=tracking.mlflow_experiment if tracking else "",
        store=tracking.store if tracking else None,
        parent=tracking.parent if tracking else None,
    )


def _settle(plan: Plan, tracking: Tracked | None) -> None:
    """Have all that is done in this repository, one run for each, and the table."""
    done = plan.done()
    origin.fetch(plan.url, list(done.values()))
    if tracking:
        attempts = {name: attempt_of(each.commit)["attempt"] for name, each in done.items()}
        tracking.settle(plan.name, attempts)
    points = [Done(plan.points[name], name, reference) for name, reference in done.items()]
    code = {path: each for model in plan.shaping.values() for path, each in model.code.items()}
    path, count = write_study(plan.name, plan.study, list(plan.points), points, code)
    say(f"{path} has {count} of {len(plan.points)} points; `dvc repro plot_studies` draws it")


def log_of(name: str) -> str:
    """The log of a point that failed; `UserError` if there is none."""
    known = [path.stem for path in sorted(LOGS.glob("*.log"))]
    if name not in known:
        close = hint(name, known) or f"; failed have: {listed(known) or 'none'}"
        raise UserError(f"no point '{shown(name, 80)}' has failed here{close}")
    return (LOGS / f"{name}.log").read_text(encoding="utf-8")


def work_folder() -> Path:
    """Where workers of this repository work: what they leave is removed by the next ones."""
    return STUDY_WORK.resolve() / "work"
