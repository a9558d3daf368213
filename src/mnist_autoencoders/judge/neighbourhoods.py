"""Whether generated features lie among real ones, and real ones among generated ones."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from mnist_autoencoders.measures.arithmetic import Array, for_distances

Features = NDArray[np.float32]


def neighbourhood_scores(real: Features, generated: Features, neighbours: int) -> dict[str, float]:
    """Scores of generated features `[m, d]` against real ones `[n, d]`, by Euclidean balls.

    The ball of a point reaches as far as its k-th nearest other point of the same set; k is
    `neighbours`, or the number of others if that is smaller. A point that is alone reaches nothing
    but its own place.

    - `precision`: share of the generated points in the ball of a real one (Kynkaanniemi et al.
      2019, "Improved precision and recall metric for assessing generative models", equation 2)
    - `recall`: share of the real points in the ball of a generated one (the same)
    - `density`: in how many real balls a generated point lies in the mean, over k; about 1 for
      real points, and may be more (Naeem et al. 2020, "Reliable fidelity and diversity metrics for
      generative models", equation 6)
    - `coverage`: share of the real points whose ball holds a generated one (the same, equation 7)
    """
    points = for_distances(np.concatenate([real, generated]))
    real_points, generated_points = points[: len(real)], points[len(real) :]
    # threads cost more than they save
    with threadpool_limits(1):
        distances = euclidean_distances(real_points, generated_points)
        in_real = distances <= _reaches(real_points, neighbours)[:, np.newaxis]
        in_generated = distances <= _reaches(generated_points, neighbours)
    return {
        "precision": float(np.mean(in_real.any(axis=0))),
        "recall": float(np.mean(in_generated.any(axis=1))),
        "density": float(np.mean(in_real.sum(axis=0)) / max(min(neighbours, len(real) - 1), 1)),
        "coverage": float(np.mean(in_real.any(axis=1))),
    }


def _reaches(points: Array, neighbours: int) -> Array:
    """The distance of each point to its k-th nearest other, `[n]`."""
    count = min(neighbours, len(points) - 1)
    if count == 0:
        return np.zeros(1)
    # a tree is slower from about ten dimensions on
    distances, _ = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(points).kneighbors()
    return distances[:, -1]
