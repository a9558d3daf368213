"""What each kind of noise does to images, float in [0, 1], `[28, 28]` or `[n, 28, 28]`."""

import numpy as np
from numpy.typing import NDArray
from skimage.draw import line_aa
from skimage.filters import gaussian
from skimage.util import random_noise

from mnist_autoencoders.noise.parameters import (
    Blur,
    Gaussian,
    Marks,
    Masking,
    NoiseParameters,
    SaltAndPepper,
    Speckle,
    Tones,
)

Image = NDArray[np.float64]


def add_noise(image: Image, noise: NoiseParameters, rng: np.random.Generator) -> Image:
    """A noisy copy of an image or of a stack of them, in [0, 1], all random in it from `rng`.

    Every image of a stack has noise of its own, but not the one that it would have alone.
    """
    noisy: Image
    match noise:
        case Gaussian(factor=factor):
            noisy = random_noise(image, "gaussian", rng=rng, var=factor**2)
        case SaltAndPepper(amount=amount):
            noisy = random_noise(image, "s&p", rng=rng, amount=amount)
        case Speckle(factor=factor):
            noisy = random_noise(image, "speckle", rng=rng, var=factor**2)
        case Masking(amount=amount):
            noisy = random_noise(image, "pepper", rng=rng, amount=amount)
        case Blur(sigma=sigma):
            noisy = gaussian(image, sigma=(*(0,) * (image.ndim - 2), sigma, sigma))
        case Marks(count=count):
            noisy = image.copy()
            for each in noisy.reshape(-1, *image.shape[-2:]):
                _draw_marks(each, count, rng)
        case Tones(amount=amount):
            shift = rng.uniform(0, amount / 2, (2, *image.shape[:-2], 1, 1))
            black, white = shift[0], 1 - shift[1]
            noisy = black + (white - black) * image
    return noisy


def _draw_marks(image: Image, count: int, rng: np.random.Generator) -> None:
    for start_row, start_column, end_row, end_column in rng.integers(0, image.shape[0], (count, 4)):
        rows, columns, coverage = line_aa(start_row, start_column, end_row, end_column)
        inside = (rows < image.shape[0]) & (columns < image.shape[1]) & (rows >= 0) & (columns >= 0)
        rows, columns, coverage = rows[inside], columns[inside], coverage[inside]
        image[rows, columns] = np.maximum(image[rows, columns], coverage)
