"""Eigenvectors whose bits are the same on every processor."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

Array = NDArray[np.float64]


def symmetric_eigen(matrix: Array) -> tuple[Array, Array]:
    """Eigenvalues `[n]` of a symmetric matrix, descending, and eigenvectors, the rows of `[n, n]`.

    Of each vector the value of the largest magnitude is positive.

    Reflections bring the matrix to tridiagonal form (Golub and Van Loan 2013, "Matrix
    computations", section 8.3.1), whose eigenvectors LAPACK's QL iteration finds. They are
    applied here because LAPACK's go through BLAS, whose kernels differ from processor to
    processor; elementwise operations and sums of rows in their order do not, nor does QL.
    """
    rest = matrix.astype(np.float64)
    diagonal, beside = np.empty(len(rest)), np.empty(max(len(rest) - 1, 0))
    mirrors = []
    for step in range(len(beside)):
        diagonal[step] = rest[0, 0]
        mirror, beside[step] = _mirror(rest[1:, 0])
        rest = rest[1:, 1:]
        product = _sum_of_rows(rest, mirror)
        product -= np.sum(product * mirror) / 2 * mirror
        rest -= np.outer(mirror, product)
        rest -= np.outer(product, mirror)
        mirrors.append(mirror)
    diagonal[-1] = rest[0, 0]

    values, vectors = eigh_tridiagonal(diagonal, beside, lapack_driver="stev")
    vectors = np.ascontiguousarray(vectors)
    for mirror in reversed(mirrors):
        part = vectors[-len(mirror) :]
        part -= np.outer(mirror, _sum_of_rows(part, mirror))
    largest = np.abs(vectors).argmax(axis=0)
    vectors *= np.sign(vectors[largest, np.arange(len(vectors))])
    return values[::-1], vectors.T[::-1]


def _mirror(column: Array) -> tuple[Array, float]:
    """The v for which (I - v v^T) `column` is (x, 0, 0, ...), and that x."""
    length = np.sqrt(np.sum(np.square(column)))
    if length == 0:
        return np.zeros_like(column), 0.0
    first = -np.copysign(length, column[0])
    mirror = column.copy()
    mirror[0] -= first
    return mirror * np.sqrt(2 / np.sum(np.square(mirror))), first


def _sum_of_rows(matrix: Array, weights: Array) -> Array:
    """`weights @ matrix`, added row by row."""
    return np.sum(matrix * weights[:, np.newaxis], axis=0)
