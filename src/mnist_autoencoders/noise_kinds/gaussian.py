"""Gaussian noise, as A3, D5 and E2 have it."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Factor, Image, Noise


class Gaussian(Noise):
    """x + factor * N(0, 1), clipped to [0, 1]."""

    unit: ClassVar[str] = "standard deviation"

    kind: Literal["gaussian"]
    factor: Factor

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        from skimage.util import random_noise

        noisy: Image = random_noise(image, "gaussian", rng=rng, var=self.factor**2)
        return noisy
