"""Planes of test images as files."""

from pathlib import Path

import numpy as np

from mnist_autoencoders.dataset.store import open_labels
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.measures.planes import Points, plane_scores
from mnist_autoencoders.records import write_json


def write_planes(
    planes: dict[str, Points], clean: Path, neighbours: int, sample: int, seed: int, folder: Path
) -> None:
    """Write `planes.npz`, the points by plane, and `scores.json`, see `plane_scores`.

    A plane holds test images of `clean`, evenly spread: float32 `[n, 2]`.
    """
    np.savez(folder / "planes.npz", allow_pickle=False, **planes)
    labels = open_labels(clean, "test")
    if labels is not None:
        labels = labels[spread(len(labels), len(next(iter(planes.values()))))]
    write_json(folder / "scores.json", plane_scores(planes, labels, neighbours, sample, seed))
