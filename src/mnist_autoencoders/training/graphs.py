"""Training steps and validation as graphs: the mathematics of Keras' `fit`, computed faster.

- Images stay bytes; a graph gathers and scales those of a batch as it comes to it.
- Many steps are one call. Where a kind of network says so, the whole call is compiled by XLA, whose
  convolutions are slow.
- Of other networks a batch is cut into parts, each computed by one thread: so threads wait for
  each other once in a step, not in every operation. The gradient is the mean of the parts'.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise

import tensorflow as tf

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.training.objective import Objective, Parts

VALIDATION_BATCH = 500

IMAGES = tf.TensorSpec([None, SIDE * SIDE], tf.uint8)
BATCHES = tf.TensorSpec([None, None], tf.int32)

TrainingGraph = Callable[..., Parts]
"""Called with batches, int32 `[steps, batch]` of positions, and with images, uint8 `[n, 784]`;
trains, and returns the loss of every step and its parts, `[steps]` each."""

ValidationGraph = Callable[..., Parts]
"""Called with images alike; returns means over all of them."""


def training_graphs(
    objective: Objective, tensors: int, compiled: bool
) -> Callable[[int], TrainingGraph]:
    """What trains the compiled model of `objective`, by the number of parts a batch is cut into.

    `tensors` is how many arrays of images there are: 1 where inputs are targets, else 2. XLA
    compiles whole calls if `compiled`.
    """
    model = objective.model
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def differentiate(batch: tf.Tensor, *images: tf.Tensor) -> tuple[Parts, list[tf.Tensor]]:
        inputs, targets = _decoded([tf.gather(image, batch) for image in images])
        with tf.GradientTape() as tape:
            parts = objective.parts(inputs, targets, training=True)
        return parts, tape.gradient(parts["loss"], model.trainable_variables)

    @tf.function(autograph=False, jit_compile=True)
    def update(
        sizes: list[tf.Tensor], parts: list[Parts], gradients: list[list[tf.Tensor]]
    ) -> Parts:
        shares = [tf.cast(size, tf.float32) / tf.cast(sum(sizes), tf.float32) for size in sizes]

        def mean(values: Iterable[tf.Tensor]) -> tf.Tensor:
            return tf.add_n([share * value for share, value in zip(shares, values)])

        means = [mean(each) for each in zip(*gradients)]
        if objective.l2:
            pairs = zip(means, model.trainable_variables)
            means = [gradient + objective.l2 * variable for gradient, variable in pairs]
        optimizer.apply(means, model.trainable_variables)
        return {name: mean(part[name] for part in parts) for name in parts[0]}

    @lru_cache
    def graph(towers: int) -> TrainingGraph:
        def step(batch: tf.Tensor, images: tuple[tf.Tensor, ...]) -> Parts:
            bounds = [tf.shape(batch)[0] * tower // towers for tower in range(towers + 1)]
            cut = [batch[start:stop] for start, stop in pairwise(bounds)]
            parts, gradients = zip(*(differentiate(part, *images) for part in cut))
            return update([tf.shape(part)[0] for part in cut], parts, gradients)

        @tf.function(
            autograph=False, input_signature=[BATCHES, *[IMAGES] * tensors], jit_compile=compiled
        )
        def run_steps(batches: tf.Tensor, *images: tf.Tensor) -> Parts:
            return tf.map_fn(
                lambda batch: step(batch, images),
                batches,
                fn_output_signature=dict.fromkeys(objective.names, tf.TensorSpec([], tf.float32)),
                parallel_iterations=1,
            )

        return run_steps

    return graph


def validation_graph(objective: Objective, tensors: int, towers: int) -> ValidationGraph:
    """The loss and its parts, and the `mse` and `bce` of the model's reconstructions."""

    @tf.function(autograph=False, input_signature=[IMAGES] * tensors)
    def validate(*images: tf.Tensor) -> Parts:
        def totals(start: tf.Tensor) -> Parts:
            inputs, targets = _decoded(
                [image[start : start + VALIDATION_BATCH] for image in images]
            )
            parts = objective.validation_parts(inputs, targets)
            size = tf.cast(tf.shape(inputs)[0], tf.float32)
            return {name: size * part for name, part in parts.items()}

        count = tf.shape(images[0])[0]
        names = (*objective.names, "mse", "bce")
        batches = tf.map_fn(
            totals,
            tf.range(0, count, VALIDATION_BATCH),
            fn_output_signature=dict.fromkeys(names, tf.TensorSpec([], tf.float32)),
            parallel_iterations=towers,
        )
        return {
            name: tf.reduce_sum(total) / tf.cast(count, tf.float32)
            for name, total in batches.items()
        }

    return validate


def _decoded(images: list[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
    """Inputs and targets from bytes `[n, 784]`: float32 `[n, 28, 28, 1]` in [0, 1]."""
    pixels = [tf.cast(image, tf.float32) / 255.0 for image in images]
    shaped = [tf.reshape(each, [-1, SIDE, SIDE, 1]) for each in pixels]
    return shaped[0], shaped[-1]
