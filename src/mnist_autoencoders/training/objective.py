"""What a training minimises, computed fast: the loss and its parts."""

import math

import keras
import tensorflow as tf
from keras import layers

from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.training.fast_forward import fast_call

Parts = dict[str, tf.Tensor]
"""The loss, and what it is made of: scalars."""


class Objective:
    """The loss of a model that `build_model` made, with its parts.

    - plain: the entry's loss, mean over pixels and images
    - with a sparsity penalty: `reconstruction`, as the plain loss, + `penalty`
    - variational: `reconstruction`, the loss summed over the pixels, for codes drawn here, + beta *
      `kl`, the divergence of the code from N(0, I), summed over the code; means over the images.
      For the cross-entropy and beta 1 it is the negative evidence lower bound, in nats
      (Kingma and Welling 2014)
    - variational with several samples: the negative importance weighted bound, in nats, which is
      below the sum of `reconstruction` and `kl` (Burda, Grosse and Salakhutdinov 2016, equation 8)
    """

    def __init__(self, model: keras.Model, parameters: ModelParameters) -> None:
        self.model = model
        self.encoder, self.decoder = model.get_layer("encoder"), model.get_layer("decoder")
        self.cross_entropy = parameters.loss == "binary_crossentropy"
        self.beta = parameters.variational.beta if parameters.variational else None
        self.samples = parameters.variational.samples if parameters.variational else 1
        self.l2 = parameters.l2
        self.passed_by = parameters.passed_by
        self.names = ("loss", *_part_names(parameters))
        self.noise = keras.random.SeedGenerator() if parameters.variational else None

    def variables(self) -> list[keras.Variable]:
        """All that changes in a training: weights, the optimizer's state, states of draws."""
        optimizer = self.model.optimizer
        optimizer.build(self.model.trainable_variables)
        draws = [self.noise.state] if self.noise else []
        return [*self.model.variables, *optimizer.variables, *draws]

    def parts(self, images: tf.Tensor, targets: tf.Tensor, training: bool) -> Parts:
        """The `loss` and its parts, by `names`; images and targets `[n, 28, 28, 1]` in [0, 1]."""
        if self.samples > 1:
            return self._importance_weighted_parts(images, targets, training)
        if self.beta is not None:
            return self._variational_parts(images, targets, training, self.beta)
        logits, outputs = self._reconstruct(images, training)
        return self._penalised(self._pixel_loss(targets, logits, outputs))

    def validation_parts(self, images: tf.Tensor, targets: tf.Tensor) -> Parts:
        """`parts`, and the `mse` and `bce` of reconstructions: means over pixels and images.

        A variational model reconstructs from the mean of its code.
        """
        if self.beta is not None:
            code, _ = self.encoder(images, training=False)
            logits, outputs = self._decode(code, training=False)
        else:
            logits, outputs = self._reconstruct(images, training=False)
        mse = _squared_error(targets, outputs)
        bce = _cross_entropy(targets, logits, outputs)
        if self.beta is not None:
            parts = self.parts(images, targets, training=False)
        else:
            parts = self._penalised(bce if self.cross_entropy else mse)
        return parts | {"mse": mse, "bce": bce}

    def _variational_parts(
        self, images: tf.Tensor, targets: tf.Tensor, training: bool, beta: float
    ) -> Parts:
        mean, log_variance = self.encoder(images, training=training)
        noise = keras.random.normal(tf.shape(mean), seed=self.noise)
        code = mean + tf.exp(0.5 * log_variance) * noise
        mean_loss = self._pixel_loss(targets, *self._decode(code, training))
        pixels = math.prod(targets.shape[1:])
        parts = {"reconstruction": pixels * mean_loss, "kl": _divergence(mean, log_variance)}
        return {"loss": parts["reconstruction"] + beta * parts["kl"]} | parts

    def _importance_weighted_parts(
        self, images: tf.Tensor, targets: tf.Tensor, training: bool
    ) -> Parts:
        mean, log_variance = self.encoder(images, training=training)
        shape = tf.concat([[self.samples], tf.shape(mean)], axis=0)
        noise = keras.random.normal(shape, seed=self.noise)
        codes = mean + tf.exp(0.5 * log_variance) * noise
        logits, _ = self._decode(tf.reshape(codes, [-1, *mean.shape[1:]]), training)
        logits = tf.reshape(logits, [self.samples, -1, math.prod(targets.shape[1:])])
        wanted = tf.broadcast_to(_flat(targets), tf.shape(logits))
        losses = tf.nn.sigmoid_cross_entropy_with_logits(wanted, logits)
        unlikely = tf.reduce_sum(losses, axis=2)
        # log p(z) - log q(z|x), where the constants cancel
        terms = 0.5 * (log_variance + tf.square(noise) - tf.square(codes))
        ratio = tf.reduce_sum(tf.reshape(terms, [self.samples, -1, self._code_size]), axis=2)
        bounds = tf.reduce_logsumexp(ratio - unlikely, axis=0) - math.log(self.samples)
        return {
            "loss": -tf.reduce_mean(bounds),
            "reconstruction": tf.reduce_mean(unlikely),
            "kl": _divergence(mean, log_variance),
        }

    @property
    def _code_size(self) -> int:
        return math.prod(self.decoder.input_shape[1:])

    def _penalised(self, loss: tf.Tensor) -> Parts:
        if "penalty" not in self.names:
            return {"loss": loss}
        penalty = sum(self.model.losses)
        return {"loss": loss + penalty, "reconstruction": loss, "penalty": penalty}

    def _pixel_loss(
        self, targets: tf.Tensor, logits: tf.Tensor | None, outputs: tf.Tensor
    ) -> tf.Tensor:
        """The entry's loss: the mean over pixels and images."""
        if self.cross_entropy:
            return _cross_entropy(targets, logits, outputs)
        return _squared_error(targets, outputs)

    def _decode(self, code: tf.Tensor, training: bool) -> tuple[tf.Tensor | None, tf.Tensor]:
        """The logits of the reconstruction, where the last layer is their sigmoid, and itself."""
        *hidden, last = self.decoder.layers
        values = fast_call(hidden, code, training)
        sigmoid = isinstance(last, layers.Activation) and (
            last.activation is keras.activations.sigmoid
        )
        return values if sigmoid else None, last(values)

    def _reconstruct(self, images: tf.Tensor, training: bool) -> tuple[tf.Tensor | None, tf.Tensor]:
        """The same of images, by a plain model."""
        if self.passed_by:
            return None, self.model(images, training=training)
        return self._decode(fast_call(self.encoder.layers, images, training), training)


def _part_names(parameters: ModelParameters) -> tuple[str, ...]:
    if parameters.variational:
        return ("reconstruction", "kl")
    return ("reconstruction", "penalty") if parameters.code_l1 else ()


def _divergence(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Of normal distributions from N(0, I): summed over the code, mean over the images."""
    divergence = -0.5 * (1 + log_variance - tf.square(mean) - tf.exp(log_variance))
    return tf.reduce_mean(tf.reduce_sum(divergence, axis=tf.range(1, tf.rank(divergence))))


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
