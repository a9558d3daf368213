"""The training loop: that of Keras' `fit`, with the same shuffled batches and a smaller last one.

Its steps are computed by `graphs`, many in one call.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.experimental.dlpack import from_dlpack

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.graphs import training_graphs, validation_graph
from mnist_autoencoders.training.objective import Objective

MOST_CALLS = 20
"""Graph calls an epoch is cut into at most, so that a progress bar moves."""

ALIGNMENT = 64
"""Bytes. TensorFlow aborts where a tensor begins elsewhere."""

OnStep = Callable[[int], None]


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
    - the parts of both, where a loss has any (see `objective.Objective`)
    - `val_mse`, `val_bce`: of the reconstruction alone, comparable across models: means over
      pixels in [0, 1], squared or in nats

    `seconds` are those of its steps; it `ended` in seconds since 1970.
    """

    number: int
    metrics: dict[str, float]
    seconds: float
    ended: float


def train_epochs(
    objective: Objective,
    parameters: ModelParameters,
    training: Callable[[int], Pairs],
    validation: Pairs,
    seed: int,
    towers: int,
    on_step: OnStep,
    done: int = 0,
) -> Iterator[Epoch]:
    """Train the compiled model of `objective` in place, yielding after each epoch.

    `training` gives the pairs of an epoch; a batch is computed in `towers` parts. `on_step` is
    called with the number of steps just done. The order of the images depends on `seed` only.
    Where the model is as it was after `done` epochs, training goes on with the next.
    Raises `UserError` at a loss that is not finite, naming epoch and step, and where the last steps
    of an epoch have left a model with such a loss of the validation images.
    """
    same = validation.inputs is validation.targets
    graph = training_graphs(objective, 1 if same else 2, parameters.compiled)
    validate = validation_graph(objective, 1 if same else 2, towers)
    validation_images = _as_tensors(validation)
    rng = np.random.default_rng(seed)
    for _ in range(done):
        rng.permutation(len(training(done).targets))
    pairs = None
    for number in range(done + 1, parameters.epochs + 1):
        start = time.perf_counter()
        if training(number) is not pairs:
            pairs = training(number)
            images = _as_tensors(pairs)
            count = len(pairs.targets)
        order = rng.permutation(count).astype(np.int32)
        parts: dict[str, list[float]] = defaultdict(list)
        for batches in _calls(order, parameters.batch_size):
            run_steps = graph(min(towers, batches.shape[1]))
            for name, values in run_steps(batches, *images).items():
                parts[name] += values.numpy().tolist()
            _check_finite(parts["loss"], f"epoch {number}, step {{}}")
            on_step(len(batches))
        steps = len(parts["loss"])
        sizes = np.full(steps, parameters.batch_size)
        sizes[-1] = count - parameters.batch_size * (steps - 1)
        seconds = time.perf_counter() - start
        metrics = {name: float(np.average(part, weights=sizes)) for name, part in parts.items()}
        for name, value in validate(*validation_images).items():
            metrics[f"val_{name}"] = float(value)
            _check_finite([metrics[f"val_{name}"]], f"epoch {number}, of the validation images")
        yield Epoch(number, metrics, seconds, time.time())


def _as_tensors(pairs: Pairs) -> list[tf.Tensor]:
    """The targets, uint8 `[n, 784]`, after the inputs where these differ."""
    same = pairs.inputs is pairs.targets
    arrays = [pairs.targets] if same else [pairs.inputs, pairs.targets]
    return [_as_tensor(array.reshape(len(array), -1)) for array in arrays]


def _as_tensor(array: Images) -> tf.Tensor:
    """The array itself, which may be a file, where it begins as TensorFlow demands; else a copy.

    On a GPU it is copied there, once.
    """
    aligned = array.ctypes.data % ALIGNMENT == 0
    return tf.identity(from_dlpack(array.__dlpack__())) if aligned else tf.constant(array)


def _calls(order: NDArray[np.int32], batch_size: int) -> Iterator[NDArray[np.int32]]:
    """Cut an epoch's order of images into graph calls: `[steps, batch]`, the smaller batch last.

    The calls have as many steps each, because XLA compiles for every shape.
    """
    whole = len(order) // batch_size
    steps = order[: whole * batch_size].reshape(whole, batch_size)
    if whole:
        calls = max(n for n in range(1, MOST_CALLS + 1) if whole % n == 0)
        yield from np.split(steps, calls)
    if len(order) % batch_size:
        yield order[whole * batch_size :][np.newaxis]


def _check_finite(losses: list[float], at: str) -> None:
    """Raise `UserError` at the first that is not; `at` has a place for its number."""
    finite = np.isfinite(losses)
    if not finite.all():
        step = int(np.argmin(finite)) + 1
        raise UserError(
            f"the loss is {losses[step - 1]} at {at.format(step)}: "
            "lower learning_rate, or check activation and loss of this model"
        )
