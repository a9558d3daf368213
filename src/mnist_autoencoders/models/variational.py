"""The variational autoencoder of Kingma and Welling 2014 as a Keras model.

Import this module before `keras.models.load_model`, which then knows the class.
"""

import math
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

Parts = dict[str, tf.Tensor]
"""The loss, and what it is made of: scalars."""

PixelLoss = Callable[[tf.Tensor, tf.Tensor, bool], tf.Tensor]
"""Code, targets, and whether in training, to a scalar."""


@keras.saving.register_keras_serializable(package="mnist_autoencoders")
class VariationalAutoencoder(keras.Model):
    """An encoder to the mean and log-variance of a normal code, and a decoder.

    Called on images float32 `[n, 28, 28, 1]` in [0, 1] it decodes the mean. `fit` and `evaluate`
    draw the code once per image and report, in nats where the loss is the cross-entropy:

    - `reconstruction`: the compiled loss, summed over the pixels, mean over the images
    - `kl`: divergence of the code from N(0, I), summed over the code, mean over the images
    - `loss`: reconstruction + beta * kl; for beta 1 the negative evidence lower bound
    """

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, beta: float = 1.0, **arguments: Any
    ) -> None:
        images = keras.Input(encoder.input_shape[1:], name="image")
        mean, _ = encoder(images)
        super().__init__(images, decoder(mean), **{"name": "variational_autoencoder"} | arguments)
        self.encoder = encoder
        self.decoder = decoder
        self.beta = beta
        self.noise = keras.random.SeedGenerator()
        self.trackers = {
            name: keras.metrics.Mean(name) for name in ("loss", "reconstruction", "kl")
        }

    def loss_parts(
        self,
        images: tf.Tensor,
        targets: tf.Tensor,
        training: bool,
        pixel_loss: PixelLoss | None = None,
    ) -> Parts:
        """Loss, reconstruction and divergence for codes drawn here.

        `pixel_loss` computes in another way what `self.pixel_loss` does.
        """
        mean, log_variance = self.encoder(images, training=training)
        noise = keras.random.normal(tf.shape(mean), seed=self.noise)
        code = mean + tf.exp(0.5 * log_variance) * noise
        mean_loss = (pixel_loss or self.pixel_loss)(code, targets, training)
        divergence = -0.5 * (1 + log_variance - tf.square(mean) - tf.exp(log_variance))
        kl = tf.reduce_sum(divergence, axis=tf.range(1, tf.rank(divergence)))
        pixels = math.prod(self.input_shape[1:])
        parts = {"reconstruction": pixels * mean_loss, "kl": tf.reduce_mean(kl)}
        return {"loss": parts["reconstruction"] + self.beta * parts["kl"]} | parts

    def pixel_loss(self, code: tf.Tensor, targets: tf.Tensor, training: bool) -> tf.Tensor:
        """The compiled loss of what a code is decoded to: the mean over pixels and images."""
        reconstruction = self.decoder(code, training=training)
        return tf.reduce_mean(keras.losses.get(self.loss)(targets, reconstruction))

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The trackers, which Keras resets at each epoch."""
        return list(self.trackers.values())

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """One step of `fit`."""
        images, targets, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            parts = self.loss_parts(images, targets, training=True)
        gradients = tape.gradient(parts["loss"], self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._track(parts, tf.shape(images)[0])

    def test_step(self, data: Any) -> dict[str, tf.Tensor]:
        """One step of `evaluate`."""
        images, targets, _ = keras.utils.unpack_x_y_sample_weight(data)
        parts = self.loss_parts(images, targets, training=False)
        return self._track(parts, tf.shape(images)[0])

    def _track(self, parts: Parts, images: tf.Tensor) -> dict[str, tf.Tensor]:
        for name, tracker in self.trackers.items():
            tracker.update_state(parts[name], sample_weight=images)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def get_config(self) -> dict[str, Any]:
        """What a `.keras` file holds besides the weights."""
        return {
            "name": self.name,
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "beta": self.beta,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "VariationalAutoencoder":
        """The model of a `.keras` file."""
        models = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("encoder", "decoder")
        }
        return cls(**config | models)
