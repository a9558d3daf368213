"""Changed tones."""

from typing import ClassVar, Literal

import numpy as np

from mnist_autoencoders.noise.noise import Image, Noise, Share


class Tones(Noise):
    """Other brightness and contrast: black becomes a grey, white another, alike in all pixels.

    For each image black is drawn uniformly from [0, amount / 2] and white from
    [1 - amount / 2, 1], so the digit stays the brighter part.
    """

    unit: ClassVar[str] = "amount"

    kind: Literal["tones"]
    amount: Share

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        shift = rng.uniform(0, self.amount / 2, (2, *image.shape[:-2], 1, 1))
        black, white = shift[0], 1 - shift[1]
        toned: Image = black + (white - black) * image
        return toned
