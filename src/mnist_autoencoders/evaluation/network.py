"""A trained autoencoder as functions on arrays, whatever it is made of."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels, as_pixels
from mnist_autoencoders.networks.apply import apply_network, load_model

Codes = NDArray[np.float32]
Weights = NDArray[np.float32]

LARGEST = np.float32(1e30)
"""Code values of a larger magnitude, as trainings with huge steps may end with, count as this:
squares and sums of them stay finite."""


@dataclass(frozen=True)
class Network:
    """A loaded model. Images are uint8 `[n, 28, 28]`, codes float32 `[n, code size]`.

    The code of a variational model is the mean of its distribution. Where the code is passed by,
    as by skips, the decoder needs more than codes, and there is no `decode`.

    A code value is at most 1e30 in magnitude. What is no number, as the difference of two
    infinities is, counts as 0, in a code and as a pixel.
    """

    model: keras.Model

    @classmethod
    def load(cls, trained: Path) -> "Network":
        """The model in an output folder of training."""
        return cls(load_model(trained / "model.keras"))

    def encode(self, images: Images) -> Codes:
        """The codes of images, flattened."""
        return _codes(apply_network(self._coder, as_pixels(images)[..., np.newaxis])[0])

    def decode(self, codes: Codes) -> Pixels:
        """What codes are decoded to: float32 `[n, 28, 28]` in [0, 1]."""
        decoder = self.model.get_layer("decoder")
        shaped = codes.reshape(-1, *decoder.input_shape[1:])
        return _pixels(apply_network(decoder, shaped)[0])

    def reconstruct(self, images: Images) -> Pixels:
        """The images encoded and decoded: float32 `[n, 28, 28]` in [0, 1]."""
        return _pixels(apply_network(self.model, as_pixels(images)[..., np.newaxis])[0])

    def encode_and_reconstruct(self, images: Images) -> tuple[Codes, Pixels]:
        """What `encode` and `reconstruct` give, encoded once."""
        codes, outputs = apply_network(self._both, as_pixels(images)[..., np.newaxis])
        return _codes(codes), _pixels(outputs)

    def first_layer(self) -> Weights | None:
        """The weights `[784, n]` of a dense layer on the pixels; None where there is none."""
        kernel = next(weight for weight in self.model.weights if len(weight.shape) > 1)
        flat = len(kernel.shape) == 2 and kernel.shape[0] == SIDE * SIDE
        return np.asarray(kernel) if flat else None

    @cached_property
    def _coder(self) -> keras.Model:
        """Images to codes alone: what else the encoder gives may be large."""
        encoder = self.model.get_layer("encoder")
        return keras.Model(encoder.inputs, encoder.outputs[0])

    @cached_property
    def _both(self) -> keras.Model:
        """Images to codes and reconstructions."""
        encoder, decoder = (self.model.get_layer(part) for part in ("encoder", "decoder"))
        # a code with the feature maps that pass it by, or a mean with the log-variance
        parts = tf.nest.flatten(encoder(self.model.inputs[0]))
        taken = parts[: len(decoder.inputs)]
        outputs = decoder(taken if len(taken) > 1 else taken[0])
        return keras.Model(self.model.inputs, [parts[0], outputs])


def _codes(outputs: NDArray[np.float32]) -> Codes:
    flat = outputs.reshape(len(outputs), -1).clip(-LARGEST, LARGEST)
    return np.nan_to_num(flat, copy=False)


def _pixels(outputs: NDArray[np.float32]) -> Pixels:
    return np.nan_to_num(outputs[..., 0].clip(0, 1), copy=False)
