"""Images of black and white, drawn by the grey values."""

import numpy as np

from mnist_autoencoders.dataset.store import Images

BLOCK = 10_000
"""Images worked on at once, which bounds the memory."""


def binarise(images: Images, seed: int, draw: int) -> Images:
    """Each pixel white with the probability that is its grey value: uint8 `[n, 28, 28]`, 0 or 255.

    It depends on the images, the seed and the number of the draw (0, 1, ...) only.
    """
    rng = np.random.default_rng([seed, draw])
    drawn = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK]
        # one of 0 to 254 is below v in v of 255 cases
        drawn[start : start + BLOCK] = rng.integers(0, 255, block.shape, np.uint8) < block
    drawn *= 255
    return drawn
