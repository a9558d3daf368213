"""Codes drawn at random, from distributions that are set or fitted to the codes of images."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from mnist_autoencoders.judge.frechet import Moments
from mnist_autoencoders.measures.arithmetic import Array, for_products
from mnist_autoencoders.measures.eigen import symmetric_eigen, symmetric_root

Codes = NDArray[np.float32]

MIXED = 32
"""Principal coordinates of the codes that a mixture is fitted to."""
STEPS = 30
"""Steps of expectation-maximisation at most."""
TOLERANCE = 0.01
"""Nats that a step has to gain for a code, in the mean, for another to follow."""
LEAST = 1e-6
"""Added to the variances of a mixture, in units of the mean variance of a code value."""


def standard_normal_codes(count: int, size: int, seed: int) -> Codes:
    """Codes from N(0, I): float32 `[count, size]`."""
    return np.random.default_rng(seed).standard_normal((count, size), dtype=np.float32)


def fitted_normal_codes(codes: Codes, count: int, seed: int) -> Codes:
    """Codes from the most likely normal distribution of `codes`: float32 `[count, size]`."""
    moments = Moments.of(codes)
    normal = np.random.default_rng(seed).standard_normal((count, codes.shape[1]))
    return _normal(normal, moments.mean, symmetric_root(moments.covariance)).astype(np.float32)


def mixture_codes(codes: Codes, components: int, count: int, seed: int) -> Codes:
    """Codes from a mixture of normal distributions fitted to `codes`: float32 `[count, size]`.

    Up to 30 steps of expectation-maximisation from the clusters of k-means (scikit-learn's
    `GaussianMixture`), of `components` distributions with full covariances, or as many as there
    are codes. They are of the first 32 principal coordinates of the codes; the others of longer
    codes, which vary least, are drawn from normal distributions, since covariances of more values
    are slow and badly determined. With one component it is `fitted_normal_codes`. Fitted with BLAS
    in float64: processors may differ in the last bits of a code. One code alone is drawn as it is.
    """
    if len(codes) == 1:
        return np.repeat(codes, count, axis=0)
    moments = Moments.of(codes)
    variances, axes = symmetric_eigen(moments.covariance)
    size, mixed = len(variances), min(len(variances), MIXED)
    coordinates = for_products(codes - moments.mean, size) @ for_products(axes[:mixed].T, size)
    mixture = GaussianMixture(
        min(components, len(codes)),
        tol=TOLERANCE,
        # where all codes are the same, any variance does
        reg_covar=LEAST * (float(variances.mean()) or 1.0),
        max_iter=STEPS,
        random_state=seed,
    )
    # sums over several threads are added in any order; a fit that is not quite done will do
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(coordinates)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(mixture.weights_), count, p=mixture.weights_)
    drawn = rng.standard_normal((count, size))
    drawn[:, mixed:] *= np.sqrt(variances[mixed:].clip(min=0))
    for number, (mean, covariance) in enumerate(zip(mixture.means_, mixture.covariances_)):
        ours = chosen == number
        drawn[ours, :mixed] = _normal(drawn[ours, :mixed], mean, symmetric_root(covariance))
    return (moments.mean + for_products(drawn, size) @ for_products(axes, size)).astype(np.float32)


def _normal(draws: Array, mean: Array, root: Array) -> Array:
    """Draws from N(0, I), `[n, d]`, given a mean and a covariance, of which this is the root."""
    return mean + for_products(draws, len(mean)) @ for_products(root, len(mean))
