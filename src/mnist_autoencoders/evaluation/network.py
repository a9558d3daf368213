"""A trained autoencoder as functions on arrays, whatever it is made of."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels, as_pixels
from mnist_autoencoders.networks.apply import apply_network

Codes = NDArray[np.float32]
Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """A loaded model. Images are uint8 `[n, 28, 28]`, codes float32 `[n, code size]`.

    The code of a variational model is the mean of its distribution.
    """

    model: keras.Model

    @classmethod
    def load(cls, trained: Path) -> "Network":
        """The model in an output folder of training."""
        return cls(keras.models.load_model(trained / "model.keras"))

    def encode(self, images: Images) -> Codes:
        """The codes of images, flattened."""
        pixels = as_pixels(images)[..., np.newaxis]
        codes = apply_network(self.model.get_layer("encoder"), pixels)[0]
        return codes.reshape(len(codes), -1)

    def decode(self, codes: Codes) -> Pixels:
        """What codes are decoded to: float32 `[n, 28, 28]` in [0, 1]."""
        decoder = self.model.get_layer("decoder")
        shaped = codes.reshape(-1, *decoder.input_shape[1:])
        return apply_network(decoder, shaped)[0][..., 0].clip(0, 1)

    def reconstruct(self, images: Images) -> Pixels:
        """The images encoded and decoded: float32 `[n, 28, 28]` in [0, 1]."""
        return self.decode(self.encode(images))

    def first_layer(self) -> Weights | None:
        """The weights `[784, n]` of a dense layer on the pixels; None where there is none."""
        kernel = next(weight for weight in self.model.weights if len(weight.shape) > 1)
        flat = len(kernel.shape) == 2 and kernel.shape[0] == SIDE * SIDE
        return np.asarray(kernel) if flat else None
