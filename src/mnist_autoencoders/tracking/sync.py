"""Bringing the store up to date: all that waits for it, and runs that it lacks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow.exceptions import MlflowException

from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.evaluation import journal_figures
from mnist_autoencoders.tracking.figures import wanted
from mnist_autoencoders.tracking.find import by_model
from mnist_autoencoders.tracking.journal import claim, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import read_record
from mnist_autoencoders.tracking.runs import journal_rebuilt
from mnist_autoencoders.tracking.store import is_file, open_store, shown, what_happened

LONGEST_SILENCE = 30.0
"""Seconds without any progress after which the store is said to fail."""


def sync(folders: dict[Path, Path], parameters: TrackingParameters, own: bool = False) -> None:
    """Deliver what waits, and rebuild the runs that are missing.

    With `own`, a run of another DVC experiment than the present one does not count.
    `folders` are those of trainings, each with the file of its evaluation; either may be missing.
    Raises `UserError` where the store fails twice in a row, or takes nothing for half a minute.
    """
    courier = Courier(parameters, quiet=True)
    try:
        _sync(courier, folders, parameters, own)
    finally:
        courier.finish(0.0)


def _sync(
    courier: Courier, folders: dict[Path, Path], parameters: TrackingParameters, own: bool
) -> None:
    _deliver(courier)
    trained = [folder for folder in folders if folder.exists()]
    with _failing(courier.uri):
        store = open_store(parameters)
        experiment = store.experiment(parameters.experiment)
        records = {folder: read_record(folder) for folder in trained}
        for folder, record in records.items():
            if by_model(store.client, experiment, wanted(record), own) is None:
                journal_rebuilt(folder, parameters)
    for folder, record in records.items():
        if folders[folder].exists():
            journal_figures(record, read_json(folders[folder]), parameters)
    _deliver(courier)
    with _failing(courier.uri):
        for folder in folders:
            run = None
            if folder in records:
                run = by_model(store.client, experiment, wanted(records[folder]))
            say(f"{folder.name}: {f'run {run.info.run_id}' if run else 'not trained yet'}")
    for folder, wanted_run in courier.missing.items():
        say(f"{wanted_run['model']}: figures of a model that is gone, and so is its run: dropped")
        if journal := claim(folder):
            journal.remove()


def _deliver(courier: Courier) -> None:
    courier.progress = time.monotonic()
    while not courier.settle(1.0):
        silence = time.monotonic() - courier.progress
        if courier.failures > 1 or silence > LONGEST_SILENCE:
            failure = courier.failure or f"it has taken nothing for {silence:.0f} s"
            raise _error(courier.uri, failure)


@contextmanager
def _failing(uri: str) -> Iterator[None]:
    try:
        yield
    except MlflowException as error:
        raise _error(uri, what_happened(error)) from None


def _error(uri: str, failure: str) -> UserError:
    damaged = " A damaged file can be moved away: what it held is made anew from the outputs."
    return UserError(
        f"the MLflow store {shown(uri)} fails: {failure}. {len(waiting())} journals wait for "
        f"it in .dvc/tmp/tracking; run this again once it works.{damaged if is_file(uri) else ''}"
    )
