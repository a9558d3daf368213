"""Masking noise, that of Vincent et al. 2008."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Image, Noise, Share


class Masking(Noise):
    """A share of the pixels becomes black."""

    unit: ClassVar[str] = "share of the pixels"

    kind: Literal["masking"]
    amount: Share

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        from skimage.util import random_noise

        noisy: Image = random_noise(image, "pepper", rng=rng, amount=self.amount)
        return noisy
