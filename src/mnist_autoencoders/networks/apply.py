"""A network as it was stored, applied to many values, a batch at a time."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.intact import intact

BATCH = 1000


def load_model(path: Path, compiled: bool = True) -> keras.Model:
    """The model in a file, without code that Keras does not know; `UserError` if it is damaged."""
    with intact(path):
        return keras.models.load_model(path, compile=compiled, safe_mode=True)


def apply_network(network: keras.Model, values: NDArray[Any]) -> list[NDArray[np.float32]]:
    """What `network.predict(values)` gives, as a list of its outputs, `[n, ...]` each.

    Without Keras' input pipeline, which takes as long as a small network.
    """
    call = _graph(network)
    starts = range(0, len(values), BATCH)
    batches = [call(np.asarray(values[start : start + BATCH])) for start in starts]
    return [np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*batches)]


@lru_cache
def _graph(network: keras.Model) -> Callable[..., list[tf.Tensor]]:
    inputs = network.inputs[0]
    signature = [tf.TensorSpec(inputs.shape, inputs.dtype)]

    @tf.function(autograph=False, input_signature=signature)
    def call(values: tf.Tensor) -> list[tf.Tensor]:
        return tf.nest.flatten(network(values, training=False))

    return call
