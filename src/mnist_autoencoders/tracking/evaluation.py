"""An evaluation, whose figures are added to the run of its model."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mnist_autoencoders.tracking.courier import STOPPED_PATIENCE, Courier
from mnist_autoencoders.tracking.figures import figures_event, wanted
from mnist_autoencoders.tracking.journal import begin
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import Record, read_record
from mnist_autoencoders.tracking.runs import journal_rebuilt
from mnist_autoencoders.tracking.store import patience, store_uri, tracked

Log = Callable[[dict[str, Any]], None]
"""Takes the figures of an evaluation."""


def journal_figures(
    record: Record, figures: dict[str, Any], parameters: TrackingParameters
) -> None:
    """Journal the figures of an evaluation that has just ended."""
    begin(uuid.uuid4().hex, figures_event(record, figures, parameters)).close()


@contextmanager
def tracked_evaluation(trained: Path, parameters: TrackingParameters) -> Iterator[Log]:
    """While it lasts, what waits for the store is delivered; yields what takes the figures.

    They are kept at once. Where the store lacks the run of the model, it is rebuilt from `trained`.
    """
    if not tracked(parameters):
        yield lambda _: None
        return
    courier = Courier(parameters)
    left = patience(store_uri(parameters))

    def log(figures: dict[str, Any]) -> None:
        nonlocal left
        record, start = read_record(trained), time.monotonic()
        journal_figures(record, figures, parameters)
        settled = courier.settle(left)
        left -= time.monotonic() - start
        if settled and wanted(record) in courier.missing.values():
            journal_rebuilt(trained, parameters)

    try:
        yield log
    except (KeyboardInterrupt, SystemExit):
        courier.finish(STOPPED_PATIENCE)
        raise
    except BaseException:
        courier.finish()
        raise
    courier.finish(max(0.0, left))
