"""Noisy copies of training images, to learn from."""

import hashlib
from collections.abc import Iterator

import numpy as np

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.noise.noise import Noise

BLOCK = 1000
"""Images that share a generator."""


def noisy_copies(images: Images, noise: Noise, seed: int) -> Iterator[tuple[Images, Images]]:
    """Blocks of uint8 `[n, 28, 28]` as they are, and under `noise`, alike.

    The noise is independent of that of the data sets and of the ladder, whose names are others,
    and from strength to strength.
    """
    name = f"learnt {noise.kind}_{float(noise.strength)}"
    key = hashlib.sha256(f"{seed} train {name}".encode()).digest()[:16]
    for number, start in enumerate(range(0, len(images), BLOCK)):
        rng = np.random.Generator(
            np.random.Philox(key=int.from_bytes(key, "little"), counter=[0, 0, 0, number])
        )
        block = images[start : start + BLOCK]
        noisy = noise.apply(block / 255.0, rng)
        yield block, np.rint(noisy * 255.0).astype(np.uint8)
