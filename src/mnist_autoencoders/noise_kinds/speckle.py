"""Speckle."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Factor, Image, Noise


class Speckle(Noise):
    """x + factor * x * N(0, 1), clipped to [0, 1]: noise that grows with brightness."""

    unit: ClassVar[str] = "standard deviation / grey level"

    kind: Literal["speckle"]
    factor: Factor

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        from skimage.util import random_noise

        noisy: Image = random_noise(image, "speckle", rng=rng, var=self.factor**2)
        return noisy
