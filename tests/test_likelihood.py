"""Bounds on the likelihood are those of models where log p(x) is known."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy.special import logsumexp

from mnist_autoencoders.evaluation.likelihood import likelihood_bounds
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
PIXELS = IMAGES / 255.0


def small_model(log_variance: float, strength: float, mean: float = 0.0) -> keras.Model:
    """q(z|x) = N(mean, exp(log_variance)) for all x; logits of p(x|z) are strength * (z1 + z2)."""
    image = keras.Input((28, 28, 1))
    moments = [
        layers.Dense(2, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(c))
        for c in (mean, log_variance)
    ]
    encoder = keras.Model(image, [m(layers.Flatten()(image)) for m in moments], name="encoder")
    kernel = keras.initializers.Constant(strength)
    decoder = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(784, "sigmoid", kernel_initializer=kernel),
            layers.Reshape((28, 28, 1)),
        ],
        name="decoder",
    )
    return keras.Model(image, decoder(encoder(image)[0]))


def log_likelihood(strength: float) -> float:
    """Mean log p(x) of `small_model` by quadrature: z1 + z2 is N(0, 2)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    logits = strength * np.sqrt(2) * nodes
    sums = PIXELS.sum(axis=(1, 2))[:, np.newaxis]
    given = sums * logits - 784 * np.logaddexp(0, logits) + np.log(weights / weights.sum())
    return float(np.mean(np.logaddexp.reduce(given, axis=1)))


def test_a_code_without_meaning_leaves_all_bounds_exact() -> None:
    bounds = likelihood_bounds(small_model(0.0, 0.0), IMAGES, importance_samples=7, seed=0)
    assert bounds["kl"] == 0
    for name in ("elbo", "reconstruction", "importance_weighted"):
        assert bounds[name] == pytest.approx(-784 * np.log(2), rel=1e-5), name


def test_the_divergence_is_that_of_normal_distributions() -> None:
    bounds = likelihood_bounds(small_model(np.log(0.25), 0.0, mean=2.0), IMAGES, 3, seed=0)
    assert bounds["kl"] == pytest.approx(2 * 0.5 * (0.25 + 4 - 1 - np.log(0.25)), rel=1e-5)


def test_more_samples_close_the_gap_to_the_likelihood() -> None:
    model = small_model(-1.0, 0.05, mean=-0.2)
    truth = log_likelihood(0.05)
    by_samples = [likelihood_bounds(model, IMAGES, count, seed=0) for count in (1, 10, 1500)]
    ladder = [bounds["importance_weighted"] for bounds in by_samples]
    assert by_samples[-1]["elbo"] < ladder[1] < ladder[2]
    assert ladder[0] < ladder[1] < ladder[2] < truth + 0.05
    assert ladder[2] == pytest.approx(truth, abs=0.05)
    assert by_samples[-1]["elbo"] < truth - 0.3


def test_reconstruction_is_the_cross_entropy_of_grey_values() -> None:
    # a code of almost no variance, so that every image is decoded from the same code
    bounds = likelihood_bounds(small_model(-30.0, 0.5, mean=1.0), IMAGES, 2, seed=0)
    white = 1 / (1 + np.exp(-1.0))
    expected = np.sum(PIXELS * np.log(white) + (1 - PIXELS) * np.log(1 - white), axis=(1, 2))
    assert bounds["reconstruction"] == pytest.approx(float(expected.mean()), rel=1e-5)


def test_seed_decides() -> None:
    model = small_model(-1.0, 0.05)
    first, again, other = (likelihood_bounds(model, IMAGES, 5, seed) for seed in (0, 0, 1))
    assert first == again
    assert first["elbo"] != other["elbo"]


@pytest.mark.parametrize("shape", [(2,), (1, 2, 1)])
def test_bounds_by_their_formulas_on_drawn_codes(shape: tuple[int, ...]) -> None:
    """Moments are random projections of an image; of 2000 codes at once, 900 are an image's."""
    rng = np.random.default_rng(5)
    kernels = rng.normal(0, 0.01, (3, 784, 2)).astype(np.float32)
    image = keras.Input((28, 28, 1))
    encoder, decoder = [], [keras.Input(shape), layers.Flatten()]
    for kernel in kernels[:2]:
        dense = layers.Dense(2, kernel_initializer=lambda *_, kernel=kernel, **__: kernel)
        encoder.append(layers.Reshape(shape)(dense(layers.Flatten()(image))))
    decoder.append(
        layers.Dense(784, "sigmoid", kernel_initializer=lambda *_, **__: 40 * kernels[2].T)
    )
    parts = [
        keras.Model(image, encoder, name="encoder"),
        keras.Sequential([*decoder, layers.Reshape((28, 28, 1))], name="decoder"),
    ]
    model = keras.Model(image, parts[1](parts[0](image)[0]))
    samples, images = 900, IMAGES[:5]
    by_image = []
    for start in (0, 2, 4):
        batch = PIXELS[:5][start : start + 2].reshape(-1, 784)
        noise = tf.random.stateless_normal([samples, len(batch), 2], [7, start]).numpy()
        mean, log_variance = batch @ kernels[0], batch @ kernels[1]
        codes = mean + np.exp(log_variance / 2) * noise
        logits = codes @ (40 * kernels[2].T)
        given = (batch * logits - np.logaddexp(0, logits)).sum(axis=2)
        prior, posterior = -np.square(codes) / 2, -np.square(noise) / 2 - log_variance / 2
        ratios = given + (prior - posterior).sum(axis=2)
        kl = (np.exp(log_variance) + np.square(mean) - 1 - log_variance).sum(axis=1) / 2
        weighted = logsumexp(ratios, axis=0) - np.log(samples)
        by_image.append([given.mean(axis=0) - kl, given.mean(axis=0), kl, weighted])
    names = ["elbo", "reconstruction", "kl", "importance_weighted"]
    expected = dict(zip(names, np.concatenate(by_image, axis=1).mean(axis=1)))
    bounds = likelihood_bounds(model, images, samples, seed=7)
    assert list(bounds) == names
    assert bounds == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("grey", [0, 255])
def test_no_pixel_is_certain(grey: int) -> None:
    """Logits of 100 for white, or for black, in every pixel: as far as float32 lets it be."""
    images = np.full((3, 28, 28), grey, np.uint8)
    model = small_model(-30.0, 50.0, mean=1.0 if grey == 0 else -1.0)
    least = np.log(1e-7) if grey else np.log1p(-np.float32(1 - 1e-7))
    bounds = likelihood_bounds(model, images, 2, seed=0)
    assert bounds["reconstruction"] == pytest.approx(784 * least, rel=1e-4)
