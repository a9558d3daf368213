"""Images as numbers in [0, 1], and how far two of them are apart; needs no TensorFlow."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from mnist_autoencoders.dataset.store import Images

Pixels = NDArray[np.float32]
SMALLEST_ERROR = (0.5 / 255) ** 2
"""Squared error of half a grey level in every pixel: the least that counts for PSNR."""


def as_pixels(images: Images) -> Pixels:
    """Bytes as float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)


def as_bytes(pixels: Pixels) -> Images:
    """Pixels in [0, 1] as rounded bytes."""
    return np.rint(pixels * 255).astype(np.uint8)


def squared_errors(originals: Images, images: Pixels) -> NDArray[np.float64]:
    """Mean squared error of each image, float64 `[n]`: float `[n, 28, 28]` against uint8 alike."""
    error = images - as_pixels(originals)
    return np.mean(np.square(error), axis=(1, 2), dtype=np.float64)


def mse_and_psnr(errors: NDArray[np.float64]) -> dict[str, float]:
    """Means over images of their squared errors: `mse`, and `psnr` in dB with a peak of 1.

    The PSNR of an image without error is no number; it counts as `SMALLEST_ERROR`.
    """
    # NumPy's logarithms differ between processors with and without AVX-512, SciPy's do not
    decibels = xlogy(-10 / math.log(10), np.maximum(errors, SMALLEST_ERROR))
    return {"mse": float(np.mean(errors)), "psnr": float(np.mean(decibels))}


def spread(count: int, wanted: int) -> NDArray[np.intp]:
    """Positions of `wanted` of `count` images, evenly spread; of all if there are fewer.

    The test images of MNIST are in an order: the first half is cleaner than the second.
    """
    taken = min(count, wanted)
    return np.arange(taken) * count // taken
