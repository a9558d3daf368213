"""Gaussian noise of any strength, for one denoiser of all of them."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Factor, Image, Noise


class GaussianUpTo(Noise):
    """x + s * N(0, 1), clipped to [0, 1], with s drawn evenly from 0 to `factor` for each image."""

    unit: ClassVar[str] = "largest standard deviation"

    kind: Literal["gaussian_up_to"]
    factor: Factor

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        strength = rng.uniform(0, self.factor, (*image.shape[:-2], 1, 1))
        noisy: Image = image + strength * rng.standard_normal(image.shape)
        return noisy.clip(0, 1)
