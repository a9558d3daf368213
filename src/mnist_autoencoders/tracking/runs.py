"""One MLflow run per training: journaled as it goes, delivered beside it, rebuilt when missing."""

import csv
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlflow.entities import RunStatus

from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.tracking.courier import STOPPED_PATIENCE, Courier
from mnist_autoencoders.tracking.find import ATTEMPT
from mnist_autoencoders.tracking.journal import Journal, begin
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import (
    Record,
    begin_event,
    model_event,
    read_record,
    run_name,
)
from mnist_autoencoders.tracking.store import tracked

MODEL = "model"
"""Name of the folder of the model in a journal."""


class TrackedRun:
    """Where a training says what it does; without a journal, nowhere. It never waits."""

    def __init__(self, journal: Journal | None, courier: Courier | None = None) -> None:
        self._journal, self._courier = journal, courier

    def epoch(
        self,
        number: int,
        metrics: dict[str, float],
        picture: Path | None,
        at: float,
    ) -> None:
        """One epoch, which ended `at`, in seconds since 1970; the picture is a PNG file.

        Number 0 is before any training and has no metrics.
        """
        if self._journal is None:
            return
        name = f"{number:04}.png" if picture else None
        if picture and name:
            shutil.copy(picture, self._journal.folder / name)
        self._tell(kind="epoch", at=at, step=number, metrics=metrics, picture=name)

    def trained(self, folder: Path) -> None:
        """The model of a training's output folder, and its digest as a tag."""
        if self._journal is None:
            return
        self._tell(at=time.time(), **model_event(folder, self._journal.folder / MODEL))
        self.tag("model.sha256", read_record(folder)["model_sha256"])

    def tag(self, name: str, value: str) -> None:
        """A tag that was not known at the start."""
        self._tell(kind="tags", at=time.time(), tags={name: value})

    def measured(self, metrics: dict[str, float]) -> None:
        """Numbers of the training as a whole."""
        self._tell(kind="metrics", at=time.time(), metrics=metrics)

    def end(self, status: int) -> None:
        """How it ended, as a `RunStatus`."""
        self._tell(kind="end", at=time.time(), status=RunStatus.to_string(status))

    def _tell(self, *, at: float, **event: Any) -> None:
        if self._journal is not None:
            self._journal.append({"at": round(at * 1000), **event})
        if self._courier is not None:
            self._courier.wake()


@contextmanager
def training_run(
    record: Record, parameters: TrackingParameters, identity: str, started: float
) -> Iterator[TrackedRun]:
    """The run of a training, closed with the right status; the store is waited for at the end.

    A training that goes on after it was stopped gives the `identity` (hex digits) and the start,
    in seconds since the epoch, of its first process, and tells all epochs again with their times:
    that is one run, with each epoch once.
    """
    if not tracked(parameters):
        yield TrackedRun(None)
        return
    journal = begin(identity, begin_event(record, parameters, started))
    courier = Courier(parameters, journal)
    run = TrackedRun(journal, courier)
    try:
        yield run
    except (KeyboardInterrupt, SystemExit):
        run.end(RunStatus.KILLED)
        courier.finish(STOPPED_PATIENCE)
        raise
    except BaseException:
        run.end(RunStatus.FAILED)
        courier.finish()
        raise
    run.end(RunStatus.FINISHED)
    courier.finish()


def journal_rebuilt(folder: Path, parameters: TrackingParameters) -> None:
    """Journal the run of the trained model in `folder` from its files; its times are of now.

    It loads the model, see `record.model_event`. Two processes that do this make one run.
    """
    record, now = read_record(folder), time.time()
    first = begin_event(record, parameters, now)
    first["tags"]["rebuilt"] = "true"
    tags = first["tags"]
    within = f"{parameters.experiment} {tags['dvc.experiment']} {tags.get(ATTEMPT)}"
    what = f"{record['model_sha256']} {run_name(record)} {within}"
    journal = begin(uuid.uuid5(uuid.NAMESPACE_OID, what).hex, first)
    run = TrackedRun(journal)
    for number, metrics in {0: {}, **_read_history(folder)}.items():
        picture = folder / "epochs" / f"{number:04}.png"
        run.epoch(number, metrics, picture if picture.exists() else None, now)
    run.trained(folder)
    run.end(RunStatus.FINISHED)
    journal.close()


def _read_history(folder: Path) -> dict[int, dict[str, float]]:
    """The metrics of each epoch."""
    path = folder / "history.csv"
    with intact(path), path.open(encoding="utf-8") as file:
        return {
            int(row.pop("epoch")): {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        }
