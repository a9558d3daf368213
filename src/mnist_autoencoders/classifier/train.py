"""Train the classifier and write what judging images needs of it."""

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from mnist_autoencoders.classifier.parameters import ClassifierParameters
from mnist_autoencoders.dataset.store import (
    SIDE,
    SPLITS,
    Labels,
    open_images,
    open_labels,
    read_card,
)
from mnist_autoencoders.judge.frechet import Moments
from mnist_autoencoders.judge.judge import (
    Judging,
    Reading,
    Real,
    read_images,
    reader,
    reading_scores,
)
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import BAR, UserError, progress_bar, say


def train_classifier(
    clean: Path, parameters: ClassifierParameters, judging: Judging, folder: Path
) -> dict[str, Any]:
    """Train on the images of `clean`; write into `folder` and return what `record.json` holds.

    - `classifier.keras`: bytes `[n, 28, 28]` to class probabilities `[n, classes]`
    - `statistics.npz`: mean and covariance of the features, float64, of the training and of the
      test images: `train_mean`, `train_covariance`, `test_mean`, `test_covariance`
    - `record.json`: `accuracy` on the test images; for each split its `scores` against the test
      images (see `judge.reading_scores`) and its `counts` by class. The training images' scores
      are the mark for generated ones: what one set of real digits has against another. Those of
      the test images are against themselves.

    Where images have no labels, or the training images have one alone, it is `record.json` alone,
    with an `accuracy` of null. Weights and order of the images come from Keras' global seed.
    Raises `UserError` for a training that ends with no numbers.
    """
    classes = read_card(clean).classes
    train_labels, test_labels = open_labels(clean, "train"), open_labels(clean, "test")
    if train_labels is None or test_labels is None:
        return _write_nothing("the images have no labels", folder)
    if len(np.unique(train_labels)) < 2:
        return _write_nothing("the training images are of one class", folder)
    model = build_classifier(parameters, len(classes))
    _fit(model, parameters, np.asarray(open_images(clean, "train")), train_labels)

    network = reader(model)
    readings = {split: read_images(network, open_images(clean, split)) for split in SPLITS}
    if not all(reading.finite for reading in readings.values()):
        raise UserError("the classifier gives no numbers: lower classifier.learning_rate")
    moments = {split: Moments.of(readings[split].features) for split in SPLITS}
    statistics: dict[str, Any] = {f"{split}_mean": moments[split].mean for split in SPLITS}
    statistics |= {f"{split}_covariance": moments[split].covariance for split in SPLITS}
    np.savez(folder / "statistics.npz", **statistics)
    part = spread(len(test_labels), judging.sample)
    real = Real(moments["test"], readings["test"].features[part])
    record: dict[str, Any] = {
        "accuracy": _accuracy(readings["test"], test_labels),
        "train_accuracy": _accuracy(readings["train"], train_labels),
    }
    for split, labels in zip(SPLITS, (train_labels, test_labels)):
        counts = np.bincount(labels, minlength=len(classes)).tolist()
        record[split] = {
            "scores": reading_scores(readings[split], real, judging),
            "counts": dict(zip(classes, counts)),
        }
    record["model_sha256"] = save_model(model, folder / "classifier.keras")
    write_json(folder / "record.json", record)
    return record


def _write_nothing(why: str, folder: Path) -> dict[str, Any]:
    say(f"{why}: no classifier")
    record = {"accuracy": None}
    write_json(folder / "record.json", record)
    return record


def build_classifier(parameters: ClassifierParameters, classes: int) -> keras.Model:
    """An untrained classifier: bytes `[n, 28, 28]` to class probabilities `[n, classes]`."""
    chain: list[Any] = [
        keras.Input((SIDE, SIDE), name="image"),
        layers.Rescaling(1 / 255),
        layers.Reshape((SIDE, SIDE, 1)),
    ]
    for filters in parameters.filters:
        chain += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D()]
    chain += [
        layers.Flatten(),
        layers.Dropout(parameters.dropout),
        layers.Dense(parameters.features, activation="relu", name="features"),
        layers.Dense(classes, activation="softmax", name="class"),
    ]
    return keras.Sequential(chain, name="classifier")


def _fit(model: keras.Model, parameters: ClassifierParameters, images: Any, labels: Labels) -> None:
    steps = math.ceil(len(images) / parameters.batch_size) * parameters.epochs
    rate = keras.optimizers.schedules.CosineDecay(parameters.learning_rate, steps)
    # XLA's convolutions are slow on processors
    model.compile(
        keras.optimizers.Adam(rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )

    def report(epoch: int, logs: dict[str, float]) -> None:
        progress = f"{epoch + 1}/{parameters.epochs}"
        say(f"classifier {progress}: loss {logs['loss']:.4f}, accuracy {logs['accuracy']:.4f}")

    with progress_bar("classifier", total=steps, unit="steps") as progress:
        callback = keras.callbacks.LambdaCallback(
            on_epoch_end=report, on_train_batch_end=lambda *_, **__: progress.advance(BAR)
        )
        model.fit(
            images,
            labels,
            batch_size=parameters.batch_size,
            epochs=parameters.epochs,
            verbose=0,
            callbacks=[callback],
        )


def _accuracy(reading: Reading, labels: Labels) -> float:
    return float(np.mean(reading.classes == labels))
