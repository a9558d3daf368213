"""What a training minimises, computed fast: the loss and its parts."""

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
        return model.loss_parts(images, targets, training, partial(fast_call, model.decoder))
    loss = tf.reduce_mean(
        keras.losses.get(model.loss)(targets, reconstruct(model, images, training))
    )
    if part_names(model) == ("loss",):
        return {"loss": loss}
    penalty = sum(model.losses)
    return {"loss": loss + penalty, "reconstruction": loss, "penalty": penalty}


def part_names(model: keras.Model) -> tuple[str, ...]:
    """The keys of `loss_parts`."""
    if isinstance(model, VariationalAutoencoder):
        return ("loss", "reconstruction", "kl")
    penalised = any(
        isinstance(layer, layers.ActivityRegularization)
        for layer in model.get_layer("encoder").layers
    )
    return ("loss", "reconstruction", "penalty") if penalised else ("loss",)


def reconstruct(model: keras.Model, images: tf.Tensor, training: bool) -> tf.Tensor:
    """What the model makes of images; from the mean of a variational code."""
    if isinstance(model, VariationalAutoencoder):
        code, _ = model.encoder(images, training=training)
    else:
        code = fast_call(model.get_layer("encoder"), images, training)
    return fast_call(model.get_layer("decoder"), code, training)
