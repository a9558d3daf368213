"""The page's networks give what Keras gives, for every layer that a model may have."""

from pathlib import Path
from typing import Any, get_args

import keras
import numpy as np
import pytest
from playwright.sync_api import Page

from mnist_autoencoders.laboratory.network import read_network
from mnist_autoencoders.laboratory.pack import pack_network
from mnist_autoencoders.models.model import Activation
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.stagecraft.terminal import UserError
from tests import browsers, laboratories
from tests.conftest import TENSORFLOW
from tests.laboratories import codes_of, digits, in_browser

pytestmark = TENSORFLOW
browser = pytest.fixture(scope="module")(browsers.browser)
blank = pytest.fixture(scope="module")(laboratories.blank)

PIXELS = np.concatenate([digits(4), np.random.default_rng(3).integers(0, 256, (2, 28, 28))]) / 255.0

DENSE = {"kind": "dense", "input": "clean"}
MAPS = {"kind": "convolutional", "input": "clean"}
STRIDED: dict[str, Any] = {
    "kind": "strided",
    "input": "clean",
    "loss": "mean_squared_error",
    "output_activation": "tanh",
    "encoder": [
        {"filters": 4, "kernel": 3, "stride": 3, "padding": 1, "pool": 2, "pool_stride": 2},
        {"filters": 3, "kernel": 3, "stride": 2, "padding": 1, "pool": 2, "pool_stride": 1},
    ],
    "decoder": [
        {"filters": 4, "kernel": 3, "stride": 2},
        {"filters": 3, "kernel": 5, "stride": 3, "padding": 1},
        {"filters": 1, "kernel": 2, "stride": 2, "padding": 1},
    ],
}
MODELS: dict[str, dict[str, Any]] = {
    "dense": DENSE | {"hidden": [9, 5], "code_size": 3, "dropout": 0.2, "code_l1": 0.01},
    "normalised": DENSE | {"hidden": [9], "code_size": 3, "batch_normalisation": True},
    # 28, 14, 7, 4 pixels wide and back over 16, which is cropped to 14
    "maps": MAPS | {"filters": [4, 3, 2], "batch_normalisation": True},
    "dense_code": MAPS | {"filters": [3, 2], "code_size": 4},
    "skips": MAPS | {"filters": [4, 3], "skips": True, "input": "gaussian"},
    "strided": STRIDED,
    "vae": DENSE | {"hidden": [9], "code_size": 3, "code_activation": "linear", "variational": {}},
    "vae_of_maps": MAPS | {"filters": [3, 2], "code_activation": "linear", "variational": {}},
    **{
        f"activation_{name}": DENSE | {"hidden": [10], "code_size": 4, "activation": name}
        for name in get_args(Activation)
    },
}


def packed(model: keras.Model, path: Path, variational: bool = False) -> dict[str, Any]:
    save_model(model, path)
    network = read_network(path)
    assert network is not None
    return {"network": pack_network(network), "variational": variational}


@pytest.mark.parametrize("name", MODELS)
def test_codes_and_pictures_are_those_of_keras(blank: Page, tmp_path: Path, name: str) -> None:
    model = laboratories.network(MODELS[name])
    variational = "variational" in MODELS[name]
    small = packed(model, tmp_path / "model.keras", variational)
    codes, pictures = in_browser(blank, small, PIXELS)
    outputs = model.predict(PIXELS[..., np.newaxis], verbose=0).reshape(len(PIXELS), -1)
    np.testing.assert_allclose(codes, codes_of(model, PIXELS), atol=2e-5)
    np.testing.assert_allclose(pictures, outputs, atol=2e-6)
    # the pictures are none that any network gives
    assert outputs.std() > 0.005


def test_large_layers_in_two_bytes_a_weight_stay_within_a_thousandth(
    blank: Page, tmp_path: Path
) -> None:
    model = laboratories.network(DENSE | {"hidden": [64], "code_size": 8})
    small = packed(model, tmp_path / "model.keras")
    assert "int16" in str(small)
    _, pictures = in_browser(blank, small, PIXELS)
    outputs = model.predict(PIXELS[..., np.newaxis], verbose=0).reshape(len(PIXELS), -1)
    assert 1e-6 < np.abs(pictures - outputs).max() < 1e-3


def test_a_layer_without_a_step_leaves_the_model_out(tmp_path: Path) -> None:
    image, code = keras.Input((28, 28, 1)), keras.Input((4,))
    values = keras.layers.Dense(4)(keras.layers.Flatten()(image))
    encoder = keras.Model(image, keras.layers.UnitNormalization()(values), name="encoder")
    picture = keras.layers.Reshape((28, 28, 1))(keras.layers.Dense(784)(code))
    decoder = keras.Model(code, picture, name="decoder")
    model = keras.Model(image, decoder(encoder(image)))
    save_model(model, tmp_path / "model.keras")
    assert read_network(tmp_path / "model.keras") is None


def test_a_damaged_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("out/training/simple/model.keras")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no archive")
    with pytest.raises(UserError, match=r"simple/model\.keras: damaged since it was written"):
        read_network(path)
