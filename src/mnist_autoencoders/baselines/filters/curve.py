"""A monotone tone curve, learnt from pairs of a filtered and a clean image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import Pixels

LEVELS = 1024
"""Steps of grey that filtered values are rounded to before a curve is fitted, four to a byte's.

A regression over as many means takes a hundredth of the time of one over all pixels.
"""


@dataclass(frozen=True)
class Curve:
    """What grey level `[k]` in [0, 1], ascending, becomes which; straight lines in between."""

    levels: NDArray[np.float64]
    becomes: NDArray[np.float64]

    def apply(self, images: Pixels) -> Pixels:
        """Float32 `[n, 28, 28]` in [0, 1], and so the result; the ends of the curve are level."""
        return np.interp(images, self.levels, self.becomes).astype(np.float32)


def fit_curve(images: Pixels, originals: Images) -> Curve:
    """The non-decreasing curve of the least squared error from `images` to `originals`.

    Float32 `[n, 28, 28]` in [0, 1] to uint8 alike. It undoes what clipping at black and white does
    to the mean of noisy pixels, and the loss of contrast of a blur.

    Isotonic regression: Barlow, Bartholomew, Bremner and Brunk, "Statistical inference under order
    restrictions", 1972.
    """
    steps = np.rint(images * LEVELS).astype(np.intp).ravel()
    counts = np.bincount(steps)
    # whole numbers, which add up the same in any order
    sums = np.bincount(steps, weights=originals.ravel())
    there = np.flatnonzero(counts)
    regression = IsotonicRegression(y_min=0, y_max=1).fit(
        there / LEVELS, sums[there] / (255 * counts[there]), sample_weight=counts[there]
    )
    return Curve(regression.X_thresholds_, regression.y_thresholds_)
