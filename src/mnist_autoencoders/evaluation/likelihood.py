"""How likely a variational model finds images: bounds on log p(x)."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.scores import EPSILON
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar

ROWS = 2000
"""Codes decoded at once."""

Bounds = dict[str, tf.Tensor]


def likelihood_bounds(
    model: keras.Model, images: Images, importance_samples: int, seed: int
) -> dict[str, float]:
    """Bounds on log p(x) of images, uint8 `[n, 28, 28]`: means over the images, in nats.

    The encoder gives the mean and log-variance of q(z|x), the decoder the probabilities that
    pixels are white. Both expectations are over the same `importance_samples` codes per image:

    - `reconstruction`: E[log p(x|z)], with z from q(z|x)
    - `kl`: divergence of q(z|x) from N(0, I) in closed form (Kingma and Welling 2014, appendix B)
    - `elbo`: `reconstruction` - `kl`, the evidence lower bound
    - `importance_weighted`: log of the mean of p(x, z) / q(z|x) over the codes (Burda et al. 2016,
      "Importance weighted autoencoders", equation 8); nearer to log p(x) from below the more codes

    log p(x|z) is the negative cross-entropy with grey values in [0, 1] as if they were shares of
    white. That is log of a probability for black and white images only: those of
    `binarise` compare with likelihoods published for binarised MNIST. With grey values it
    is no normalised density, cannot reach 0, and compares models on the same images alone.
    """
    bounds = _bounds_graph(model, importance_samples)
    size = max(1, ROWS // importance_samples)
    totals: dict[str, float] = {}
    with progress_bar("likelihood", total=len(images), unit="images") as progress:
        for start in range(0, len(images), size):
            batch = np.asarray(images[start : start + size])
            for name, values in bounds(batch, np.array([seed, start])).items():
                total = np.sum(values.numpy(), dtype=np.float64)
                totals[name] = totals.get(name, 0.0) + float(total)
            progress.advance(BAR, len(batch))
    means = {name: total / len(images) for name, total in totals.items()}
    return {"elbo": means["reconstruction"] - means["kl"], **means}


def _bounds_graph(model: keras.Model, samples: int) -> Callable[..., Bounds]:
    """Images `[n, 28, 28]` and a seed `[2]` to the bounds of each image, `[n]`."""
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    code_size = int(np.prod(decoder.input_shape[1:]))
    images_spec = tf.TensorSpec([None, *encoder.input_shape[1:3]], tf.uint8)

    @tf.function(input_signature=[images_spec, tf.TensorSpec([2], tf.int64)])
    def bounds(images: tf.Tensor, seed: tf.Tensor) -> Bounds:
        pixels = tf.cast(images, tf.float32) / 255.0
        mean, log_variance = (
            tf.reshape(moment, [-1, code_size])
            for moment in encoder(pixels[..., tf.newaxis], training=False)
        )
        noise = tf.random.stateless_normal([samples, tf.shape(mean)[0], code_size], seed)
        codes = mean + tf.exp(0.5 * log_variance) * noise
        outputs = decoder(tf.reshape(codes, [-1, *decoder.input_shape[1:]]), training=False)
        outputs = tf.reshape(outputs, [samples, -1, *pixels.shape[1:]])
        white = tf.clip_by_value(outputs, EPSILON, 1 - EPSILON)
        black = tf.math.log1p(-white)
        likelihood = tf.reduce_sum(black + pixels * (tf.math.log(white) - black), axis=[2, 3])
        # log p(z) - log q(z|x), where the constants cancel
        ratio = 0.5 * tf.reduce_sum(log_variance + tf.square(noise) - tf.square(codes), axis=2)
        weighted = tf.reduce_logsumexp(likelihood + ratio, axis=0) - np.log(samples)
        variance = tf.exp(log_variance)
        kl = 0.5 * tf.reduce_sum(variance + tf.square(mean) - 1 - log_variance, axis=1)
        return {
            "reconstruction": tf.reduce_mean(likelihood, axis=0),
            "kl": kl,
            "importance_weighted": weighted,
        }

    return bounds
