"""The published nets in plain Keras: default flags, `compile` and `fit`, as tutorials have it."""

import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from benchmarks.task import Epoch, Stopwatch, network_of, report, task_of_this_process
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense


class Timer(keras.callbacks.Callback):
    """Times every epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[Epoch] = []

    def on_train_begin(self, _: dict | None = None) -> None:
        self.stopwatch = Stopwatch()

    def on_epoch_end(self, _: int, logs: dict | None = None) -> None:
        self.epochs.append(self.stopwatch.epoch((logs or {})["loss"]))


class VariationalAutoencoder(keras.Model):
    """As in the examples of Keras; the loss is summed over the pixels."""

    def __init__(self, width: int, code_size: int) -> None:
        super().__init__()
        self.hidden = layers.Dense(width, activation="relu")
        self.mean = layers.Dense(code_size)
        self.log_variance = layers.Dense(code_size)
        self.decoder = keras.Sequential(
            [layers.Dense(width, activation="relu"), layers.Dense(784, activation="sigmoid")]
        )
        self.tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self.tracker]

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        images, _ = data
        with tf.GradientTape() as tape:
            hidden = self.hidden(images)
            mean, log_variance = self.mean(hidden), self.log_variance(hidden)
            noise = keras.random.normal(tf.shape(mean))
            outputs = self.decoder(mean + tf.exp(0.5 * log_variance) * noise)
            reconstruction = 784 * tf.reduce_mean(keras.losses.binary_crossentropy(images, outputs))
            kl = -0.5 * (1 + log_variance - tf.square(mean) - tf.exp(log_variance))
            loss = reconstruction + tf.reduce_mean(tf.reduce_sum(kl, axis=1))
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}


def dense(parameters: Dense) -> keras.Model:
    widths = [*parameters.hidden, parameters.code_size, *parameters.hidden[::-1]]
    hidden = [layers.Dense(width, activation="relu") for width in widths]
    return keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(784, activation="sigmoid")])


def convolutional(parameters: Convolutional) -> keras.Model:
    chain: list[layers.Layer] = [keras.Input((28, 28, 1))]
    side = 28
    for filters in parameters.filters:
        chain += [
            layers.Conv2D(filters, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(2, padding="same"),
        ]
        side = math.ceil(side / 2)
    for filters in parameters.filters[::-1]:
        padding = "valid" if side == 16 else "same"
        chain += [
            layers.Conv2D(filters, 3, activation="relu", padding=padding),
            layers.UpSampling2D(2),
        ]
        side = 28 if side == 16 else 2 * side
    return keras.Sequential([*chain, layers.Conv2D(1, 3, activation="sigmoid", padding="same")])


def main() -> None:
    task = task_of_this_process()
    parameters = task.parameters
    keras.utils.set_random_seed(task.seed)
    shape = (-1, 28, 28, 1) if isinstance(parameters, Convolutional) else (-1, 784)
    inputs, targets = (np.reshape(images, shape) for images in task.pixels())
    model = network_of(parameters, dense, convolutional, VariationalAutoencoder)
    optimizer = keras.optimizers.get(parameters.optimizer)
    optimizer.learning_rate = parameters.learning_rate
    model.compile(optimizer, parameters.loss)
    timer = Timer()
    model.fit(
        inputs,
        targets,
        batch_size=parameters.batch_size,
        epochs=task.epochs,
        verbose=0,
        callbacks=[timer],
    )
    report(timer.epochs)


if __name__ == "__main__":
    main()
