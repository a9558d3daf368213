"""Train one model and write what the rest of the pipeline needs of it."""

import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from PIL import Image

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.montage import montage
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar, say
from mnist_autoencoders.training.checkpoint import Checkpoint
from mnist_autoencoders.training.loop import Epoch, Pairs, train_epochs
from mnist_autoencoders.training.objective import Objective
from mnist_autoencoders.training.task import Task

PICTURED = 10
"""Test images in the picture of every epoch."""

MOST_PICTURES = 25
"""Epochs of a training that are pictured, evenly spaced; a hundred would take as many seconds."""

LAST_RATE = 0.01
"""Share of the learning rate that a schedule ends at."""

OnEpoch = Callable[[int, dict[str, float], Path | None, float], None]
"""Called with the number of an epoch, its metrics, a picture of reconstructions after it or None,
and when it ended, in seconds since 1970."""


def train_model(
    task: Task, folder: Path, on_epoch: OnEpoch, checkpoint: Checkpoint | None = None
) -> list[Epoch]:
    """Train and write into `folder`:

    - `model.keras`, the model with its optimizer's state
    - `history.csv`, a row an epoch
    - `epochs/0000.png` ..., test images (original / input / reconstruction) after an epoch, the
      first before any training; of every epoch where there are few
    - `record.json`, what ran, with the digest of the model

    `on_epoch` is called after each epoch, and before any training without metrics. With a
    `checkpoint`, a training that was stopped goes on after its last epoch, to the same bits;
    `on_epoch` is called for the epochs before as well. Raises `UserError` at a loss that is not
    finite.
    """
    parameters = task.parameters
    training, validation = task.training_pairs(), task.validation_pairs()
    history = [*checkpoint.epochs] if checkpoint else []
    steps = math.ceil(len(training(len(history) or 1).targets) / parameters.batch_size)
    model = compiled_model(parameters, steps * parameters.epochs)
    objective = Objective(model, parameters)
    stopping = _early_stopping(model, parameters)
    pictured = task.pairs("test").part(None, PICTURED)
    (folder / "epochs").mkdir()

    between = math.ceil(parameters.epochs / MOST_PICTURES)

    def picture(number: int) -> Path | None:
        """Made of the model as it is, unless the checkpoint has it."""
        if number % between and number != parameters.epochs and not model.stop_training:
            return None
        path = folder / "epochs" / f"{number:04}.png"
        if checkpoint and number <= len(checkpoint.epochs) and checkpoint.picture(number).exists():
            shutil.copy(checkpoint.picture(number), path)
            return path
        _picture(model, pictured).save(path)
        if checkpoint:
            checkpoint.keep_picture(path)
        return path

    on_epoch(0, {}, picture(0), checkpoint.started if checkpoint else time.time())
    for epoch in history:
        stopping.on_epoch_end(epoch.number, epoch.metrics)
        on_epoch(epoch.number, epoch.metrics, picture(epoch.number), epoch.ended)
    variables = objective.variables()
    if checkpoint and history:
        say(f"{task.name}: going on after epoch {len(history)}, where it was stopped")
        checkpoint.restore(variables)
        stopping.best_weights = checkpoint.best_weights or None

    with progress_bar(task.name, total=steps * parameters.epochs, unit="steps") as progress:

        def on_step(count: int) -> None:
            progress.advance(BAR, count)

        on_step(steps * len(history))
        epochs = train_epochs(
            objective,
            parameters,
            training,
            validation,
            task.seed,
            task.device.towers,
            on_step,
            done=len(history),
        )
        while not model.stop_training and len(history) < parameters.epochs:
            epoch = next(epochs)
            history.append(epoch)
            metrics = epoch.metrics
            say(
                f"{task.name} {epoch.number}/{parameters.epochs}: loss {metrics['loss']:.4f}, "
                f"val_loss {metrics['val_loss']:.4f}, {epoch.seconds:.1f} s"
            )
            stopping.on_epoch_end(epoch.number, metrics)
            shown = picture(epoch.number)
            if checkpoint:
                checkpoint.save(variables, stopping.best_weights or [], history)
            # after it is kept: what goes on from there tells of it again
            on_epoch(epoch.number, metrics, shown, epoch.ended)
    if model.stop_training:
        say(f"{task.name}: stopped early, the best epoch was {stopping.best_epoch}")
    stopping.on_train_end()

    rows = [{"epoch": epoch.number, **epoch.metrics} for epoch in history]
    pd.DataFrame(rows).to_csv(folder / "history.csv", index=False, float_format="%.7g")
    record = {
        **task.describe(),
        "count_parameters": model.count_params(),
        "layers": _layers(model),
        "model_sha256": save_model(model, folder / "model.keras"),
    }
    write_json(folder / "record.json", record)
    return history


def compiled_model(parameters: ModelParameters, steps: int) -> keras.Model:
    """An untrained model with its optimizer, whose schedule ends after `steps`."""
    schedules = keras.optimizers.schedules
    rate = {
        "constant": lambda first: first,
        "cosine": lambda first: schedules.CosineDecay(first, steps, alpha=LAST_RATE),
        "exponential": lambda first: schedules.ExponentialDecay(first, steps, LAST_RATE),
    }[parameters.schedule](parameters.learning_rate)
    # without any: AdamW takes a number only, and the others compute less for None
    none = 0.0 if parameters.optimizer == "adamw" else None
    config = {"learning_rate": rate, "weight_decay": parameters.weight_decay or none}
    optimizer = {"class_name": parameters.optimizer, "config": config}
    model = build_model(parameters)
    model.compile(optimizer=keras.optimizers.get(optimizer), loss=parameters.loss)
    return model


def _early_stopping(
    model: keras.Model, parameters: ModelParameters
) -> keras.callbacks.EarlyStopping:
    """Keras' own, which restores the best weights; without the parameter it never stops."""
    wanted = parameters.early_stopping
    stopping = keras.callbacks.EarlyStopping(
        "val_loss",
        mode="min",
        min_delta=wanted.min_delta if wanted else 0,
        patience=wanted.patience if wanted else parameters.epochs,
        restore_best_weights=wanted is not None,
    )
    stopping.set_model(model)
    model.stop_training = False
    stopping.on_train_begin()
    return stopping


def _layers(model: keras.Model) -> list[dict[str, Any]]:
    """Name, output shape without the batch, and number of weights of every layer, in order."""
    return [
        {"part": part, "layer": type(layer).__name__, "output": list(layer.output.shape[1:]),
         "parameters": layer.count_params()}
        for part in ("encoder", "decoder")
        for layer in model.get_layer(part).layers
    ]  # fmt: skip


def _picture(model: keras.Model, pairs: Pairs) -> Image.Image:
    images = pairs.inputs[..., np.newaxis].astype(np.float32) / 255
    reconstruction = np.asarray(model(images))[..., 0]
    rows: list[Images] = [pairs.targets, np.rint(reconstruction.clip(0, 1) * 255).astype(np.uint8)]
    if pairs.inputs is not pairs.targets:
        rows.insert(1, pairs.inputs)
    # about square, as MLflow shows pictures
    return montage(rows, columns=PICTURED // 2)
