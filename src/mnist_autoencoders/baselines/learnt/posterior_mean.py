"""The mean of the clean images that a noisy one may come from: the best guess, by Bayes' rule."""

import math

import numpy as np
from scipy.special import exp2

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.arithmetic import FLOAT64_BITS, Array, on_grid
from mnist_autoencoders.measures.pixels import Pixels

BLOCK = 4000
"""Clean images that are float64 at once."""

QUERIES = 200
"""Noisy images whose distances are kept at once: 100 MB for 60,000 clean ones."""

ROUNDING = 1 / 12
"""Variance of a value rounded to a whole number, which every noisy pixel has at least."""


def posterior_means(
    noisy: Images, clean: Images, sigma: float, temperatures: list[float]
) -> list[Pixels]:
    """For each temperature the guesses for uint8 `[n, s, s]`: float32 alike in [0, 1].

    The mean of `clean` `[m, s, s]`, weighted by exp(-|noisy - clean|^2 / (2 sigma^2 t)): with t = 1
    the posterior mean for additive Gaussian noise of that standard deviation, in [0, 1], if images
    were drawn from `clean`. No denoiser has a smaller squared error then. They are not, and clipped
    noise is less than sigma, so another temperature t may do better.

    Distances are whole numbers, and weights are rounded so that sums are exact: the bits are the
    same on every processor.
    """
    variance = (255 * sigma) ** 2 + ROUNDING
    guesses: list[list[Pixels]] = [[] for _ in temperatures]
    for start in range(0, len(noisy), QUERIES):
        part = noisy[start : start + QUERIES]
        apart = _squared_distances(part, clean)
        apart -= apart.min(axis=1, keepdims=True)
        for guess, temperature in zip(guesses, temperatures):
            # cephes' function is the same on every processor, NumPy's is not
            weights = exp2(apart * (-1 / (2 * math.log(2) * variance * temperature)))
            mean = _weighted_mean(weights, clean) / 255
            guess.append(mean.reshape(part.shape).astype(np.float32))
    return [np.concatenate(guess) for guess in guesses]


def _squared_distances(left: Images, right: Images) -> Array:
    """Float64 `[n, m]` of uint8 `[n, s, s]` and `[m, s, s]`, in squared grey levels."""
    points = left.reshape(len(left), -1).astype(np.float64)
    apart = np.empty((len(left), len(right)))
    for start in range(0, len(right), BLOCK):
        others = right[start : start + BLOCK].reshape(-1, points.shape[1]).astype(np.float64)
        apart[:, start : start + BLOCK] = (
            np.square(points).sum(axis=1)[:, np.newaxis]
            + np.square(others).sum(axis=1)
            - 2 * points @ others.T
        )
    return apart


def _weighted_mean(weights: Array, images: Images) -> Array:
    """`[n, s * s]` of weights `[n, m]`, of which the largest in a row is 1."""
    weights = on_grid(weights, FLOAT64_BITS - (255 * len(images)).bit_length())
    total = np.zeros((len(weights), images[0].size))
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK].reshape(-1, total.shape[1]).astype(np.float64)
        total += weights[:, start : start + BLOCK] @ block
    return total / weights.sum(axis=1, keepdims=True)
