"""Train one model and write what the rest of the pipeline needs of it."""

import math
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from PIL import Image

from mnist_autoencoders.dataset.montage import montage
from mnist_autoencoders.dataset.store import Images, Split, open_images, read_card
from mnist_autoencoders.models.archive import save_model
from mnist_autoencoders.models.backend import Device
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.parameters import ModelParameters
from mnist_autoencoders.noise.parameters import NoiseParameters
from mnist_autoencoders.outputs import write_json
from mnist_autoencoders.terminal import BAR, progress_bar, say
from mnist_autoencoders.training.loop import Epoch, Pairs, train_epochs

PICTURED = 10
"""Test images in the picture of every epoch."""

OnEpoch = Callable[[int, dict[str, float], Image.Image], None]
"""Called with the number of an epoch, its metrics, and reconstructions after it."""


@dataclass(frozen=True)
class Task:
    """One training: an entry of params.yaml, the folders of its images, and where it runs."""

    name: str
    parameters: ModelParameters
    seed: int
    noise: NoiseParameters | None
    clean: Path
    inputs: Path
    device: Device

    def describe(self) -> dict[str, Any]:
        """What runs, in terms that are the same whenever it runs again."""
        return {
            "model": self.name,
            "parameters": self.parameters.model_dump(),
            "noise": None if self.noise is None else self.noise.model_dump(),
            "seed": self.seed,
            "data": asdict(read_card(self.clean)),
            "device": asdict(self.device),
            "versions": {
                "python": platform.python_version(),
                "keras": keras.__version__,
                "tensorflow": tf.__version__,
                "numpy": np.__version__,
            },
        }

    def pairs(self, split: Split) -> Pairs:
        """Inputs and clean targets of one split, memory-mapped."""
        targets = open_images(self.clean, split)
        same = self.inputs == self.clean
        return Pairs(targets if same else open_images(self.inputs, split), targets)


def train_model(task: Task, folder: Path, on_epoch: OnEpoch) -> list[Epoch]:
    """Train and write into `folder`:

    - `model.keras`, the model with its optimizer's state
    - `history.csv`, a row an epoch
    - `epochs/0000.png` ..., test images (original / input / reconstruction) after each epoch, the
      first before any training
    - `record.json`, what ran, with the digest of the model

    `on_epoch` is called for each picture; without metrics for the first. Raises `UserError` at a
    loss that is not finite.
    """
    parameters = task.parameters
    model = _compiled_model(parameters)
    training, validation = task.pairs("train"), task.pairs("test")
    pictured = validation.first(PICTURED)
    (folder / "epochs").mkdir()

    def show(number: int, metrics: dict[str, float]) -> None:
        picture = _picture(model, pictured)
        picture.save(folder / "epochs" / f"{number:04}.png")
        on_epoch(number, metrics, picture)

    show(0, {})
    history = []
    steps = math.ceil(len(training.inputs) / parameters.batch_size) * parameters.epochs
    with progress_bar(task.name, total=steps, unit="steps") as progress:

        def on_step(count: int) -> None:
            progress.advance(BAR, count)

        for epoch in train_epochs(model, parameters, training, validation, task.seed, on_step):
            history.append(epoch)
            say(
                f"{task.name} {epoch.number}/{parameters.epochs}: loss {epoch.loss:.4f}, "
                f"val_loss {epoch.val_loss:.4f}, {epoch.seconds:.1f} s"
            )
            show(epoch.number, epoch.metrics())

    rows = [{"epoch": epoch.number, **epoch.metrics()} for epoch in history]
    pd.DataFrame(rows).to_csv(folder / "history.csv", index=False, float_format="%.7g")
    record = {
        **task.describe(),
        "count_parameters": model.count_params(),
        "model_sha256": save_model(model, folder / "model.keras"),
    }
    write_json(folder / "record.json", record)
    return history


def _compiled_model(parameters: ModelParameters) -> keras.Model:
    optimizer = {
        "class_name": parameters.optimizer,
        "config": {"learning_rate": parameters.learning_rate},
    }
    model = build_model(parameters)
    model.compile(optimizer=keras.optimizers.get(optimizer), loss=parameters.loss)
    return model


def _picture(model: keras.Model, pairs: Pairs) -> Image.Image:
    images = pairs.inputs[..., np.newaxis].astype(np.float32) / 255
    reconstruction = np.asarray(model(images))[..., 0]
    rows: list[Images] = [pairs.targets, np.rint(reconstruction.clip(0, 1) * 255).astype(np.uint8)]
    if pairs.inputs is not pairs.targets:
        rows.insert(1, pairs.inputs)
    # about square, as MLflow shows pictures
    return montage(rows, columns=PICTURED // 2)
