"""Training is Keras' mathematics, gives the same bits again, and stops at a broken loss."""

import json
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import EarlyStopping, ModelParameters, Variational
from mnist_autoencoders.networks.archive import file_sha256
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noisy_images.write import write_noisy_images
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.objective import Objective
from mnist_autoencoders.training.train import OnEpoch, Task, train_model
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

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


def train(
    parameters: ModelParameters,
    clean: Path,
    folder: Path,
    seed: int = 5,
    inputs: Path | None = None,
    on_epoch: OnEpoch = lambda *_: None,
) -> list[Epoch]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    folder.mkdir()
    device = Device("cpu", TOWERS, parameters.towers(TOWERS))
    task = Task("model", parameters, seed, clean, inputs or clean, device)
    return train_model(task, folder, on_epoch)


def pixels(folder: Path, split: str) -> np.ndarray:
    """float32 `[n, 28, 28, 1]` in [0, 1]."""
    return open_images(folder, split)[..., np.newaxis].astype(np.float32) / 255


@pytest.mark.parametrize(
    "parameters", [DENSE, CONVOLUTIONAL, IN_TOWERS], ids=["dense", "convolutional", "in towers"]
)
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
    }[parameters.schedule]
    decay = parameters.weight_decay or None
    adam = keras.optimizers.Adam(schedule, weight_decay=decay)
    theirs.compile(adam, parameters.loss, jit_compile=False)
    train_images, test_images = pixels(clean, "train"), pixels(clean, "test")
    rng = np.random.default_rng(5)
    for epoch in history:
        shuffled = train_images[rng.permutation(200)]
        fitted = theirs.fit(shuffled, shuffled, size, shuffle=False, verbose=0).history
        evaluated = theirs.evaluate(test_images, test_images, batch_size=40, verbose=0)
        assert epoch.metrics["loss"] == pytest.approx(fitted["loss"][0], rel=1e-4)
        assert epoch.metrics["val_loss"] == pytest.approx(evaluated, rel=1e-4)
        if parameters is CONVOLUTIONAL:
            assert epoch.metrics["val_mse"] == pytest.approx(evaluated, rel=1e-4)
    np.testing.assert_allclose(ours(test_images), theirs(test_images), atol=1e-3)


def test_a_variational_model_is_trained_as_one_step_after_the_other(
    clean: Path, tmp_path: Path
) -> None:
    """XLA draws other codes than TensorFlow without it, so the losses agree on the average."""
    history = train(VARIATIONAL, clean, tmp_path / "ours")

    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    model = build_model(VARIATIONAL)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 4 * VARIATIONAL.epochs, 0.01)
    adam, objective = keras.optimizers.Adam(schedule), Objective(model, VARIATIONAL)
    images, rng = pixels(clean, "train"), np.random.default_rng(5)
    for epoch in history:
        losses = []
        for batch in np.split(rng.permutation(200), [64, 128, 192]):
            with tf.GradientTape() as tape:
                parts = objective.parts(images[batch], images[batch], training=True)
            gradients = tape.gradient(parts["loss"], model.trainable_variables)
            adam.apply(gradients, model.trainable_variables)
            losses.append([len(batch), float(parts["loss"]), float(parts["reconstruction"])])
        sizes, *means = np.transpose(losses)
        for name, values in zip(("loss", "reconstruction"), means):
            expected = np.average(values, weights=sizes)
            assert epoch.metrics[name] == pytest.approx(expected, rel=0.05)


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


def test_what_training_leaves(
    clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[tuple[int, list[str], bool]] = []
    out = tmp_path / "out"
    epochs = train(
        DENSE,
        clean,
        out,
        on_epoch=lambda *call: seen.append((call[0], list(call[1]), bool(call[2]))),
    )
    printed = capsys.readouterr().out
    history = pd.read_csv(out / "history.csv")
    losses = ["loss", "reconstruction", "penalty"]
    metrics = [*losses, *(f"val_{name}" for name in (*losses, "mse", "bce"))]
    assert history.columns.tolist() == ["epoch", *metrics]
    assert seen == [(0, [], True), *((number, metrics, True) for number in (1, 2, 3))]
    for epoch, row in zip(epochs, history.to_dict("records"), strict=True):
        assert row == pytest.approx({"epoch": epoch.number, **epoch.metrics}, rel=1e-6)
        for prefix in ("", "val_"):
            parts = row[f"{prefix}reconstruction"] + row[f"{prefix}penalty"]
            assert row[f"{prefix}loss"] == pytest.approx(parts, rel=1e-5)
        said = f"model {epoch.number}/3: loss {row['loss']:.4f}, val_loss {row['val_loss']:.4f}, "
        assert said in printed
    record = json.loads((out / "record.json").read_text())
    assert record["parameters"] == DENSE.model_dump()
    assert record["data"]["name"] == "squares"
    assert record["count_parameters"] == 784 * 12 + 12 + 12 * 784 + 784
    assert record["model_sha256"] == file_sha256(out / "model.keras")
    assert [list(layer.values()) for layer in record["layers"]] == [
        ["encoder", "Flatten", [784], 0],
        ["encoder", "Dense", [12], 784 * 12 + 12],
        ["encoder", "ActivityRegularization", [12], 0],
        ["decoder", "Dense", [784], 12 * 784 + 784],
        ["decoder", "Reshape", [28, 28, 1], 0],
        ["decoder", "Activation", [28, 28, 1], 0],
    ]
    assert list(record["layers"][0]) == ["part", "layer", "output", "parameters"]
    assert sorted(path.name for path in (out / "epochs").iterdir()) == [
        f"{number:04}.png" for number in range(4)
    ]
    # without early stopping the last weights stay
    last = keras.losses.binary_crossentropy(
        pixels(clean, "test"), keras.models.load_model(out / "model.keras")(pixels(clean, "test"))
    )
    assert float(np.mean(last)) == pytest.approx(history["val_bce"].iloc[-1], rel=1e-5)


def test_an_epoch_is_pictured_as_clean_noisy_and_reconstructed(clean: Path, tmp_path: Path) -> None:
    noise, inputs = noise_of("masking", 0.5), tmp_path / "noisy"
    inputs.mkdir()
    for split in ("train", "test"):
        write_noisy_images(open_images(clean, split), inputs, split, "noisy", noise, seed=0)
    write_json(inputs / "noise.json", noise.card())
    parameters = DENSE.model_copy(update={"epochs": 1, "input": "noisy"})
    train(parameters, clean, tmp_path / "out", inputs=inputs)
    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    outputs = np.asarray(model(pixels(inputs, "test")))[..., 0]
    rows = [open_images(clean, "test"), open_images(inputs, "test"), np.rint(outputs * 255)]
    with Image.open(tmp_path / "out" / "epochs" / "0001.png") as picture:
        # two blocks of three rows, of five images each, three times as large
        assert picture.size == (3 * (5 * 30 + 2), 3 * (6 * 30 + 2))
        cells = np.asarray(picture)[::3, ::3]
    for number, images in enumerate(rows):
        for image, top, left in ((0, 0, 0), (4, 0, 4), (5, 3, 0), (9, 3, 4)):
            row, column = 30 * (top + number) + 2, 30 * left + 2
            cell = cells[row : row + 28, column : column + 28].astype(float)
            np.testing.assert_allclose(cell, images[image], atol=1 if number == 2 else 0)


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


@pytest.mark.parametrize(
    ("stopping", "ended"),
    [(None, 4), (EarlyStopping(patience=2, min_delta=10.0), 3), (EarlyStopping(patience=3), 4)],
)
def test_training_stops_only_where_the_loss_no_longer_falls_enough(
    stopping: EarlyStopping | None, ended: int, clean: Path, tmp_path: Path
) -> None:
    options = {"epochs": 4, "validation_share": 0.5, "early_stopping": stopping}
    assert len(train(DENSE.model_copy(update=options), clean, tmp_path / "out")) == ended
