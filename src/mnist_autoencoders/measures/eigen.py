"""Eigenvectors whose bits are the same on every processor."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from mnist_autoencoders.measures.arithmetic import Array, product_in_order

NOTHING = 1e-100
"""A column this short counts as zero, as that of a pixel which is always black is."""


def symmetric_eigen(matrix: Array) -> tuple[Array, Array]:
    """Eigenvalues `[n]` of a symmetric matrix, descending, and eigenvectors, the rows of `[n, n]`.

    Of each vector the value of the largest magnitude is positive.

    Reflections bring the matrix to tridiagonal form (Golub and Van Loan 2013, "Matrix
    computations", section 8.3.1), whose eigenvectors LAPACK's QL iteration finds. They are
    applied here because LAPACK's go through BLAS, whose kernels differ from processor to
    processor; elementwise operations and sums of rows in their order do not, nor does QL.
    """
    rest = matrix.astype(np.float64)
    diagonal, beside = np.zeros(len(rest)), np.zeros(len(rest) - 1)
    mirrors = []
    for step in range(len(beside)):
        diagonal[step], column, rest = rest[0, 0], rest[1:, 0], rest[1:, 1:]
        length = np.sqrt(np.sum(np.square(column)))
        if length < NOTHING:
            continue
        beside[step] = -np.copysign(length, column[0])
        mirror = column.copy()
        mirror[0] -= beside[step]
        mirror *= np.sqrt(2 / np.sum(np.square(mirror)))  # reflection is I - mirror mirror^T
        product = product_in_order(mirror, rest)
        product -= np.sum(product * mirror) / 2 * mirror
        rest -= np.outer(mirror, product)
        rest -= np.outer(product, mirror)
        mirrors.append(mirror)
    diagonal[-1] = rest[0, 0]

    values, vectors = eigh_tridiagonal(diagonal, beside, lapack_driver="stev")
    vectors = np.ascontiguousarray(vectors)
    for mirror in reversed(mirrors):
        part = vectors[-len(mirror) :]
        part -= np.outer(mirror, product_in_order(mirror, part))
    largest = np.abs(vectors).argmax(axis=0)
    vectors *= np.sign(vectors[largest, np.arange(len(vectors))])
    return values[::-1], vectors.T[::-1]


def symmetric_root(matrix: Array) -> Array:
    """The symmetric root `[n, n]` of a symmetric matrix; eigenvalues below zero count as zero."""
    values, vectors = symmetric_eigen(matrix)
    return product_in_order(vectors.T * np.sqrt(values.clip(min=0)), vectors)
