"""The networks are the published ones, and are stored and computed as promised."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import (
    Convolutional,
    Dense,
    ModelParameters,
    Strided,
    StridedLayer,
    TransposedLayer,
    Variational,
)
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.training.fast_forward import fast_call
from mnist_autoencoders.training.objective import loss_parts, validation_parts
from tests.conftest import ROOT

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
PUBLISHED = load_parameters(ROOT / "params.yaml").models


def reconstruct(model: keras.Model, images: np.ndarray, training: bool) -> np.ndarray:
    """The fast way: through the layers, from the mean of a variational code."""
    encoder = model.get_layer("encoder")
    if isinstance(encoder, keras.Sequential):
        code = fast_call(encoder.layers, images, training)
    else:
        code, _ = encoder(images, training=training)
    return np.asarray(fast_call(model.get_layer("decoder").layers, code, training))


def weights_by_layer(name: str) -> list[int]:
    model = build_model(PUBLISHED[name])
    parts = [model.get_layer("encoder"), model.get_layer("decoder")]
    counts = [layer.count_params() for part in parts for layer in part.layers]
    assert sum(counts) == model.count_params()
    return [count for count in counts if count]


def dense(*widths: int) -> list[int]:
    return [before * after + after for before, after in pairwise(widths)]


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("simple", dense(784, 15, 784)),
        ("cnn", [300, 4065, 2040, 4080, 271]),
        ("denoising", [350, 7900, 5650, 7910, 316]),
        ("stacked", dense(784, 256, 128, 256, 784)),
        ("embedding_2d", dense(784, 128, 64, 10, 2, 10, 64, 128, 784)),
        ("mlp_tanh", dense(784, 128, 64, 12, 3, 12, 64, 128, 784)),
        ("cnn_strided", [160, 1160, 1168, 3208, 33]),
        ("vae", [314_000, 8020, 8020, 8400, 314_384]),
        ("basic", dense(784, 32, 784)),
        ("basic_sparse", dense(784, 32, 784)),
        ("deep", dense(784, 128, 64, 32, 64, 128, 784)),
        ("cnn_small", [160, 1160, 584, 584, 584, 1168, 145]),
        ("denoising_32", [320, 9248, 9248, 9248, 289]),
        ("hidden", dense(784, 128, 32, 128, 784)),
        ("denoising_dense", dense(784, 128, 32, 128, 784)),
        ("sparse", dense(784, 32, 784)),
        ("sparse_plain", dense(784, 32, 784)),
    ],
)
def test_published_weights_layer_by_layer(name: str, weights: list[int]) -> None:
    assert weights_by_layer(name) == weights


@pytest.mark.parametrize(
    ("name", "code", "sides"),
    [
        ("cnn", (7, 7, 15), [28, 14, 7, 14, 28]),
        ("denoising_32", (7, 7, 32), [28, 14, 7, 14, 28]),
        ("cnn_small", (4, 4, 8), [28, 14, 7, 4, 8, 16, 14, 28]),
        ("cnn_strided", (2, 2, 8), [28, 10, 5, 3, 2, 5, 15, 28]),
    ],
)
def test_published_feature_maps(name: str, code: tuple[int, ...], sides: list[int]) -> None:
    model = build_model(PUBLISHED[name])
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    assert encoder.output_shape[1:] == code
    # padding and cropping belong to the convolution before or after them
    seen = [
        layer.output.shape[1]
        for layer in encoder.layers + decoder.layers
        if not isinstance(layer, layers.ZeroPadding2D | layers.Conv2DTranspose)
    ]
    assert [28, *(after for before, after in pairwise([28, *seen]) if after != before)] == sides


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
    model.compile(loss=parameters.loss)
    parts = loss_parts(model, IMAGES, IMAGES, training=False)
    assert float(parts.get("penalty", 0)) == pytest.approx(expected, rel=1e-5)
    assert float(parts["loss"]) == pytest.approx(
        model.evaluate(IMAGES, IMAGES, verbose=0), rel=1e-5
    )
    validated = validation_parts(model, IMAGES, IMAGES)
    for name, loss in [("mse", "mean_squared_error"), ("bce", "binary_crossentropy")]:
        by_keras = np.mean(keras.losses.get(loss)(IMAGES, whole))
        assert float(validated[name]) == pytest.approx(float(by_keras), rel=1e-5)
    assert float(validated["loss"]) == pytest.approx(float(parts["loss"]), rel=1e-6)


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
def test_a_variational_loss_by_hand(parameters: ModelParameters) -> None:
    model = build_model(parameters)
    model.compile(loss="mean_squared_error")
    mean, log_variance = map(np.asarray, model.get_layer("encoder")(IMAGES))
    np.testing.assert_allclose(model(IMAGES), model.get_layer("decoder")(mean), atol=1e-6)
    parts = model.loss_parts(IMAGES, IMAGES, training=False)
    kl = 0.5 * np.sum(mean**2 + np.exp(log_variance) - log_variance - 1) / len(IMAGES)
    assert float(parts["kl"]) == pytest.approx(kl, rel=1e-4)
    # with a code that hardly varies the reconstruction is that from the mean
    for weight in model.get_layer("encoder").get_layer("log_variance").weights:
        weight.assign(
            np.zeros(weight.shape) if len(weight.shape) > 1 else np.full(weight.shape, -40.0)
        )
    parts = model.loss_parts(IMAGES, IMAGES, training=False)
    squares = np.sum(np.square(IMAGES - np.asarray(model(IMAGES)))) / len(IMAGES)
    assert float(parts["reconstruction"]) == pytest.approx(squares, rel=1e-4)
    assert float(parts["loss"]) == pytest.approx(squares + 2 * float(parts["kl"]), rel=1e-4)


def test_the_code_of_a_variational_model_varies_as_it_says() -> None:
    model = build_model(VARIATIONAL[0])
    model.compile(loss="mean_squared_error")
    head = model.get_layer("encoder").get_layer("log_variance")
    head.bias.assign(np.full(head.bias.shape, 3.0))
    many = np.repeat(IMAGES, 1000, axis=0)
    drawn: list[np.ndarray] = []

    def pixel_loss(codes: np.ndarray, *_: object) -> float:
        drawn.append(np.asarray(codes))
        return 0.0

    model.loss_parts(many, many, training=False, pixel_loss=pixel_loss)
    mean, log_variance = map(np.asarray, model.get_layer("encoder")(many))
    spread = (drawn[0] - mean) / np.exp(log_variance / 2)
    assert spread.mean() == pytest.approx(0, abs=0.03)
    assert spread.std() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    ("shapes", "needed"),
    [(SHAPES, ""), (VARIATIONAL[:1], "import mnist_autoencoders.models.variational;")],
    ids=["plain", "variational"],
)
def test_the_same_model_is_the_same_file_and_only_a_variational_one_needs_its_class(
    shapes: list[ModelParameters], needed: str, tmp_path: Path
) -> None:
    np.save(tmp_path / "images.npy", IMAGES)
    for number, parameters in enumerate(shapes):
        digests = []
        for _ in range(2):
            keras.backend.clear_session()
            keras.utils.set_random_seed(0)
            model = build_model(parameters)
            model.compile(optimizer="adam", loss="mean_squared_error")
            model.fit(IMAGES, IMAGES, verbose=0)
            digests.append(save_model(model, tmp_path / f"{number}.keras"))
        assert digests[0] == digests[1]
        np.save(tmp_path / f"{number}.npy", model(IMAGES))
    script = f"""
import keras, numpy as np
{needed}
images = np.load("images.npy")
for number in range({len(shapes)}):
    model, expected = keras.models.load_model(f"{{number}}.keras"), np.load(f"{{number}}.npy")
    np.testing.assert_allclose(model(images), expected, atol=1e-6)
    assert int(model.optimizer.iterations) == 1
    code = model.get_layer("encoder")(images)
    code = code[0] if isinstance(code, (list, tuple)) else code
    np.testing.assert_allclose(model.get_layer("decoder")(code), expected, atol=1e-6)
"""
    path = {"PYTHONPATH": str(ROOT / "src")} if needed else {}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=os.environ | path, check=True)
