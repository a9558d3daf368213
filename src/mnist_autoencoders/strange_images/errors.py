"""Errors on sets of images that differ in contrast."""

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import as_pixels, mse_and_psnr


def set_errors(images: Images, errors: NDArray[np.float64]) -> dict[str, float | None]:
    """Means of the squared errors `[n]` of reconstructions of a set, uint8 `[n, 28, 28]`.

    - `mse`, `psnr`: as in `mse_and_psnr`
    - `relative_mse`: `mse` over the variance of all pixels of the set, 1 for a reconstruction
      that is grey all over; None where all pixels of the set are the same
    """
    scores = mse_and_psnr(errors)
    variance = float(as_pixels(images).var(dtype=np.float64))
    return scores | {"relative_mse": scores["mse"] / variance if variance else None}
