"""The networks are the published ones, and are stored and computed as promised."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_autoencoders.models.archive import save_model
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.fast_forward import forward
from mnist_autoencoders.models.parameters import Convolutional, Dense, ModelParameters
from mnist_autoencoders.parameters import load_parameters
from tests.conftest import ROOT

SHAPES: list[ModelParameters] = [
    Dense(kind="dense", input="clean", hidden=[20], code_size=5, code_l1=0.1),
    Convolutional(kind="convolutional", input="clean", filters=[6, 4]),
    Convolutional(kind="convolutional", input="clean", filters=[4, 3, 2], code_l1=0.1),
]
IMAGES = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)


@pytest.mark.parametrize(
    ("name", "parameters"), [("simple", 24_319), ("cnn", 10_756), ("sparse", 50_992)]
)
def test_published_parameter_counts(name: str, parameters: int) -> None:
    model = build_model(load_parameters(ROOT / "params.yaml").models[name])
    assert model.count_params() == parameters


def test_a2_layer_by_layer() -> None:
    model = build_model(load_parameters(ROOT / "params.yaml").models["cnn"])
    layers = model.get_layer("encoder").layers + model.get_layer("decoder").layers
    assert [layer.count_params() for layer in layers if layer.weights] == [
        300,
        4065,
        2040,
        4080,
        271,
    ]


def test_three_levels_as_published_for_d4() -> None:
    parameters = Convolutional(kind="convolutional", input="clean", filters=[16, 8, 8])
    model = build_model(parameters)
    assert model.get_layer("encoder").output_shape[1:] == (4, 4, 8)
    sides = [layer.output.shape[1] for layer in model.get_layer("decoder").layers]
    assert sides == [4, 8, 8, 16, 14, 28, 28]
    assert model.count_params() == 4385


@pytest.mark.parametrize("parameters", SHAPES)
def test_decoding_a_code_is_the_whole_and_the_fast_way_is_the_same(
    parameters: ModelParameters,
) -> None:
    model = build_model(parameters)
    whole, penalty = np.asarray(model(IMAGES)), sum(model.losses)
    code = model.get_layer("encoder")(IMAGES)
    np.testing.assert_array_equal(model.get_layer("decoder")(code), whole)
    fast_code, fast = forward(model, IMAGES)
    np.testing.assert_allclose(fast_code, code, atol=1e-5)
    np.testing.assert_allclose(fast, whole, atol=1e-5)
    assert float(sum(model.losses)) == pytest.approx(float(penalty), rel=1e-5)
    expected = parameters.code_l1 * np.abs(code).sum() / len(IMAGES)
    assert float(penalty) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("parameters", SHAPES)
def test_the_same_model_is_the_same_file_and_loads_without_this_package(
    parameters: ModelParameters, tmp_path: Path
) -> None:
    digests = []
    for number in range(2):
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        model = build_model(parameters)
        model.compile(optimizer="adam", loss="mean_squared_error")
        model.fit(IMAGES, IMAGES, verbose=0)
        digests.append(save_model(model, tmp_path / f"{number}.keras"))
    assert digests[0] == digests[1]
    np.save(tmp_path / "images.npy", IMAGES)
    np.save(tmp_path / "expected.npy", model(IMAGES))
    script = (
        "import keras, numpy as np; model = keras.models.load_model('1.keras');"
        "images, expected = np.load('images.npy'), np.load('expected.npy');"
        "np.testing.assert_allclose(model(images), expected, atol=1e-6);"
        "assert int(model.optimizer.iterations) == 1;"
        "code = model.get_layer('encoder')(images);"
        "np.testing.assert_allclose(model.get_layer('decoder')(code), expected, atol=1e-6)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
