"""What a stopped training goes on from: its state after an epoch, kept outside its outputs.

DVC deletes the outputs of a stage before it runs the stage again.
"""

import hashlib
import json
import math
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import keras
import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SPLITS
from mnist_autoencoders.stagecraft.layout import CHECKPOINTS, repository
from mnist_autoencoders.stagecraft.outputs import new_file, remove
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.task import Task

CODE = (
    "backend", "binarise.py", "dataset", "models", "montage.py", "networks/archive.py", "noise",
    "records.py", "training",
)  # fmt: skip
"""What of this package shapes every training, as dvc.yaml has it. A task describes the rest: its
kinds of network and of noise."""

MOST_TIME = 0.01
"""Share of a training that writing checkpoints may take. Where an epoch is too short for one after
each, some are left out."""

DAYS_KEPT = 30
"""Of a checkpoint that no training has gone on from."""


class Checkpoint:
    """The state of one training in a folder. `epochs` are those it has done, none at first.

    `identity` and `started`, in seconds since 1970, are of its tracked run and stay the same
    when it goes on.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "state.npz"
        self._due = 0.0
        self._seconds = math.inf
        self.identity = uuid4().hex
        self.started = time.time()
        self.epochs: list[Epoch] = []
        self.weights: list[NDArray[Any]] = []
        self.best_weights: list[NDArray[Any]] = []
        try:
            self._read()
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            say("what was kept of a stopped training cannot be read: starting anew")
            self._file.unlink()

    def restore(self, variables: Sequence[keras.Variable]) -> None:
        """Give all variables of a training the values that they had after the last epoch."""
        for variable, value in zip(variables, self.weights, strict=True):
            variable.assign(value)

    def picture(self, number: int) -> Path:
        """The file of the picture after an epoch, which need not be there."""
        return self._folder / f"{number:04}.png"

    def keep_picture(self, path: Path) -> None:
        """Copy the picture of an epoch that will be done when `save` is called."""
        try:
            shutil.copy(path, self._folder / path.name)
        except OSError as error:
            self._give_up(error)

    def save(
        self,
        variables: Sequence[keras.Variable],
        best_weights: Sequence[NDArray[Any]],
        epochs: Sequence[Epoch],
    ) -> None:
        """Write the state after the last of `epochs`, unless it would take too much of the time."""
        start = time.perf_counter()
        if start < self._due:
            return
        described = {
            "identity": self.identity,
            "started": self.started,
            "epochs": [asdict(epoch) for epoch in epochs],
        }
        arrays = {f"weights_{i}": np.asarray(each) for i, each in enumerate(variables)}
        arrays |= {f"best_{i}": each for i, each in enumerate(best_weights)}
        try:
            with new_file(self._file) as path, path.open("wb") as file:
                np.savez(file, allow_pickle=False, described=json.dumps(described), **arrays)
        except OSError as error:
            self._give_up(error)
            return
        end = time.perf_counter()
        # the first takes longer than all others
        self._seconds = min(self._seconds, end - start)
        self._due = end + self._seconds / MOST_TIME

    def _give_up(self, error: OSError) -> None:
        """A training goes on where no checkpoint of it can be written."""
        if self._due != math.inf:
            say(f"no checkpoint is kept of this training: {error}")
        self._due = math.inf

    def _read(self) -> None:
        with np.load(self._file) as state:
            described = json.loads(str(state["described"]))
            groups = {
                group: [state[f"{group}_{i}"] for i in range(_count(state, group))]
                for group in ("weights", "best")
            }
        epochs = [Epoch(**epoch) for epoch in described["epochs"]]
        self.identity, self.started = described["identity"], described["started"]
        self.epochs, self.weights, self.best_weights = epochs, groups["weights"], groups["best"]


@contextmanager
def checkpoint_of(task: Task, deterministic: bool) -> Iterator[Checkpoint | None]:
    """The checkpoint of a training; removed at the end of the block, kept if it is stopped.

    It is bound to all that shapes the training. None where another process is at the same one.
    """
    folder = repository() / CHECKPOINTS / _fingerprint(task, deterministic)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_old(folder.parent)
    lock = FileLock(folder.with_suffix(".lock"))
    with suppress(Timeout):
        lock.acquire(blocking=False)
    if not lock.is_locked:
        yield None
        return
    ended = True
    try:
        yield Checkpoint(folder)
    except UserError:
        raise  # it would end so again
    except BaseException:
        ended = False
        raise
    finally:
        if ended:
            shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _fingerprint(task: Task, deterministic: bool) -> str:
    """A digest of all that shapes a training: entry, data, noise, code, versions, device."""
    described = task.describe() | {"deterministic": deterministic}
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    package = Path(__file__).parent.parent
    for part in CODE:
        path = package / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(package)}\n".encode() + file.read_bytes())
    if task.inputs != task.clean:
        # the card of the images tells clean ones apart, that of the noise no noisy ones
        for split in SPLITS:
            with (task.inputs / f"{split}_images.npy").open("rb") as images:
                digest.update(hashlib.file_digest(images, "sha256").digest())
    return digest.hexdigest()


def _count(state: Any, group: str) -> int:
    return sum(name.startswith(f"{group}_") for name in state.files)


def _remove_old(folder: Path) -> None:
    oldest = time.time() - DAYS_KEPT * 24 * 3600
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            remove(path)
