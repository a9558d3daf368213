"""Networks are built, stored and computed as promised, whatever their options."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.model_kinds.strided import Strided, StridedLayer, TransposedLayer
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.training.fast_forward import fast_call
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW
SHAPES: list[ModelParameters] = [
    Dense(kind="dense", input="clean", hidden=[20], code_size=5, code_l1=0.1),
    Convolutional(kind="convolutional", input="clean", filters=[6, 4], batch_normalisation=True),
    Convolutional(kind="convolutional", input="clean", filters=[4, 3, 2], code_l1=0.1),
    Strided(
        kind="strided",
        input="clean",
        encoder=[StridedLayer(filters=4, kernel=4, stride=4)],
        decoder=[TransposedLayer(filters=1, kernel=4, stride=4)],
        output_activation="tanh",
        loss="mean_squared_error",
    ),
]
VARIATIONAL: list[ModelParameters] = [
    shape.model_copy(
        update={"variational": Variational(beta=2.0), "code_activation": "linear", "code_l1": 0.0}
    )
    for shape in SHAPES
]
IMAGES = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)


def reconstruct(model: keras.Model, images: np.ndarray, training: bool) -> np.ndarray:
    """The fast way: through the layers, from the mean of a variational code."""
    encoder = model.get_layer("encoder")
    if isinstance(encoder, keras.Sequential):
        code = fast_call(encoder.layers, images, training)
    else:
        code, _ = encoder(images, training=training)
    return np.asarray(fast_call(model.get_layer("decoder").layers, code, training))


def coded(filters: list[int], **options: Any) -> Convolutional:
    return Convolutional(
        kind="convolutional", input="clean", filters=filters, code_size=32, **options
    )


@pytest.mark.parametrize(
    ("filters", "side", "weights"),
    [
        # 14x14 maps of 16 and 7x7 of 32 make 1,568 values; in, code, out, 16 filters, the image
        ([16, 32], 7, [160, 4640, 50_208, 51_744, 4624, 145]),
        ([6], 14, [60, 1176 * 32 + 32, 32 * 1176 + 1176, 55]),
        # 28, 14, 7, 4: up to 8, 16 and, unpadded, 14
        ([8, 6, 5], 4, [80, 438, 275, 2592, 2640, 276, 440, 73]),
        ([8, 6, 5, 4], 2, [80, 438, 275, 184, 544, 528, 185, 276, 440, 73]),
    ],
)
def test_a_dense_code_of_convolutions(filters: list[int], side: int, weights: list[int]) -> None:
    model = build_model(coded(filters))
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    counts = [layer.count_params() for part in (encoder, decoder) for layer in part.layers]
    assert [count for count in counts if count] == weights
    assert encoder.output_shape == (None, 32)
    assert decoder.output_shape == (None, 28, 28, 1)
    maps = next(layer for layer in decoder.layers if isinstance(layer, layers.Reshape))
    assert maps.output.shape[1:] == (side, side, filters[-1])
    np.testing.assert_array_equal(model(IMAGES), decoder(encoder(IMAGES)))
    fast = reconstruct(model, IMAGES, training=False)
    np.testing.assert_allclose(fast, model(IMAGES), atol=1e-5)


def test_a_dense_code_of_convolutions_may_be_variational() -> None:
    parameters = coded([4, 3], variational=Variational(), code_activation="linear")
    model = build_model(parameters)
    mean, log_variance = model.get_layer("encoder")(IMAGES)
    assert mean.shape == log_variance.shape == (3, 32)
    assert np.abs(mean - log_variance).max() > 0.01
    np.testing.assert_array_equal(model(IMAGES), model.get_layer("decoder")(mean))
    names = [layer.name for layer in model.get_layer("encoder").layers]
    assert names[-2:] == ["mean", "log_variance"]


def test_the_activation_of_a_dense_code_is_that_of_the_code() -> None:
    for activation in ("relu", "linear"):
        encoder = build_model(coded([4], code_activation=activation)).get_layer("encoder")
        code = np.asarray(encoder(IMAGES))
        assert (code.min() < 0) == (activation == "linear")
        assert code.max() > 0


def skipping(filters: list[int]) -> Convolutional:
    return Convolutional(kind="convolutional", input="noisy", filters=filters, skips=True)


@pytest.mark.parametrize("filters", [[5], [5, 3]])
def test_skips_join_the_maps_before_pooling_to_those_of_their_width(filters: list[int]) -> None:
    parameters = skipping(filters)
    model = build_model(parameters)
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    code, *maps = (each.shape[1:] for each in encoder.outputs)
    sides = [28, 14, 7][: len(filters) + 1]
    assert code == (sides[-1], sides[-1], filters[-1])
    assert maps == [(side, side, count) for side, count in zip(sides, filters)]
    joined = [layer for layer in decoder.layers if isinstance(layer, layers.Concatenate)]
    # upsampled maps first; the narrowest level first
    seen = [[each.shape[1:] for each in layer.input] for layer in joined]
    levels = list(zip(sides, filters))[::-1]
    assert seen == [[(side, side, count), (side, side, count)] for side, count in levels]
    # 3x3 kernels: the one after each joining sees twice as many channels
    kernels = [layer.kernel.shape[2:] for layer in decoder.layers if hasattr(layer, "kernel")]
    inward = [filters[-1], *(2 * count for count in filters[::-1])]
    assert kernels == list(zip(inward, [*filters[::-1], 1]))
    parts = encoder(IMAGES)
    np.testing.assert_allclose(model(IMAGES), decoder(parts), atol=1e-6)
    # the image comes through where the code says nothing
    silent = [keras.ops.zeros_like(parts[0]), *parts[1:]]
    assert np.abs(decoder(silent)[0] - decoder(silent)[1]).max() > 1e-3
    for index in range(1, len(parts)):
        changed = [part if i != index else 2 * part for i, part in enumerate(parts)]
        assert np.abs(decoder(changed) - model(IMAGES)).max() > 1e-4


def test_without_skips_the_decoder_gets_the_code_alone() -> None:
    plain = skipping([5, 3]).model_copy(update={"skips": False})
    assert not plain.passed_by
    assert skipping([5, 3]).passed_by
    assert len(build_model(plain).get_layer("decoder").inputs) == 1


@pytest.mark.parametrize("parameters", SHAPES)
def test_a_tanh_output_reaches_black_and_white(parameters: ModelParameters) -> None:
    decoder = build_model(parameters).get_layer("decoder")
    *_, kernel, bias = decoder.weights
    code = np.ones((1, *decoder.input_shape[1:]), np.float32)
    for value, pixel in [(-100.0, 0.0), (100.0, 1.0)]:
        kernel.assign(np.zeros(kernel.shape))
        bias.assign(np.full(bias.shape, value))
        np.testing.assert_allclose(decoder(code), pixel, atol=1e-6)


@pytest.mark.parametrize("parameters", SHAPES)
def test_decoding_a_code_is_the_whole_and_the_fast_way_is_the_same(
    parameters: ModelParameters,
) -> None:
    model = build_model(parameters)
    whole, penalty = np.asarray(model(IMAGES)), sum(model.losses)
    code = model.get_layer("encoder")(IMAGES)
    np.testing.assert_array_equal(model.get_layer("decoder")(code), whole)
    np.testing.assert_allclose(reconstruct(model, IMAGES, training=False), whole, atol=1e-5)
    expected = parameters.code_l1 * np.abs(code).sum() / len(IMAGES)
    assert float(penalty) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("parameters", [*SHAPES[:3], VARIATIONAL[0]])
def test_regularised_layers_act_in_training_alone(parameters: ModelParameters) -> None:
    options = {"dropout": 0.5, "batch_normalisation": True}
    model = build_model(parameters.model_copy(update=options))
    kinds = [
        type(layer) for part in ("encoder", "decoder") for layer in model.get_layer(part).layers
    ]
    assert kinds.count(layers.Dropout) == kinds.count(layers.BatchNormalization) > 0
    first, again = (reconstruct(model, IMAGES, training=False) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    first, again = (reconstruct(model, IMAGES, training=True) for _ in range(2))
    assert np.abs(first - again).max() > 1e-3


@pytest.mark.parametrize("parameters", VARIATIONAL)
def test_the_encoder_of_a_variational_model_gives_two_moments_and_the_whole_decodes_the_mean(
    parameters: ModelParameters,
) -> None:
    model = build_model(parameters)
    mean, log_variance = model.get_layer("encoder")(IMAGES)
    decoder = model.get_layer("decoder")
    assert mean.shape == log_variance.shape == (len(IMAGES), *decoder.input_shape[1:])
    assert np.abs(mean - log_variance).max() > 0.01
    np.testing.assert_array_equal(model(IMAGES), decoder(mean))
    np.testing.assert_allclose(reconstruct(model, IMAGES, training=False), model(IMAGES), atol=1e-5)


def test_the_same_model_is_the_same_file_which_keras_loads_without_this_package(
    tmp_path: Path,
) -> None:
    np.save(tmp_path / "images.npy", IMAGES)
    # their layers are all there are
    models = [SHAPES[0], SHAPES[1], SHAPES[3], VARIATIONAL[0], VARIATIONAL[2]]
    for number, parameters in enumerate(models):
        digests = []
        for _ in range(2):
            keras.backend.clear_session()
            keras.utils.set_random_seed(0)
            model = build_model(parameters)
            model.compile(optimizer="adam", loss="mean_squared_error")
            model.optimizer.build(model.trainable_variables)
            model.optimizer.iterations.assign(1)
            digests.append(save_model(model, tmp_path / f"{number}.keras"))
        assert digests[0] == digests[1]
        np.save(tmp_path / f"{number}.npy", model(IMAGES))
    script = f"""
import sys
sys.modules["mnist_autoencoders"] = None  # as if it were not installed
import keras, numpy as np
images = np.load("images.npy")
for number in range({len(models)}):
    model, expected = keras.models.load_model(f"{{number}}.keras"), np.load(f"{{number}}.npy")
    np.testing.assert_allclose(model(images), expected, atol=1e-6)
    assert int(model.optimizer.iterations) == 1
    code = model.get_layer("encoder")(images)
    code = code[0] if isinstance(code, (list, tuple)) else code
    np.testing.assert_allclose(model.get_layer("decoder")(code), expected, atol=1e-6)
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", script]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
