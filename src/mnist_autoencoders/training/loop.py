"""The training loop: many steps in one graph call, on images kept as bytes.

The mathematics is that of Keras' `fit` - the same loss, optimizer, order of shuffled batches with
a smaller last one - without its cost per step, which for a dense net is most of the time.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.models.objective import loss_parts, part_names, reconstruct
from mnist_autoencoders.models.parameters import Dense, ModelParameters
from mnist_autoencoders.models.variational import Parts
from mnist_autoencoders.terminal import UserError

CALLS_PER_EPOCH = 20
"""Graph calls an epoch is cut into, so that a progress bar moves."""

VALIDATION_BATCH = 500

OnStep = Callable[[int], None]
Graph = Callable[..., Parts]
IMAGES = tf.TensorSpec([None, SIDE, SIDE], tf.uint8)


@dataclass(frozen=True)
class Pairs:
    """What the encoder sees and what the decoder shall give: uint8 `[n, 28, 28]` each."""

    inputs: Images
    targets: Images

    def part(self, start: int | None, stop: int | None) -> "Pairs":
        """The pairs from `start` up to `stop`."""
        targets = self.targets[start:stop]
        same = self.inputs is self.targets
        return Pairs(targets if same else self.inputs[start:stop], targets)


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch; `number` counts from 1.

    - `loss`: mean over the training images while the weights change
    - `val_loss`: mean over the validation images afterwards
    - the parts of both, where a loss has any (see `models.objective`)
    - `val_mse`, `val_bce`: of the reconstruction alone, comparable across models: means over
      pixels in [0, 1], squared or in nats
    """

    number: int
    metrics: dict[str, float]
    seconds: float


def train_epochs(
    model: keras.Model,
    parameters: ModelParameters,
    training: Callable[[int], Pairs],
    validation: Pairs,
    seed: int,
    on_step: OnStep,
) -> Iterator[Epoch]:
    """Train the compiled `model` in place, yielding after each epoch.

    `training` gives the pairs of an epoch. `on_step` is called with the number of steps just
    done. The order of the images depends on `seed` only. Raises `UserError` at a loss that is not
    finite, naming epoch and step.
    """
    run_steps = _training_graph(model, parameters)
    validate = _validation_graph(model)
    val_inputs, val_targets = _on_device(validation)
    rng = np.random.default_rng(seed)
    pairs = None
    for number in range(1, parameters.epochs + 1):
        start = time.perf_counter()
        if training(number) is not pairs:
            pairs = training(number)
            inputs, targets = _on_device(pairs)
            count = len(pairs.targets)
        order = rng.permutation(count).astype(np.int32)
        parts: dict[str, list[float]] = defaultdict(list)
        for batches in _calls(order, parameters.batch_size):
            for name, values in run_steps(inputs, targets, batches).items():
                parts[name] += values.numpy().tolist()
            _check_finite(parts["loss"], number)
            on_step(len(batches))
        steps = len(parts["loss"])
        sizes = np.full(steps, parameters.batch_size)
        sizes[-1] = count - parameters.batch_size * (steps - 1)
        seconds = time.perf_counter() - start
        metrics = {name: float(np.average(part, weights=sizes)) for name, part in parts.items()}
        for name, value in validate(val_inputs, val_targets).items():
            metrics[f"val_{name}"] = float(value)
        yield Epoch(number, metrics, seconds)


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

    # XLA halves the time of a dense step; its CPU convolutions are slow
    @tf.function(jit_compile=isinstance(parameters, Dense))
    def step(inputs: tf.Tensor, targets: tf.Tensor, batch: tf.Tensor) -> Parts:
        images, wanted = _scaled(tf.gather(inputs, batch)), _scaled(tf.gather(targets, batch))
        with tf.GradientTape() as tape:
            parts = loss_parts(model, images, wanted, training=True)
        gradients = tape.gradient(parts["loss"], model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return parts

    @tf.function(input_signature=[IMAGES, IMAGES, tf.TensorSpec([None, None], tf.int32)])
    def run_steps(inputs: tf.Tensor, targets: tf.Tensor, batches: tf.Tensor) -> Parts:
        return tf.map_fn(
            lambda batch: step(inputs, targets, batch),
            batches,
            fn_output_signature=dict.fromkeys(part_names(model), tf.TensorSpec([], tf.float32)),
            parallel_iterations=1,
        )

    return run_steps


def _validation_graph(model: keras.Model) -> Graph:
    @tf.function(input_signature=[IMAGES, IMAGES])
    def validate(inputs: tf.Tensor, targets: tf.Tensor) -> Parts:
        count = tf.shape(inputs)[0]
        totals = {name: tf.zeros(()) for name in (*part_names(model), "mse", "bce")}
        for start in tf.range(0, count, VALIDATION_BATCH):
            batch = slice(start, start + VALIDATION_BATCH)
            images, wanted = _scaled(inputs[batch]), _scaled(targets[batch])
            parts = loss_parts(model, images, wanted, training=False)
            outputs = reconstruct(model, images, training=False)
            parts["mse"] = tf.reduce_mean(keras.losses.mean_squared_error(wanted, outputs))
            parts["bce"] = tf.reduce_mean(keras.losses.binary_crossentropy(wanted, outputs))
            size = tf.cast(tf.shape(images)[0], tf.float32)
            totals = {name: total + size * parts[name] for name, total in totals.items()}
        return {name: total / tf.cast(count, tf.float32) for name, total in totals.items()}

    return validate
