"""The Frechet distance of two sets of features, each taken as a normal distribution."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.measures.arithmetic import Array, for_products, product_in_order
from mnist_autoencoders.measures.eigen import symmetric_eigen, symmetric_root


@dataclass(frozen=True)
class Moments:
    """Mean `[d]` and covariance `[d, d]` of a normal distribution."""

    mean: Array
    covariance: Array

    @classmethod
    def of(cls, values: NDArray[np.floating]) -> "Moments":
        """The most likely normal distribution of values `[n, d]`; n may be below d, even 1."""
        mean = values.mean(axis=0, dtype=np.float64)
        centred = for_products(values - mean, len(values))
        return cls(mean, centred.T @ centred / len(values))


def frechet_distance(one: Moments, other: Moments) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)): 0 for equal moments, in squared feature units.

    Dowson and Landau 1982; used on features of generated images by Heusel et al. 2017, "GANs
    trained by a two time-scale update rule". The trace of the root is the sum of the singular
    values of C1^(1/2) C2^(1/2), which exists for singular covariances too.
    """
    shift = np.sum(np.square(one.mean - other.mean))
    roots = product_in_order(symmetric_root(one.covariance), symmetric_root(other.covariance))
    # the eigenvalues of this are the singular values, and their negatives
    nothing = np.zeros_like(roots)
    values, _ = symmetric_eigen(np.block([[nothing, roots], [roots.T, nothing]]))
    overlap = np.sum(values[: len(roots)])
    distance = shift + np.trace(one.covariance) + np.trace(other.covariance) - 2 * overlap
    # rounding may leave equal moments a little below zero
    return float(max(distance, 0.0))
