"""How well digits lie apart in a plane."""

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import Labels
from mnist_autoencoders.measures.codes import leave_one_out_accuracy, silhouette

Points = NDArray[np.float32]


def plane_scores(
    planes: dict[str, Points], labels: Labels | None, neighbours: int, sample: int, seed: int
) -> dict[str, dict[str, float]]:
    """`knn_accuracy` (each point judged by all others) and `silhouette` of each plane `[n, 2]`.

    Empty without labels, and where a point is alone, which no other can vote for.
    """
    if labels is None or len(labels) < 2:
        return {}
    return {
        name: {
            "knn_accuracy": leave_one_out_accuracy(points, labels, neighbours),
            "silhouette": silhouette(points, labels, sample, seed),
        }
        for name, points in planes.items()
    }
