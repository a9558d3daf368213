"""Training is Keras' mathematics, gives the same bits again, and stops at a broken loss."""

import json
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.models.backend import Device
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.parameters import Convolutional, Dense, ModelParameters
from mnist_autoencoders.terminal import UserError
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
)


def train(parameters: ModelParameters, clean: Path, folder: Path, seed: int = 5) -> list[Epoch]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    folder.mkdir()
    task = Task("model", parameters, seed, None, clean, clean, Device("cpu", 2))
    return train_model(task, folder, on_epoch=lambda *_: None)


@pytest.mark.parametrize("parameters", [DENSE, CONVOLUTIONAL], ids=["dense", "convolutional"])
def test_the_loop_computes_what_keras_computes(
    parameters: ModelParameters, clean: Path, tmp_path: Path
) -> None:
    history = train(parameters, clean, tmp_path / "ours")
    ours = keras.models.load_model(tmp_path / "ours" / "model.keras")

    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    theirs = build_model(parameters)
    theirs.compile(keras.optimizers.Adam(parameters.learning_rate), parameters.loss)
    train_images, test_images = (
        open_images(clean, split)[..., np.newaxis].astype(np.float32) / 255
        for split in ("train", "test")
    )
    rng = np.random.default_rng(5)
    for epoch in history:
        shuffled = train_images[rng.permutation(200)]
        expected = theirs.fit(shuffled, shuffled, 64, shuffle=False, verbose=0).history["loss"][0]
        assert epoch.loss == pytest.approx(expected, rel=1e-4)
        val_loss = theirs.evaluate(test_images, test_images, batch_size=40, verbose=0)
        assert epoch.val_loss == pytest.approx(val_loss, rel=1e-4)
        if parameters.loss == "mean_squared_error":
            assert epoch.val_mse == pytest.approx(val_loss, rel=1e-4)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-4)


@pytest.mark.parametrize("parameters", [DENSE, CONVOLUTIONAL], ids=["dense", "convolutional"])
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
    assert history.columns.tolist() == ["epoch", "loss", "val_loss", "val_mse", "val_bce"]
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
