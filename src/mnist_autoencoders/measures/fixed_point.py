"""Matrix products whose bits are the same on every processor.

BLAS adds in an order, and with roundings, that are those of its kernels for the processor at hand.
Where the operands are multiples of a power of two with so few bits that every sum of products fits
into the 53 of a float64, nothing is rounded and every order gives the same.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

FLOAT64_BITS = 53


def on_grid(values: ArrayLike, bits: int) -> Array:
    """`values` rounded to `bits` bits behind the point, as float64."""
    return np.ldexp(np.rint(np.ldexp(np.asarray(values, np.float64), bits)), -bits)


def for_products(values: ArrayLike, terms: int) -> Array:
    """`values` rounded so that sums of `terms` products of two of them are exact.

    They keep as many bits below the largest magnitude as that allows: 22 for 500 terms. The two
    factors may come from calls of their own.
    """
    array = np.asarray(values, np.float64)
    largest = np.frexp(np.abs(array).max(initial=0.0))[1]
    return on_grid(array, (FLOAT64_BITS - (terms - 1).bit_length()) // 2 - int(largest))


def for_distances(points: ArrayLike) -> Array:
    """Points `[n, d]` rounded so that |x|^2 - 2 x y + |y|^2 of any two is exact: 20 bits for 2,048.

    That is how scikit-learn computes Euclidean distances.
    """
    array = np.asarray(points, np.float64)
    return for_products(array, 4 * array.shape[1])
