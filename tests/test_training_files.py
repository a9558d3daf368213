"""What a training leaves is what it did, and its end is the one asked for."""

import json
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mnist_autoencoders.dataset.store import SPLITS, open_images
from mnist_autoencoders.models.model import EarlyStopping
from mnist_autoencoders.networks.archive import file_sha256
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noisy_images.write import write_noisy_images
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.conftest import TENSORFLOW
from tests.trainings import DENSE, pixels, train

pytestmark = TENSORFLOW


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
    history = pd.read_csv(out / "history.csv", dtype=str)
    losses = ["loss", "reconstruction", "penalty"]
    metrics = [*losses, *(f"val_{name}" for name in (*losses, "mse", "bce"))]
    assert history.columns.tolist() == ["epoch", *metrics]
    assert seen == [(0, [], True), *((number, metrics, True) for number in (1, 2, 3))]
    assert history.to_dict("records") == [
        {"epoch": str(epoch.number)}
        | {name: f"{value:.7g}" for name, value in epoch.metrics.items()}
        for epoch in epochs
    ]
    for epoch in epochs:
        row = epoch.metrics
        for prefix in ("", "val_"):
            parts = row[f"{prefix}reconstruction"] + row[f"{prefix}penalty"]
            assert row[f"{prefix}loss"] == pytest.approx(parts, rel=1e-5)
        said = f"model {epoch.number}/3: loss {row['loss']:.4f}, val_loss {row['val_loss']:.4f}, "
        assert said in printed
    record = json.loads((out / "record.json").read_text())
    assert record["parameters"] == DENSE.model_dump(exclude={"seed"})
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


def test_an_epoch_is_pictured_as_clean_noisy_and_reconstructed(clean: Path, tmp_path: Path) -> None:
    noise, inputs = noise_of("masking", 0.5), tmp_path / "noisy"
    inputs.mkdir()
    for split in SPLITS:
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


@pytest.mark.parametrize("stopping", [EarlyStopping(patience=2), None])
def test_early_stopping_keeps_the_best_epoch_and_without_it_the_last_stays(
    stopping: EarlyStopping | None, clean: Path, tmp_path: Path
) -> None:
    """The more is learned of squares, the worse their negatives are reconstructed."""
    images = np.load(clean / "train_images.npy")
    images[100:] = 255 - images[100:]
    np.save(clean / "train_images.npy", images)
    options = {"validation_share": 0.5, "early_stopping": stopping, "epochs": 50 if stopping else 3}
    parameters = DENSE.model_copy(update=options)
    losses = [epoch.metrics["val_bce"] for epoch in train(parameters, clean, tmp_path / "out")]
    assert len(losses) == 3
    assert losses[0] < losses[1] < losses[2]
    # every second of 50 epochs is pictured, and the last, whichever that is
    pictured = {int(path.stem) for path in (tmp_path / "out" / "epochs").iterdir()}
    assert pictured == {*range(0, len(losses), 2 if stopping else 1), len(losses)}
    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    held_out = pixels(clean, "train")[100:]
    kept = np.mean(keras.losses.binary_crossentropy(held_out, model(held_out)))
    assert float(kept) == pytest.approx(losses[0 if stopping else -1], rel=1e-4)


@pytest.mark.parametrize(
    ("stopping", "ended"),
    [(None, 4), (EarlyStopping(patience=2, min_delta=10.0), 3), (EarlyStopping(patience=3), 4)],
)
def test_training_stops_only_where_the_loss_no_longer_falls_enough(
    stopping: EarlyStopping | None, ended: int, clean: Path, tmp_path: Path
) -> None:
    options = {"epochs": 4, "validation_share": 0.5, "early_stopping": stopping}
    assert len(train(DENSE.model_copy(update=options), clean, tmp_path / "out")) == ended
