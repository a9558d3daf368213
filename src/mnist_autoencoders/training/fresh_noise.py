"""New noise for every epoch of a training."""

import numpy as np

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.noise.noise import Noise

BLOCK = 10_000
"""Images worked on at once, which bounds the memory: their floats take 63 MB."""


def fresh_noise(images: Images, noise: Noise, seed: int, epoch: int) -> Images:
    """A noisy copy of uint8 images `[n, 28, 28]`, another one for each epoch (0, 1, ...).

    It depends on the images, the noise, the seed and the epoch only. 60,000 images take one to
    three seconds.
    """
    rng = np.random.default_rng([seed, epoch])
    copy = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), BLOCK):
        block = slice(start, start + BLOCK)
        noisy = noise.apply(images[block] / 255.0, rng)
        noisy *= 255
        copy[block] = np.rint(noisy, out=noisy)
    return copy
