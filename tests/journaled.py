"""What a small training tells, through its journal, and what a store then holds of it."""

import time
from pathlib import Path
from typing import Any

import pytest
from mlflow.models import Model

from mnist_autoencoders.tracking import runs
from mnist_autoencoders.tracking.find import by_journal
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.tracking.store import open_store
from tests.stores import content
from tests.tracked import PICTURE, RECORD

STARTED = 1000.0
EPOCHS = 4


def without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have any folder taken for that of a trained model."""

    def model_event(_: Path, into: Path) -> dict[str, Any]:
        Model(signature=None).save(str(into.with_suffix(".tmp")))
        into.mkdir()
        into.with_suffix(".tmp").replace(into / "MLmodel")
        (into / "data").mkdir()
        (into / "data" / "weights").write_text("some")
        return {
            "kind": "model", "folder": into.name, "name": "tiny", "params": {"kind": "dense"},
            "model_tags": {"of": "tiny"},
        }  # fmt: skip

    monkeypatch.setattr(runs, "model_event", model_event)
    monkeypatch.setattr(runs, "read_record", lambda _: RECORD)


def tell(run: runs.TrackedRun, epochs: int = EPOCHS, start: int = 1) -> None:
    """Epochs, a second each, at times of long ago."""
    if start == 1:
        run.epoch(0, {}, PICTURE, STARTED)
    for number in range(start, epochs + 1):
        metrics = {"loss": 1 / number, "val_loss": 2 / number}
        run.epoch(number, metrics, PICTURE if number % 2 else None, STARTED + number)


def train(tracking: TrackingParameters, identity: str) -> float:
    """A whole training; how long its work took, without the wait at the end."""
    with training_run(RECORD, tracking, identity, STARTED) as run:
        start = time.monotonic()
        tell(run)
        run.trained(Path())
        run.measured({"seconds": 4.0})
        worked = time.monotonic() - start
    # not in the block, whose end waits
    return worked  # noqa: RET504


def found(tracking: TrackingParameters, identity: str) -> dict[str, Any]:
    """What the store holds of the one run of a journal, without what differs by identity."""
    opened = open_store(tracking)
    experiment = opened.experiment(tracking.experiment)
    (run,) = by_journal(opened.client, experiment, identity)
    held = content(opened.client, run)
    held["pictures"] = ["+".join(name.split("+")[:5]) for name in held["pictures"]]
    del held["tags"]["journal"], held["tags"]["process.started"]
    return held


def check_whole(held: dict[str, Any], epochs: int = EPOCHS) -> None:
    """A run as `train` tells it, each thing once and at its own time."""
    assert (held["status"], held["start"]) == ("FINISHED", 1_000_000)
    assert held["end"] == pytest.approx(time.time() * 1000, abs=300_000)
    numbers = range(1, epochs + 1)
    assert held["points"]["loss"] == [(n, 1 / n, 1_000_000 + 1000 * n) for n in numbers]
    assert held["points"]["val_loss"] == [(n, 2 / n, 1_000_000 + 1000 * n) for n in numbers]
    ((_, seconds, _),) = held["points"]["seconds"]
    assert seconds == 4.0
    assert held["pictures"] == [
        f"reconstructions+step+{n}+timestamp+{1_000_000 + 1000 * n}"
        for n in range(epochs + 1)
        if n % 2 or not n
        for _ in ("png", "webp")
    ]
    ((_, ready, _, linked, files),) = held["models"]
    assert (ready, [name for name, *_ in linked], files) == (
        "READY",
        ["seconds"],
        ["MLmodel", "data"],
    )
    assert held["tags"]["model.sha256"] == "abc"
    assert len(held["inputs"]) == 1
