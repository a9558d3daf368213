"""A stopped training goes on after its last epoch, and ends with the bits of one that was not."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.dataset.store import SPLITS, open_images
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.models.model import EarlyStopping, ModelParameters, Variational
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noisy_images.write import write_noisy_images
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training import checkpoint as checkpoints
from mnist_autoencoders.training.checkpoint import CODE, MOST_TIME, checkpoint_of
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.task import Task
from tests.conftest import TENSORFLOW, write_squares
from tests.dependencies import PACKAGE, Pipeline
from tests.projects import ROOT
from tests.trainings import DENSE, train

pytestmark = TENSORFLOW

EPOCHS = 5
STOPPED = 3

MODELS = {
    # draws of noise and of dropped values, momenta, a schedule, decays
    "noisy": DENSE.model_copy(
        update={
            "input": "noisy", "fresh_noise": True, "hidden": [16], "dropout": 0.3,
            "optimizer": "adamw", "weight_decay": 1.0, "schedule": "cosine", "l2": 0.01,
            "epochs": EPOCHS,
        }
    ),
    # draws of codes and of images; the best epoch is the one before it is stopped
    "variational": DENSE.model_copy(
        update={
            "code_l1": 0.0, "code_activation": "linear", "variational": Variational(samples=2),
            "binarised": True, "learning_rate": 0.1, "epochs": EPOCHS, "validation_share": 0.5,
            "early_stopping": EarlyStopping(patience=2),
        }
    ),
    # moving averages, and a small last batch in another graph
    "convolutional": Convolutional(
        kind="convolutional", input="clean", filters=[4, 2], batch_size=64, epochs=EPOCHS,
        batch_normalisation=True, optimizer="rmsprop",
    ),
}  # fmt: skip


class Stopped(BaseException):
    """As a signal is."""


class Log:
    """What a tracker is told, up to where the training is stopped: after an epoch is kept."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.stop_at = stop_at
        self.calls: dict[int, tuple[Any, ...]] = {}

    def __call__(
        self, number: int, metrics: dict[str, float], picture: Path | None, at: float
    ) -> None:
        assert number not in self.calls
        self.calls[number] = (metrics, picture and picture.read_bytes(), at)
        if number == self.stop_at:
            raise Stopped


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Clean and noisy images, and a repository for the checkpoints."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    # in a test, every epoch is short
    monkeypatch.setattr(checkpoints, "MOST_TIME", np.inf)
    clean, noisy = tmp_path / "clean", tmp_path / "noisy"
    write_squares(clean)
    noise = noise_of("gaussian", 0.5)
    noisy.mkdir()
    for split in SPLITS:
        write_noisy_images(open_images(clean, split), noisy, split, "noisy", noise, seed=0)
    write_json(noisy / "noise.json", noise.card())
    return tmp_path


@pytest.fixture
def task(folders: Path) -> Task:
    return Task("model", DENSE, 5, folders / "clean", folders / "noisy", Device("cpu", 2))


def run(folders: Path, parameters: ModelParameters, name: str, log: Log, **options: Any) -> None:
    train(
        parameters, folders / "clean", folders / name, inputs=folders / parameters.input,
        on_epoch=log, **options,
    )  # fmt: skip


def contents(folder: Path) -> dict[Path, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def kept(folders: Path) -> list[Path]:
    return list((folders / ".dvc/tmp/checkpoints").glob("*/state.npz"))


@pytest.mark.parametrize("name", MODELS)
def test_a_resumed_training_ends_with_the_same_bits(
    folders: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters, whole, first, second = MODELS[name], Log(), Log(STOPPED), Log()
    run(folders, parameters, "whole", whole)
    capsys.readouterr()
    with pytest.raises(Stopped):
        run(folders, parameters, "first", first, resume=True)
    run(folders, parameters, "second", second, resume=True)
    said = capsys.readouterr().out
    assert said.count(f"going on after epoch {STOPPED}, where it was stopped") == 1
    # each epoch was computed once
    computed = [int(number) for number in re.findall(r"model (\d)/5: loss", said)]
    assert computed == [*range(1, len(whole.calls))]
    assert contents(folders / "second") == contents(folders / "whole")
    # a tracker hears of all epochs, with their own times
    for number in range(len(whole.calls)):
        assert second.calls[number][:2] == whole.calls[number][:2]
    assert {n: first.calls[n] for n in range(STOPPED + 1)} == {
        n: second.calls[n] for n in range(STOPPED + 1)
    }
    assert kept(folders) == []


def stop_after(epochs: int, task: Task) -> None:
    """Keep a checkpoint of a task as its training does, but not of any training."""
    done = [Epoch(number, {"loss": 1 / 3}, 0.5, 7.0) for number in range(1, epochs + 1)]
    with suppress(Stopped), checkpoint_of(task, deterministic=True) as checkpoint:
        assert checkpoint
        assert checkpoint.epochs == []
        for number in range(1, epochs + 1):
            checkpoint.save([np.arange(3)], [np.zeros(2)], done[:number])
        raise Stopped


def epochs_kept(task: Task, deterministic: bool = True) -> int:
    with suppress(Stopped), checkpoint_of(task, deterministic) as checkpoint:
        assert checkpoint
        epochs = len(checkpoint.epochs)
        raise Stopped
    return epochs


def other_images(folder: Path) -> None:
    card = json.loads((folder / "clean/card.json").read_text())
    write_json(folder / "clean/card.json", card | {"sha256": "0" * 64})


def other_noise(folder: Path) -> None:
    """Of the same kind and strength, as with another common seed."""
    images = np.load(folder / "noisy/test_images.npy")
    images[7, 3, 5] ^= 1
    np.save(folder / "noisy/test_images.npy", images)


@pytest.mark.parametrize(
    ("changed", "data"),
    [
        ({}, None),
        ({"seed": 6}, None),
        ({"replica": True}, None),
        ({"device": Device("cpu", 1)}, None),
        ({"parameters": DENSE.model_copy(update={"batch_size": 63})}, None),
        ({}, other_images),
        ({}, other_noise),
    ],
)
def test_it_goes_on_with_the_same_training_only(
    folders: Path, task: Task, changed: dict[str, Any], data: Callable[[Path], None] | None
) -> None:
    stop_after(2, task)
    if data:
        data(folders)
    expected = 2 if not changed and not data else 0
    assert epochs_kept(replace(task, **changed)) == expected


def test_nor_does_it_with_other_code_or_settings(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(2, task)
    assert epochs_kept(task, deterministic=False) == 0
    monkeypatch.setattr(checkpoints, "CODE", (*CODE, "zoo"))
    assert epochs_kept(task) == 0
    monkeypatch.setattr(checkpoints, "CODE", CODE)
    assert epochs_kept(task) == 2


def test_a_checkpoint_that_cannot_be_read_is_none(
    folders: Path, task: Task, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_after(2, task)
    (file,) = kept(folders)
    whole = file.read_bytes()
    # the values of the weights are changed, too: an archive knows its members' checksums
    for broken in (b"", whole[:40], whole[:-40], whole.replace(b"\x01\x00\x00", b"\x02\x00\x00")):
        file.write_bytes(broken)
        assert epochs_kept(task) == 0
        assert "cannot be read: starting anew" in capsys.readouterr().out
    file.write_bytes(whole)
    assert epochs_kept(task) == 2


def test_checkpoints_take_a_hundredth_of_the_time(
    folders: Path, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where epochs take no time, the second is not kept."""
    assert 0 < MOST_TIME <= 0.01
    monkeypatch.setattr(checkpoints, "MOST_TIME", MOST_TIME)
    stop_after(2, task)
    assert epochs_kept(task) == 1
    assert {path.name for path in kept(folders)[0].parent.iterdir()} == {"state.npz"}


def test_a_training_goes_on_where_no_checkpoint_can_be_written(
    folders: Path, task: Task, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_after(1, task)
    (file,) = kept(folders)
    with suppress(Stopped), checkpoint_of(task, deterministic=True) as checkpoint:
        assert checkpoint
        shutil.rmtree(file.parent)
        file.parent.write_text("in the way")
        for _ in range(2):
            checkpoint.save([np.arange(3)], [], checkpoint.epochs)
            checkpoint.keep_picture(folders / "clean/card.json")
        raise Stopped
    assert capsys.readouterr().out.count("no checkpoint is kept of this training: ") == 1


def test_one_of_two_at_the_same_training_keeps_a_checkpoint(task: Task) -> None:
    with checkpoint_of(task, deterministic=True) as first:
        with checkpoint_of(task, deterministic=True) as second:
            assert first
            assert second is None
        with checkpoint_of(task, deterministic=False) as other:
            assert other
    with checkpoint_of(task, deterministic=True) as again:
        assert again


def test_what_has_ended_or_failed_or_is_old_is_removed(folders: Path, task: Task) -> None:
    stop_after(2, task)
    with pytest.raises(UserError), checkpoint_of(task, deterministic=True):
        raise UserError("the loss is nan")
    assert kept(folders) == []
    stop_after(2, task)
    with checkpoint_of(task, deterministic=True):
        pass
    assert kept(folders) == []
    stop_after(2, task)
    (file,) = kept(folders)
    for days, left in ((29, 1), (31, 0)):
        past = time.time() - days * 24 * 3600
        os.utime(file.parent, (past, past))
        epochs_kept(replace(task, seed=6))
        assert len(kept(folders)) == left


def test_a_checkpoint_depends_on_the_code_that_its_stage_depends_on() -> None:
    """But for kinds of network and noise, whose digests are in what a task says of itself."""
    deps = Pipeline(ROOT).stages["train"]["do"]["deps"]
    code = {dep.removeprefix(f"{PACKAGE}/") for dep in deps if dep.startswith(PACKAGE)}
    assert code - {"model_kinds/${item.kind}.py"} == {*CODE}
