"""Points in a plane by t-SNE."""

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from mnist_autoencoders.measures.arithmetic import (
    Array,
    for_distances,
    for_products,
    product_in_order,
)
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.planes import Points

EXTREME = 40
"""Powers of two of a size from which on points are scaled."""


def tsne(points: Points, perplexity: float, seed: int) -> Points:
    """t-SNE of float32 `[n, d]` in the plane, float32 `[n, 2]`, starting from its components.

    van der Maaten and Hinton 2008, "Visualizing data using t-SNE", with the Barnes-Hut
    approximation of van der Maaten 2014. Points that are all the same, as one alone is, all lie
    at the origin: there is nothing to lay out.
    """
    if (points == points[0]).all():
        return np.zeros((len(points), 2), np.float32)
    at_most = min(perplexity, (len(points) - 1) / 3)
    exact = for_distances(_within_float32(points))
    # threads would add up in the order in which they end, and the points would differ
    with threadpool_limits(1):
        chart = TSNE(perplexity=at_most, init=_start(exact), random_state=seed)
        return chart.fit_transform(exact)


def _start(points: Array) -> Points:
    """The first two principal coordinates of `[n, d]`, with the spread that scikit-learn gives."""
    centred = for_products(points - points.mean(axis=0), len(points))
    _, axes = symmetric_eigen(centred.T @ centred)
    plane = product_in_order(axes[:2], centred.T).T
    if plane.shape[1] == 1:
        plane = np.column_stack([plane, np.zeros(len(plane))])
    return (plane / plane[:, 0].std() * 1e-4).astype(np.float32)


def _within_float32(points: Points) -> Array:
    """The points, made smaller or larger where squares of distances would leave float32's range.

    scikit-learn keeps them in it, and t-SNE lays out points of any size alike.
    """
    array = points.astype(np.float64)
    largest = int(np.frexp(np.abs(array - array.mean(axis=0)).max())[1])
    return array if abs(largest) < EXTREME else np.ldexp(array, -largest)
