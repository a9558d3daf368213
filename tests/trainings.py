"""Small trainings of `train_model`."""

from pathlib import Path

import keras
import numpy as np

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.dataset.store import Split, open_images
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.training.checkpoint import checkpoint_of
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.task import Task
from mnist_autoencoders.training.train import OnEpoch, train_model

TOWERS = 2
DENSE = Dense(
    kind="dense",
    input="clean",
    code_size=12,
    code_l1=0.0001,
    batch_size=64,
    epochs=3,
    learning_rate=0.01,
)


def train(
    parameters: ModelParameters,
    clean: Path,
    folder: Path,
    seed: int = 5,
    inputs: Path | None = None,
    on_epoch: OnEpoch = lambda *_: None,
    resume: bool = False,
) -> list[Epoch]:
    """Train from weights drawn with the seed, as the stage does, and return the history."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    folder.mkdir()
    device = Device("cpu", TOWERS, parameters.towers(TOWERS))
    task = Task("model", parameters, seed, clean, inputs or clean, device)
    if not resume:
        return train_model(task, folder, on_epoch)
    with checkpoint_of(task, deterministic=True) as checkpoint:
        return train_model(task, folder, on_epoch, checkpoint)


def pixels(folder: Path, split: Split) -> np.ndarray:
    """float32 `[n, 28, 28, 1]` in [0, 1]."""
    return open_images(folder, split)[..., np.newaxis].astype(np.float32) / 255
