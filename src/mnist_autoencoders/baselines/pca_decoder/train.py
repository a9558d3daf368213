"""Train a sigmoid layer on principal coordinates, and score what it decodes."""

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from numpy.typing import NDArray

from mnist_autoencoders.baselines.pca_decoder.parameters import PcaDecoderParameters
from mnist_autoencoders.components.pca import Components
from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.stagecraft.terminal import UserError, say

SCORES = ["mse", "psnr", "ssim", "bce", "excess_bce"]


def decoder_scores(
    pca: Components,
    train_images: Images,
    test_images: Images,
    parameters: PcaDecoderParameters,
    seed: int,
) -> pd.DataFrame:
    """Columns components, mse, psnr, ssim, bce, excess_bce, on the test images; see `image_scores`.

    A row for each of `parameters.components` of which there are enough. Images are uint8
    `[n, 28, 28]`. Each network starts from the same seed, so that no row depends on the others.
    Raises `UserError` for a training that ends with no numbers.
    """
    rows = []
    for count in parameters.components:
        if count > len(pca.components):
            continue
        keras.utils.set_random_seed(seed)
        decoder = build_decoder(count)
        _fit(
            decoder, standard_coordinates(pca, train_images, count), train_images, parameters, seed
        )
        outputs = decode(decoder, standard_coordinates(pca, test_images, count))
        if not np.isfinite(outputs).all():
            raise UserError(
                f"{count} components are decoded to no numbers: lower pca_decoder.learning_rate"
            )
        scores = image_scores(test_images, outputs)
        rows.append({"components": count} | {score: scores[score] for score in SCORES})
        say(f"pca_decoder {count} components: {scores['psnr']:.2f} dB")
    return pd.DataFrame(rows, columns=["components", *SCORES])


def standard_coordinates(pca: Components, images: Images, count: int) -> NDArray[np.float32]:
    """The first `count` principal coordinates, float32 `[n, count]`, in standard deviations.

    One that never varied stays as it is.
    """
    variance = pca.variance[:count]
    deviations = np.sqrt(np.where(variance > 0, variance, 1)).astype(np.float32)
    return pca.encode(images, count) / deviations


def build_decoder(count: int) -> keras.Model:
    """An untrained decoder: float `[n, count]` to pixels `[n, 784]`."""
    layer = keras.layers.Dense(SIDE * SIDE, activation="sigmoid")
    return keras.Sequential([keras.Input((count,)), layer], name="pca_decoder")


def decode(decoder: keras.Model, coordinates: NDArray[np.float32]) -> Pixels:
    """What the decoder makes of coordinates: float32 `[n, 28, 28]` in [0, 1]."""
    flat = decoder.predict(coordinates, batch_size=1000, verbose=0)
    return np.asarray(flat).reshape(-1, SIDE, SIDE)


def _fit(
    decoder: keras.Model,
    coordinates: NDArray[np.float32],
    images: Images,
    parameters: PcaDecoderParameters,
    seed: int,
) -> None:
    """Train on full batches, in an order drawn anew in every epoch; what is left over waits.

    An epoch is one computation: Keras' own loop takes four times as long for a network this small.
    """
    size = min(parameters.batch_size, len(images))
    steps = len(images) // size
    kernel, bias = decoder.trainable_variables
    optimizer = keras.optimizers.Adam(parameters.learning_rate)
    optimizer.build([kernel, bias])

    @tf.function(jit_compile=True)
    def epoch(codes: tf.Tensor, wanted: tf.Tensor) -> None:
        for step in tf.range(steps):
            # white as a share, from bytes
            batch = tf.cast(wanted[step], tf.float32) / 255.0
            with tf.GradientTape() as tape:
                logits = tf.matmul(codes[step], kernel.value) + bias.value
                losses = tf.nn.sigmoid_cross_entropy_with_logits(batch, logits)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, [kernel.value, bias.value])
            optimizer.apply(gradients, [kernel, bias])

    flat = images.reshape(len(images), -1)
    rng = np.random.default_rng(seed)
    for _ in range(parameters.epochs):
        order = rng.permutation(len(images))[: steps * size].reshape(steps, size)
        epoch(coordinates[order], flat[order])
