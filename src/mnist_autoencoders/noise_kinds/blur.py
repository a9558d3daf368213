"""Blur."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.noise.noise import Image, Noise


class Blur(Noise):
    """A Gaussian blur; sigma in pixels. Nothing in it is random."""

    unit: ClassVar[str] = "sigma (pixels)"

    kind: Literal["blur"]
    sigma: Annotated[float, Field(ge=0, le=SIDE)]
    """At most as wide as an image: time and memory grow with it, and nothing is left to blur."""

    def apply(self, image: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        from skimage.filters import gaussian

        blurred: Image = gaussian(image, (*(0,) * (image.ndim - 2), self.sigma, self.sigma))
        return blurred
