"""A network is applied to images as a whole and in parts, whatever its code is."""

from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

IMAGES = np.random.default_rng(0).integers(0, 256, (1003, 28, 28), dtype=np.uint8)
PIXELS = IMAGES[..., np.newaxis] / np.float32(255)
VARIATIONAL = {"variational": Variational(), "code_activation": "linear"}
SKIPS = Convolutional(kind="convolutional", input="noisy", filters=[3, 2], skips=True)
MODELS: list[tuple[ModelParameters, int]] = [
    (Dense(kind="dense", input="clean", hidden=[6], code_size=4), 4),
    (Dense(kind="dense", input="clean", code_size=4, **VARIATIONAL), 4),
    (Convolutional(kind="convolutional", input="clean", filters=[3, 2]), 98),
    (Convolutional(kind="convolutional", input="clean", filters=[3, 2], **VARIATIONAL), 98),
    (Convolutional(kind="convolutional", input="clean", filters=[3], code_size=5), 5),
    (SKIPS, 98),
]


@pytest.mark.parametrize(("parameters", "size"), MODELS)
def test_codes_and_reconstructions(parameters: ModelParameters, size: int) -> None:
    keras.utils.set_random_seed(0)
    model = build_model(parameters)
    network = Network(model)
    whole = np.asarray(model(PIXELS))[..., 0]
    code = model.get_layer("encoder")(PIXELS)
    first = np.asarray(code[0] if isinstance(code, list) else code).reshape(1003, size)
    codes, outputs = network.encode_and_reconstruct(IMAGES)
    assert (codes.dtype, outputs.dtype) == (np.float32, np.float32)
    for found in (codes, network.encode(IMAGES)):
        np.testing.assert_allclose(found, first, atol=1e-5)
    for found in (outputs, network.reconstruct(IMAGES)):
        np.testing.assert_allclose(found, whole, atol=1e-5)
    if not parameters.passed_by:
        np.testing.assert_allclose(network.decode(codes), whole, atol=1e-5)


def test_pixels_are_in_range_whatever_the_network_gives() -> None:
    parameters = MODELS[0][0].model_copy(
        update={"output_activation": "linear", "loss": "mean_squared_error"}
    )
    model = build_model(parameters)
    *_, bias = model.weights
    bias.assign(np.where(np.arange(784) % 2, 9.0, -9.0))
    network = Network(model)
    both = network.encode_and_reconstruct(IMAGES)
    for pixels in (network.reconstruct(IMAGES), both[1], network.decode(both[0])):
        flat = pixels.reshape(-1, 784)
        assert (flat[:, ::2].max(), flat[:, 1::2].min()) == (0, 1)


def test_a_model_that_holds_code_is_not_loaded(tmp_path: Path) -> None:
    harm = keras.layers.Lambda(lambda values: values)
    keras.Sequential([keras.layers.Input([2]), harm]).save(tmp_path / "model.keras")
    with pytest.raises((ValueError, UserError), match=r"(?i)lambda"):
        Network.load(tmp_path)


def test_codes_of_any_size_are_finite_and_so_is_what_they_give() -> None:
    changes = {"hidden": [], "code_size": 3, "code_activation": "linear"}
    model = build_model(MODELS[0][0].model_copy(update=changes))
    kernel, bias, *_ = model.weights
    kernel.assign(np.zeros(kernel.shape))
    bias.assign([np.inf, 1e35, np.nan])
    network = Network(model)
    codes, outputs = network.encode_and_reconstruct(IMAGES[:2])
    for found in (codes, network.encode(IMAGES[:2])):
        assert found.dtype == np.float32
        # what is no number counts as 0
        np.testing.assert_array_equal(found, np.float32([[1e30, 1e30, 0]] * 2))
    assert not outputs.any()
    assert np.isfinite(network.decode(codes)).all()
