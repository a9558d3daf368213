"""The loss that a training minimises, and its parts, are those of the formulas."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from mnist_autoencoders.training.objective import Objective, cross_entropy_of_logits
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

RNG = np.random.default_rng(0)
IMAGES, TARGETS = RNG.random((2, 3, 28, 28, 1), np.float32)

PLAIN: list[ModelParameters] = [
    Dense(kind="dense", input="clean", hidden=[20], code_size=5, code_l1=0.1),
    Dense(kind="dense", input="clean", code_size=5, loss="mean_squared_error"),
    Dense(
        kind="dense", input="clean", code_size=5, loss="mean_squared_error", code_l1=0.01,
        output_activation="tanh",
    ),
    Convolutional(kind="convolutional", input="clean", filters=[4, 3, 2]),
    Convolutional(kind="convolutional", input="noisy", filters=[4, 3], skips=True),
    Convolutional(kind="convolutional", input="clean", filters=[4, 3], code_size=5, code_l1=0.1),
]  # fmt: skip
SQUARES = {"loss": "mean_squared_error", "code_activation": "linear", "code_l1": 0.0}
VARIATIONAL = [
    shape.model_copy(update=SQUARES | {"variational": Variational(beta=2.0)})
    for shape in (PLAIN[0], PLAIN[3])
]


def numbers(parts: dict[str, tf.Tensor]) -> dict[str, float]:
    return {name: float(part) for name, part in parts.items()}


def with_constant_moments(parameters: ModelParameters, mean: float, variance: float) -> Objective:
    """A variational model whose code has this mean and variance for every image."""
    model = build_model(parameters)
    for name, value in (("mean", mean), ("log_variance", math.log(variance))):
        kernel, bias = model.get_layer("encoder").get_layer(name).weights
        kernel.assign(np.zeros(kernel.shape))
        bias.assign(np.full(bias.shape, value))
    return Objective(model, parameters)


@pytest.mark.parametrize("parameters", PLAIN)
def test_a_plain_loss_is_that_of_keras_and_the_penalty_is_added(
    parameters: ModelParameters,
) -> None:
    model = build_model(parameters)
    objective = Objective(model, parameters)
    code, outputs = tf.nest.flatten(model.get_layer("encoder")(IMAGES))[0], model(IMAGES)
    penalty = parameters.code_l1 * np.abs(code).sum() / len(IMAGES)
    by_keras = {
        name: float(np.mean(keras.losses.get(loss)(TARGETS, outputs)))
        for name, loss in [("mse", "mean_squared_error"), ("bce", "binary_crossentropy")]
    }
    wanted = by_keras["mse" if parameters.loss == "mean_squared_error" else "bce"]
    expected = {"loss": wanted + penalty}
    if parameters.code_l1:
        expected |= {"reconstruction": wanted, "penalty": penalty}
    assert objective.names == tuple(expected)
    for training in (False, True):
        parts = numbers(objective.parts(IMAGES, TARGETS, training))
        assert parts == pytest.approx(expected, rel=1e-5)
    validated = numbers(objective.validation_parts(IMAGES, TARGETS))
    assert validated == pytest.approx(expected | by_keras, rel=1e-5)


@pytest.mark.parametrize("parameters", VARIATIONAL)
@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (1.0, 1.0), (0.5, 0.25), (0.0, 4.0)])
def test_the_divergence_is_that_of_two_normal_distributions(
    parameters: ModelParameters, mean: float, variance: float
) -> None:
    """Of N(m, v) from N(0, 1): (m^2 + v - log v - 1) / 2 for each value of the code."""
    objective = with_constant_moments(parameters, mean, variance)
    size = math.prod(objective.decoder.input_shape[1:])
    each = (mean**2 + variance - math.log(variance) - 1) / 2
    parts = numbers(objective.parts(IMAGES, TARGETS, training=False))
    assert list(parts) == list(objective.names) == ["loss", "reconstruction", "kl"]
    assert parts["kl"] == pytest.approx(size * each, rel=1e-4, abs=1e-5)
    assert parts["loss"] == pytest.approx(parts["reconstruction"] + 2 * parts["kl"], rel=1e-6)


@pytest.mark.parametrize("parameters", VARIATIONAL)
def test_without_variance_the_reconstruction_is_that_from_the_mean(
    parameters: ModelParameters,
) -> None:
    objective = with_constant_moments(parameters, 0.7, 1e-30)
    squares = np.square(TARGETS - np.asarray(objective.model(IMAGES)))
    parts = numbers(objective.parts(IMAGES, TARGETS, training=False))
    assert parts["reconstruction"] == pytest.approx(squares.sum() / 3, rel=1e-5)


def test_a_variational_model_is_validated_by_its_mean_but_for_the_loss() -> None:
    objective = with_constant_moments(VARIATIONAL[0], 0.0, 100.0)
    outputs = objective.model(IMAGES)
    parts = numbers(objective.validation_parts(IMAGES, TARGETS))
    assert list(parts) == ["loss", "reconstruction", "kl", "mse", "bce"]
    assert parts["mse"] == pytest.approx(np.mean(np.square(TARGETS - outputs)), rel=1e-5)
    by_keras = np.mean(keras.losses.binary_crossentropy(TARGETS, outputs))
    assert parts["bce"] == pytest.approx(float(by_keras), rel=1e-5)
    assert parts["reconstruction"] > 1.05 * 784 * parts["mse"]


def test_dropout_before_a_variational_code_acts_in_training_alone() -> None:
    parameters = VARIATIONAL[0].model_copy(update={"dropout": 0.5})
    objective = Objective(build_model(parameters), parameters)

    def divergence(training: bool) -> float:
        return float(objective.parts(IMAGES, TARGETS, training)["kl"])

    assert divergence(training=False) == divergence(training=False)
    assert divergence(training=True) != divergence(training=True)
    first, second = (numbers(objective.validation_parts(IMAGES, TARGETS)) for _ in range(2))
    assert (first["kl"], first["mse"]) == (second["kl"], second["mse"])


def test_the_code_of_a_variational_model_varies_as_it_says() -> None:
    """With a decoder that copies a code of one value, squares are (code - target) squared."""
    parameters = Dense(
        kind="dense", input="clean", code_size=1, output_activation="linear", **SQUARES,
        variational=Variational(beta=0.5),
    )  # fmt: skip
    objective = with_constant_moments(parameters, 3.0, 4.0)
    kernel, bias = objective.decoder.weights
    kernel.assign(np.ones(kernel.shape))
    bias.assign(np.zeros(bias.shape))
    many = np.zeros((20_000, 28, 28, 1), np.float32)
    first, second = (numbers(objective.parts(many, many, training=True)) for _ in range(2))
    # the mean of the squares of N(3, 4), and twice that of another draw
    assert first["reconstruction"] / 784 == pytest.approx(13, rel=0.03)
    assert first["reconstruction"] != second["reconstruction"]
    around = numbers(objective.parts(many, many + 3, training=True))
    assert around["reconstruction"] / 784 == pytest.approx(4, rel=0.05)


WEIGHTED: list[ModelParameters] = [
    Dense(
        kind="dense", input="clean", hidden=[8], code_size=3, code_activation="linear",
        variational=Variational(samples=4),
    ),
    Convolutional(
        kind="convolutional", input="clean", filters=[3, 2], code_activation="linear",
        variational=Variational(samples=4),
    ),
]  # fmt: skip


@pytest.mark.parametrize("parameters", WEIGHTED)
def test_the_importance_weighted_bound_by_its_formula(parameters: ModelParameters) -> None:
    """log of the mean of p(x|z) p(z) / q(z|x) over the codes, of NumPy from the same draws."""
    model = build_model(parameters)
    objective = Objective(model, parameters)
    mean, log_variance = (np.asarray(each) for each in objective.encoder(IMAGES))
    draws = np.asarray(keras.random.normal((4, *mean.shape), seed=keras.random.SeedGenerator(7)))
    codes = mean + np.exp(log_variance / 2) * draws
    white = np.stack([np.asarray(objective.decoder(code)) for code in codes])
    likelihood = TARGETS * np.log(white) + (1 - TARGETS) * np.log(1 - white)
    per_code = likelihood.reshape(4, 3, -1).sum(axis=2)
    # log densities of N(0, 1) and N(mean, variance), both without log(2 pi) / 2
    prior = -np.square(codes) / 2
    posterior = -np.square(codes - mean) / np.exp(log_variance) / 2 - log_variance / 2
    weights = per_code + (prior - posterior).reshape(4, 3, -1).sum(axis=2)
    bounds = np.log(np.exp(weights - weights.max()).mean(axis=0)) + weights.max()

    objective.noise = keras.random.SeedGenerator(7)
    parts = numbers(objective.parts(IMAGES, TARGETS, training=True))
    assert list(parts) == list(objective.names) == ["loss", "reconstruction", "kl"]
    assert parts["loss"] == pytest.approx(-bounds.mean(), rel=1e-5)
    assert parts["reconstruction"] == pytest.approx(-per_code.mean(), rel=1e-5)
    kl = (np.exp(log_variance) + np.square(mean) - 1 - log_variance).reshape(3, -1).sum(axis=1) / 2
    assert parts["kl"] == pytest.approx(kl.mean(), rel=1e-4)
    validated = numbers(objective.validation_parts(IMAGES, TARGETS))
    assert list(validated) == ["loss", "reconstruction", "kl", "mse", "bce"]


@pytest.mark.parametrize("parameters", WEIGHTED)
def test_of_codes_of_equal_weight_the_bound_is_the_evidence_lower_bound(
    parameters: ModelParameters,
) -> None:
    """Codes from N(0, 1), of which the decoder makes nothing."""
    objective = with_constant_moments(parameters, 0.0, 1.0)
    for weight in objective.decoder.weights:
        weight.assign(np.full(weight.shape, 0.0 if len(weight.shape) > 1 else 0.3))
    parts = numbers(objective.parts(IMAGES, TARGETS, training=False))
    assert parts["kl"] == 0
    assert parts["loss"] == pytest.approx(parts["reconstruction"], rel=1e-6)
    cross_entropy = np.log1p(np.exp(0.3)) - 0.3 * TARGETS
    assert parts["loss"] == pytest.approx(cross_entropy.reshape(3, -1).sum(axis=1).mean(), rel=1e-5)


def test_more_codes_are_a_tighter_bound() -> None:
    losses = []
    many = np.repeat(IMAGES, 200, axis=0)
    for samples in (1, 2, 10, 50):
        variational = Variational(samples=samples)
        parameters = WEIGHTED[0].model_copy(update={"variational": variational})
        keras.utils.set_random_seed(0)
        objective = with_constant_moments(parameters, 0.5, 2.0)
        parts = numbers(objective.parts(many, many, training=False))
        losses.append(parts["loss"])
        # the negative evidence lower bound, with which one code agrees
        elbo = parts["reconstruction"] + parts["kl"]
        if samples == 1:
            assert parts["loss"] == pytest.approx(elbo, rel=1e-6)
        else:
            assert parts["loss"] < elbo - 0.1
    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[-1] > 0.5


@pytest.mark.parametrize("logit", [-200.0, -3.0, 0.0, 0.5, 200.0])
@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
def test_the_cross_entropy_of_logits_and_its_gradient(logit: float, target: float) -> None:
    logits, targets = tf.constant([[logit, 0.0]]), tf.constant([[target, 0.5]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = 3 * cross_entropy_of_logits(targets, logits)
    # log(1 + exp(z)) - y z, without what overflows
    expected = max(logit, 0) + math.log1p(math.exp(-abs(logit))) - target * logit
    assert float(loss) == pytest.approx(3 * (expected + math.log(2)) / 2, rel=1e-6, abs=1e-6)
    probability = (math.tanh(logit / 2) + 1) / 2
    gradient = np.asarray(tape.gradient(loss, logits))
    np.testing.assert_allclose(gradient, [[1.5 * (probability - target), 0]], atol=1e-6)
