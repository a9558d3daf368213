"""Bounds on the likelihood are those of models where log p(x) is known."""

import keras
import numpy as np
import pytest
from keras import layers

from mnist_autoencoders.evaluation.likelihood import likelihood_bounds

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
