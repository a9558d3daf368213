"""Salt and pepper."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Image, Noise, Share


class SaltAndPepper(Noise):
    """A share of the pixels becomes black or white, half of them each."""

    unit: ClassVar[str] = "share of the pixels"

    kind: Literal["salt_and_pepper"]
    amount: Share

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        from skimage.util import random_noise

        noisy: Image = random_noise(image, "s&p", rng=rng, amount=self.amount)
        return noisy
