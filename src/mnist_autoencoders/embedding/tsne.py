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


def tsne(points: Points, perplexity: float, seed: int) -> Points:
    """t-SNE of float32 `[n, d]` in the plane, float32 `[n, 2]`, starting from its components.

    van der Maaten and Hinton 2008, "Visualizing data using t-SNE", with the Barnes-Hut
    approximation of van der Maaten 2014.
    """
    at_most = min(perplexity, (len(points) - 1) / 3)
    exact = for_distances(points)
    # threads would add up in the order in which they end, and the points would differ
    with threadpool_limits(1):
        chart = TSNE(perplexity=at_most, init=_start(exact), random_state=seed)
        return chart.fit_transform(exact)


def _start(points: Array) -> Points:
    """The first two principal coordinates of `[n, d]`, with the spread that scikit-learn gives."""
    centred = for_products(points - points.mean(axis=0), len(points))
    _, axes = symmetric_eigen(centred.T @ centred)
    plane = product_in_order(axes[:2], centred.T).T
    return (plane / plane[:, 0].std() * 1e-4).astype(np.float32)
