"""What a training minimises, computed fast: the loss and its parts."""

import math
from functools import partial

import keras
import tensorflow as tf
from keras import layers

from mnist_autoencoders.models.fast_forward import fast_call
from mnist_autoencoders.models.variational import Parts, VariationalAutoencoder


def loss_parts(model: keras.Model, images: tf.Tensor, targets: tf.Tensor, training: bool) -> Parts:
    """The `loss` of a compiled model, and its parts where it has any: scalars.

    - a model with a sparsity penalty: `reconstruction` and `penalty`
    - a variational model: `reconstruction` and `kl`, see `VariationalAutoencoder`
    """
    if isinstance(model, VariationalAutoencoder):
        return model.loss_parts(images, targets, training, partial(pixel_loss, model))
    code = fast_call(model.get_layer("encoder").layers, images, training)
    return _penalised(model, pixel_loss(model, code, targets, training))


def validation_parts(model: keras.Model, images: tf.Tensor, targets: tf.Tensor) -> Parts:
    """`loss_parts`, and the `mse` and `bce` of reconstructions: means over pixels and images.

    A variational model reconstructs from the mean of its code.
    """
    variational = isinstance(model, VariationalAutoencoder)
    if variational:
        code, _ = model.encoder(images, training=False)
    else:
        code = fast_call(model.get_layer("encoder").layers, images, training=False)
    logits, outputs = _decode(model, code, training=False)
    mse = _squared_error(targets, outputs)
    bce = _cross_entropy(targets, logits, outputs)
    if variational:
        parts = loss_parts(model, images, targets, training=False)
    else:
        parts = _penalised(model, bce if model.loss == "binary_crossentropy" else mse)
    return parts | {"mse": mse, "bce": bce}


def part_names(model: keras.Model) -> tuple[str, ...]:
    """The keys of `loss_parts`."""
    if isinstance(model, VariationalAutoencoder):
        return ("loss", "reconstruction", "kl")
    penalised = any(
        isinstance(layer, layers.ActivityRegularization)
        for layer in model.get_layer("encoder").layers
    )
    return ("loss", "reconstruction", "penalty") if penalised else ("loss",)


def pixel_loss(
    model: keras.Model, code: tf.Tensor, targets: tf.Tensor, training: bool
) -> tf.Tensor:
    """The compiled loss of what a code is decoded to: the mean over pixels and images."""
    logits, outputs = _decode(model, code, training)
    if model.loss == "binary_crossentropy":
        return _cross_entropy(targets, logits, outputs)
    return _squared_error(targets, outputs)


def _penalised(model: keras.Model, loss: tf.Tensor) -> Parts:
    if part_names(model) == ("loss",):
        return {"loss": loss}
    penalty = sum(model.losses)
    return {"loss": loss + penalty, "reconstruction": loss, "penalty": penalty}


def _decode(
    model: keras.Model, code: tf.Tensor, training: bool
) -> tuple[tf.Tensor | None, tf.Tensor]:
    """The logits of the reconstruction, where the last layer is their sigmoid, and itself."""
    *hidden, last = model.get_layer("decoder").layers
    values = fast_call(hidden, code, training)
    sigmoid = isinstance(last, layers.Activation) and last.activation is keras.activations.sigmoid
    return values if sigmoid else None, last(values)


def _cross_entropy(targets: tf.Tensor, logits: tf.Tensor | None, outputs: tf.Tensor) -> tf.Tensor:
    if logits is not None:
        return cross_entropy_of_logits(_flat(targets), _flat(logits))
    return tf.reduce_mean(keras.losses.binary_crossentropy(targets, outputs))


def _squared_error(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.math.squared_difference(_flat(targets), _flat(outputs)))


def _flat(images: tf.Tensor) -> tf.Tensor:
    """`[n, 784]`: XLA is slow with more dimensions, of which one is 1."""
    return tf.reshape(images, [-1, math.prod(images.shape[1:])])


@tf.function(autograph=False, jit_compile=True)
@tf.custom_gradient
def cross_entropy_of_logits(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The mean cross-entropy of targets in [0, 1] and sigmoid(logits), with few exponentials."""
    shrunk = tf.exp(-tf.abs(logits))
    count = tf.cast(tf.size(logits), tf.float32)
    # log1p would take three times as long, to be exact where nothing is left of a float32 sum
    losses = tf.maximum(logits, 0.0) - logits * targets + tf.math.log(1.0 + shrunk)

    def gradient(upstream: tf.Tensor) -> tuple[None, tf.Tensor]:
        probabilities = tf.where(logits >= 0, 1.0, shrunk) / (1.0 + shrunk)
        return None, upstream / count * (probabilities - targets)

    return tf.reduce_sum(losses) / count, gradient
