"""Matrix products whose bits are the same on every processor.

BLAS adds in an order, and with roundings, that are those of its kernels for the processor at hand.
Nothing is rounded, and every order gives the same, where the factors are multiples of a power of
two with so few bits that each sum of products fits into the 53 of a float64: large products are
made so. Small ones are added in a fixed order.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

FLOAT64_BITS = 53


def on_grid(values: ArrayLike, bits: int) -> Array:
    """`values` rounded to `bits` bits behind the point, as float64."""
    return np.rint(np.asarray(values, np.float64) * 2.0**bits) * 2.0**-bits


def for_products(values: ArrayLike, terms: int) -> Array:
    """`values` rounded so that sums of `terms` products of two of them are exact.

    All keep the same bits below the largest magnitude, as many as that allows: 22 for 500 terms.
    The factors of a product may come from two calls.
    """
    array = np.asarray(values, np.float64)
    largest = int(np.frexp(np.abs(array).max(initial=0.0))[1])
    return on_grid(array, (FLOAT64_BITS - (terms - 1).bit_length()) // 2 - largest)


def for_distances(points: ArrayLike) -> Array:
    """Points `[n, d]` rounded so that |x|^2 - 2 x y + |y|^2 of any two is exact, 22 bits for d 64.

    That is how scikit-learn computes Euclidean distances.
    """
    array = np.asarray(points, np.float64)
    return for_products(array, 4 * array.shape[1])


def product_in_order(left: Array, right: Array) -> Array:
    """`left @ right` of `[..., m]` and `[m, n]`, adding from the first term to the last."""
    if left.ndim > 1:
        return np.stack([product_in_order(row, right) for row in left])
    # a sum over the first axis adds row to row
    return np.sum(right * left[:, np.newaxis], axis=0)
