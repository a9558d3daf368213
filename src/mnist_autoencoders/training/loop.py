"""The training loop: many steps in one graph call, on images kept as bytes.

The mathematics is that of Keras' `fit` - the same loss, optimizer, order of shuffled batches with
a smaller last one - without its cost per step, which for a dense net is most of the time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.models.fast_forward import forward
from mnist_autoencoders.models.parameters import Dense, ModelParameters
from mnist_autoencoders.terminal import UserError

CALLS_PER_EPOCH = 20
"""Graph calls an epoch is cut into, so that a progress bar moves."""

VALIDATION_BATCH = 500

OnStep = Callable[[int], None]
Graph = Callable[..., tf.Tensor]
IMAGES = tf.TensorSpec([None, SIDE, SIDE], tf.uint8)


@dataclass(frozen=True)
class Pairs:
    """What the encoder sees and what the decoder shall give: uint8 `[n, 28, 28]` each."""

    inputs: Images
    targets: Images

    def first(self, count: int) -> "Pairs":
        """The first pairs."""
        targets = self.targets[:count]
        return Pairs(targets if self.inputs is self.targets else self.inputs[:count], targets)


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch; `number` counts from 1.

    `loss` is the mean over the training images while the weights change, `val_loss` that over the
    validation images afterwards, both with the sparsity penalty. `val_mse` and `val_bce` are
    without it and comparable across models: means over pixels, in [0, 1] and in nats.
    """

    number: int
    loss: float
    val_loss: float
    val_mse: float
    val_bce: float
    seconds: float

    def metrics(self) -> dict[str, float]:
        """What is recorded: the same for every run of the same training, so without seconds."""
        metrics = asdict(self)
        del metrics["number"], metrics["seconds"]
        return metrics


def train_epochs(
    model: keras.Model,
    parameters: ModelParameters,
    training: Pairs,
    validation: Pairs,
    seed: int,
    on_step: OnStep,
) -> Iterator[Epoch]:
    """Train the compiled `model` in place, yielding after each epoch.

    `on_step` is called with the number of steps just done. The order of the images depends on
    `seed` only. Raises `UserError` at a loss that is not finite, naming epoch and step.
    """
    run_steps = _training_graph(model, parameters)
    validate = _validation_graph(model, parameters)
    train_inputs, train_targets = _on_device(training)
    val_inputs, val_targets = _on_device(validation)
    rng = np.random.default_rng(seed)
    count = len(training.inputs)
    for number in range(1, parameters.epochs + 1):
        start = time.perf_counter()
        order = rng.permutation(count).astype(np.int32)
        losses: list[float] = []
        for batches in _calls(order, parameters.batch_size):
            losses += run_steps(train_inputs, train_targets, batches).numpy().tolist()
            _check_finite(losses, number)
            on_step(len(batches))
        sizes = np.full(len(losses), parameters.batch_size)
        sizes[-1] = count - parameters.batch_size * (len(losses) - 1)
        seconds = time.perf_counter() - start
        val_loss, val_mse, val_bce = validate(val_inputs, val_targets).numpy().tolist()
        yield Epoch(
            number=number,
            loss=float(np.average(losses, weights=sizes)),
            val_loss=val_loss,
            val_mse=val_mse,
            val_bce=val_bce,
            seconds=seconds,
        )


def _on_device(pairs: Pairs) -> tuple[tf.Tensor, tf.Tensor]:
    inputs = tf.constant(np.asarray(pairs.inputs))
    same = pairs.inputs is pairs.targets
    return inputs, inputs if same else tf.constant(np.asarray(pairs.targets))


def _calls(order: NDArray[np.int32], batch_size: int) -> Iterator[NDArray[np.int32]]:
    """Cut an epoch's order of images into graph calls: `[steps, batch]`, the smaller batch last."""
    whole = len(order) // batch_size
    steps = order[: whole * batch_size].reshape(whole, batch_size)
    if whole:
        yield from np.array_split(steps, min(whole, CALLS_PER_EPOCH))
    if len(order) % batch_size:
        yield order[whole * batch_size :][np.newaxis]


def _check_finite(losses: list[float], epoch: int) -> None:
    finite = np.isfinite(losses)
    if not finite.all():
        step = int(np.argmin(finite)) + 1
        raise UserError(
            f"the loss is {losses[step - 1]} at epoch {epoch}, step {step}: "
            "lower learning_rate, or check activation and loss of this model"
        )


def _scaled(images: tf.Tensor) -> tf.Tensor:
    """Bytes `[n, 28, 28]` as float32 `[n, 28, 28, 1]` in [0, 1]."""
    return tf.cast(images[..., tf.newaxis], tf.float32) / 255.0


def _training_graph(model: keras.Model, parameters: ModelParameters) -> Graph:
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)
    loss_function = keras.losses.get(parameters.loss)

    # XLA halves the time of a dense step; its CPU convolutions are slow
    @tf.function(jit_compile=isinstance(parameters, Dense))
    def step(inputs: tf.Tensor, targets: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
        images, wanted = _scaled(tf.gather(inputs, batch)), _scaled(tf.gather(targets, batch))
        with tf.GradientTape() as tape:
            _, reconstruction = forward(model, images)
            loss = tf.reduce_mean(loss_function(wanted, reconstruction))
            loss += sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    @tf.function(input_signature=[IMAGES, IMAGES, tf.TensorSpec([None, None], tf.int32)])
    def run_steps(inputs: tf.Tensor, targets: tf.Tensor, batches: tf.Tensor) -> tf.Tensor:
        count = tf.shape(batches)[0]
        losses = tf.TensorArray(tf.float32, count)
        for number in tf.range(count):
            losses = losses.write(number, step(inputs, targets, batches[number]))
        return losses.stack()

    return run_steps


def _validation_graph(model: keras.Model, parameters: ModelParameters) -> Graph:
    loss_function = keras.losses.get(parameters.loss)

    @tf.function(input_signature=[IMAGES, IMAGES])
    def validate(inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        totals = tf.zeros(3)
        for start in tf.range(0, tf.shape(inputs)[0], VALIDATION_BATCH):
            batch = slice(start, start + VALIDATION_BATCH)
            images, wanted = _scaled(inputs[batch]), _scaled(targets[batch])
            _, reconstruction = forward(model, images)
            loss = tf.reduce_mean(loss_function(wanted, reconstruction)) + sum(model.losses)
            mse = tf.reduce_mean(keras.losses.mean_squared_error(wanted, reconstruction))
            bce = tf.reduce_mean(keras.losses.binary_crossentropy(wanted, reconstruction))
            totals += tf.stack([loss, mse, bce]) * tf.cast(tf.shape(images)[0], tf.float32)
        return totals / tf.cast(tf.shape(inputs)[0], tf.float32)

    return validate
