"""Training is Keras' mathematics, gives the same bits again, and stops at a broken loss."""

import json
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import (
    Convolutional,
    Dense,
    EarlyStopping,
    ModelParameters,
    Variational,
)
from mnist_autoencoders.noise.noise import Gaussian, NoiseParameters
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.train import Task, train_model

DENSE = Dense(
    kind="dense",
    input="clean",
    code_size=12,
    code_l1=0.0001,
    batch_size=64,
    epochs=3,
    learning_rate=0.01,
)
CONVOLUTIONAL = Convolutional(
    kind="convolutional",
    input="clean",
    filters=[4, 2],
    batch_size=64,
    epochs=2,
    loss="mean_squared_error",
    batch_normalisation=True,
    schedule="cosine",
    weight_decay=5.0,
)
TOWERS = 2
IN_TOWERS = CONVOLUTIONAL.model_copy(
    update={"batch_normalisation": False, "code_l1": 0.01, "batch_size": 199}
)
VARIATIONAL = DENSE.model_copy(
    update={
        "hidden": [16],
        "code_l1": 0.0,
        "variational": Variational(beta=0.5),
        "code_activation": "linear",
        "schedule": "exponential",
    }
)
MODELS = pytest.mark.parametrize(
    "parameters",
    [DENSE, CONVOLUTIONAL, IN_TOWERS, VARIATIONAL],
    ids=["dense", "convolutional", "in towers", "variational"],
)
NOISE = Gaussian(kind="gaussian", factor=0.5)


def train(
    parameters: ModelParameters,
    clean: Path,
    folder: Path,
    seed: int = 5,
    noise: NoiseParameters | None = None,
) -> list[Epoch]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    folder.mkdir()
    device = Device("cpu", TOWERS, parameters.towers(TOWERS))
    task = Task("model", parameters, seed, noise, clean, clean, device)
    return train_model(task, folder, on_epoch=lambda *_: None)


@MODELS
def test_the_loop_computes_what_keras_computes(
    parameters: ModelParameters, clean: Path, tmp_path: Path
) -> None:
    history = train(parameters, clean, tmp_path / "ours")
    ours = keras.models.load_model(tmp_path / "ours" / "model.keras")

    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    theirs = build_model(parameters)
    rate, size = parameters.learning_rate, parameters.batch_size
    steps = math.ceil(200 / size) * parameters.epochs
    schedule = {
        "constant": rate,
        "cosine": keras.optimizers.schedules.CosineDecay(rate, steps, 0.01),
        "exponential": keras.optimizers.schedules.ExponentialDecay(rate, steps, 0.01),
    }[parameters.schedule]
    decay = parameters.weight_decay or None
    theirs.compile(keras.optimizers.Adam(schedule, weight_decay=decay), parameters.loss)
    train_images, test_images = (
        open_images(clean, split)[..., np.newaxis].astype(np.float32) / 255
        for split in ("train", "test")
    )
    rng = np.random.default_rng(5)
    # XLA draws other codes than Keras without it, so these agree on the average
    names = ["loss", "reconstruction"] if parameters.variational else None
    close = 0.05 if parameters.variational else 1e-4
    for epoch in history:
        shuffled = train_images[rng.permutation(200)]
        fitted = theirs.fit(shuffled, shuffled, size, shuffle=False, verbose=0).history
        evaluated = theirs.evaluate(
            test_images, test_images, batch_size=40, verbose=0, return_dict=True
        )
        for name in names or fitted:
            assert epoch.metrics[name] == pytest.approx(fitted[name][0], rel=close)
            assert epoch.metrics[f"val_{name}"] == pytest.approx(evaluated[name], rel=close)
        if parameters is CONVOLUTIONAL:
            assert epoch.metrics["val_mse"] == pytest.approx(evaluated["loss"], rel=1e-4)
    if not parameters.variational:
        np.testing.assert_allclose(ours(test_images), theirs(test_images), atol=1e-3)


@MODELS
def test_the_same_inputs_give_the_same_bytes(
    parameters: ModelParameters, clean: Path, tmp_path: Path
) -> None:
    contents = []
    for name in ("first", "second", "other seed"):
        train(parameters, clean, tmp_path / name, seed=6 if name == "other seed" else 5)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    first, second, other = contents
    assert len(first) == 4 + parameters.epochs
    assert first == second
    assert all(first[path] != other[path] for path in first)


def test_what_training_leaves(clean: Path, tmp_path: Path) -> None:
    train(DENSE, clean, tmp_path / "out")
    history = pd.read_csv(tmp_path / "out" / "history.csv")
    losses = ["loss", "reconstruction", "penalty"]
    validation = [f"val_{name}" for name in (*losses, "mse", "bce")]
    assert history.columns.tolist() == ["epoch", *losses, *validation]
    for prefix in ("", "val_"):
        parts = history[f"{prefix}reconstruction"] + history[f"{prefix}penalty"]
        assert history[f"{prefix}loss"].tolist() == pytest.approx(parts.tolist(), rel=1e-5)
    assert history["epoch"].tolist() == [1, 2, 3]
    assert (history["val_loss"] > history["val_bce"]).all(), "the loss includes the penalty"
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert record["parameters"]["code_size"] == 12
    assert record["data"]["name"] == "squares"
    assert record["count_parameters"] == 784 * 12 + 12 + 12 * 784 + 784
    pictures = sorted((tmp_path / "out" / "epochs").iterdir())
    assert [path.name for path in pictures] == [f"{number:04}.png" for number in range(4)]
    with Image.open(pictures[-1]) as picture:
        assert picture.size == (456, 366)


def test_a_loss_that_is_not_finite_stops_at_its_epoch_and_step(clean: Path, tmp_path: Path) -> None:
    wild = DENSE.model_copy(
        update={"learning_rate": 1e30, "loss": "mean_squared_error", "output_activation": "linear"}
    )
    with pytest.raises(UserError, match=r"the loss is (nan|inf) at epoch 1, step [23]: lower"):
        train(wild, clean, tmp_path / "out")


def test_held_out_images_are_not_trained_on(clean: Path, tmp_path: Path) -> None:
    held_out = DENSE.model_copy(update={"validation_share": 0.25, "epochs": 1})
    before = train(held_out, clean, tmp_path / "before")[0].metrics
    images = np.load(clean / "train_images.npy")
    images[150:] = 255 - images[150:]
    np.save(clean / "train_images.npy", images)
    after = train(held_out, clean, tmp_path / "after")[0].metrics
    assert after["loss"] == before["loss"]
    assert after["val_loss"] > 1.1 * before["val_loss"]


def test_early_stopping_keeps_the_best_epoch(clean: Path, tmp_path: Path) -> None:
    """At this rate the loss soon rises again."""
    wild = DENSE.model_copy(
        update={
            "epochs": 50,
            "learning_rate": 0.3,
            "validation_share": 0.5,
            "early_stopping": EarlyStopping(patience=2),
        }
    )
    losses = [epoch.metrics["val_bce"] for epoch in train(wild, clean, tmp_path / "out")]
    assert len(losses) < 50
    best = int(np.argmin(losses))
    assert best == len(losses) - 3
    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    images = open_images(clean, "train")[100:, ..., np.newaxis].astype(np.float32) / 255
    # every second of 50 epochs is pictured, and the last, whichever that is
    pictured = {int(path.stem) for path in (tmp_path / "out" / "epochs").iterdir()}
    assert pictured == {*range(0, len(losses), 2), len(losses)}
    kept = np.mean(keras.losses.binary_crossentropy(images, model(images)))
    assert float(kept) == pytest.approx(losses[best], rel=1e-4)


def test_fresh_noise_is_another_one_in_every_epoch(clean: Path) -> None:
    fresh = DENSE.model_copy(update={"fresh_noise": True})
    task = Task("model", fresh, 5, NOISE, clean, clean, Device("cpu", 2))
    first, again = task.training_pairs(), task.training_pairs()
    np.testing.assert_array_equal(first(1).inputs, again(1).inputs)
    assert not np.array_equal(first(1).inputs, first(2).inputs)
    np.testing.assert_array_equal(first(2).targets, open_images(clean, "train"))
    fixed = Task("model", DENSE, 5, NOISE, clean, clean, Device("cpu", 2)).training_pairs()
    assert fixed(1) is fixed(2)
