"""The loop goes over every image once an epoch, and its figures are means over all images."""

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.graphs import VALIDATION_BATCH
from mnist_autoencoders.training.loop import Epoch, Pairs, train_epochs
from mnist_autoencoders.training.objective import Objective
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

DENSE = Dense(
    kind="dense", input="clean", code_size=3, code_activation="linear", code_l1=0.01,
    batch_size=4, epochs=1,
)  # fmt: skip
CONVOLUTIONAL = Convolutional(
    kind="convolutional", input="clean", filters=[2, 2], code_activation="linear",
    loss="mean_squared_error", batch_size=4, epochs=1,
)  # fmt: skip
BOTH = pytest.mark.parametrize(
    ("parameters", "towers"),
    [(DENSE, 1), (CONVOLUTIONAL, 1), (CONVOLUTIONAL, 3)],
    ids=["dense", "convolutional", "in towers"],
)


def unequal(count: int) -> Images:
    """Images of one grey each, the later the brighter."""
    greys = np.linspace(0, 255, count).astype(np.uint8)
    return np.repeat(greys, 784).reshape(count, 28, 28)


PAIRS = Pairs(unequal(18)[::-1].copy(), unequal(18))
"""What is bright in the one is dark in the other."""


def model_of(parameters: ModelParameters, rate: float) -> keras.Model:
    """A model whose weights are large enough for losses that differ from image to image."""
    keras.utils.set_random_seed(1)
    model = build_model(parameters)
    for weight in model.trainable_variables:
        weight.assign(3 * weight)
    model.compile(keras.optimizers.SGD(rate))
    return model


def run(
    model: keras.Model,
    parameters: ModelParameters,
    training: Pairs | Callable[[int], Pairs] = PAIRS,
    validation: Pairs | None = None,
    seed: int = 0,
    towers: int = 1,
    on_step: Callable[[int], Any] = lambda _: None,
) -> list[Epoch]:
    pairs = training if callable(training) else lambda _: training
    objective, validation = Objective(model, parameters), validation or pairs(1)
    return list(train_epochs(objective, parameters, pairs, validation, seed, towers, on_step))


def scaled(images: Images) -> np.ndarray:
    return images[..., np.newaxis].astype(np.float32) / 255


def parts_of(model: keras.Model, parameters: ModelParameters, pairs: Pairs) -> dict[str, float]:
    """The loss and its parts, means over the images."""
    objective, count = Objective(model, parameters), len(pairs.targets)
    totals: dict[str, float] = {}
    for part in (pairs.part(start, start + 50) for start in range(0, count, 50)):
        parts = objective.validation_parts(scaled(part.inputs), scaled(part.targets))
        for name, value in parts.items():
            totals[name] = totals.get(name, 0) + len(part.targets) * float(value)
    return {name: total / count for name, total in totals.items()}


@BOTH
def test_losses_are_means_over_all_images_however_they_are_cut(
    parameters: ModelParameters, towers: int
) -> None:
    """Weights that stay: batches of 4 and of 2, cut into unequal parts."""
    model = model_of(parameters, rate=0.0)
    expected = parts_of(model, parameters, PAIRS)
    count = 2 * VALIDATION_BATCH + 1
    many = Pairs(unequal(count)[::-1].copy(), unequal(count))
    validated = parts_of(model, parameters, many)
    twice = parameters.model_copy(update={"epochs": 2})
    first, second = run(model, twice, validation=many, towers=towers)
    assert (first.number, second.number) == (1, 2)
    names = [name for name in expected if name not in {"mse", "bce"}]
    wanted = {name: expected[name] for name in names}
    wanted |= {f"val_{name}": value for name, value in validated.items()}
    assert list(first.metrics) == list(wanted)
    for epoch in (first, second):
        assert epoch.metrics == pytest.approx(wanted, rel=1e-4)
        assert epoch.seconds > 0


@BOTH
def test_a_step_goes_down_the_gradient_of_the_mean_over_the_batch(
    parameters: ModelParameters, towers: int
) -> None:
    inputs, targets = scaled(PAIRS.inputs[:7]), scaled(PAIRS.targets[:7])
    model = model_of(parameters, rate=0.5)
    before = [weight.numpy() for weight in model.trainable_variables]
    with tf.GradientTape() as tape:
        parts = Objective(model, parameters).parts(inputs, targets, training=True)
    gradients = tape.gradient(parts["loss"], model.trainable_variables)
    at_once = parameters.model_copy(update={"batch_size": 7})
    run(model, at_once, PAIRS.part(None, 7), towers=towers)
    for weight, start, gradient in zip(model.trainable_variables, before, gradients):
        np.testing.assert_allclose(weight.numpy(), start - 0.5 * gradient, atol=1e-5)
    assert any(np.abs(gradient).max() > 1e-3 for gradient in gradients)


@BOTH
def test_the_coupled_decay_is_in_the_gradient(parameters: ModelParameters, towers: int) -> None:
    """A step of gradient descent: w - rate * (g + l2 * w), of biases too."""
    started, stepped = [], []
    for l2 in (0.0, 0.2):
        model = model_of(parameters, rate=0.5)
        for variable in model.trainable_variables:
            variable.assign(variable + 0.1)
        started.append([variable.numpy() for variable in model.trainable_variables])
        coupled = parameters.model_copy(update={"batch_size": 7, "l2": l2})
        (epoch,) = run(model, coupled, PAIRS.part(None, 7), towers=towers)
        stepped.append([variable.numpy() for variable in model.trainable_variables])
        # the loss is told without it
        started.append(epoch.metrics["loss"])
    before, loss, again, same_loss = started
    assert loss == same_loss
    for first, second, plain, decayed in zip(before, again, *stepped):
        np.testing.assert_array_equal(first, second)
        np.testing.assert_allclose(decayed, plain - 0.5 * 0.2 * first, atol=1e-6)


def test_adam_scales_the_coupled_decay_with_the_gradient() -> None:
    """So its first step is the rate's, whatever the size: one of PyTorch's, not of AdamW."""
    model = model_of(DENSE, rate=0.0)
    model.compile(keras.optimizers.Adam(0.01))
    before = [variable.numpy() for variable in model.trainable_variables]
    run(model, DENSE.model_copy(update={"batch_size": 18, "l2": 1e6}))
    for start, variable in zip(before, model.trainable_variables):
        far = np.abs(start) > 1e-3
        step = start - variable.numpy()
        np.testing.assert_allclose(step[far], 0.01 * np.sign(start[far]), rtol=0.01)


def test_images_are_shuffled_anew_in_each_epoch_by_the_seed() -> None:
    parameters = CONVOLUTIONAL.model_copy(update={"batch_size": 1, "epochs": 2})
    model = model_of(parameters, rate=0.1)
    by_hand = model_of(parameters, rate=0.1)
    rng = np.random.default_rng(3)
    for epoch in run(model, parameters, seed=3):
        losses = []
        for index in rng.permutation(18):
            inputs, targets = (
                scaled(images[index : index + 1]) for images in (PAIRS.inputs, PAIRS.targets)
            )
            with tf.GradientTape() as tape:
                loss = Objective(by_hand, parameters).parts(inputs, targets, training=True)["loss"]
            weights = by_hand.trainable_variables
            by_hand.optimizer.apply(tape.gradient(loss, weights), weights)
            losses.append(float(loss))
        assert epoch.metrics["loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    other = run(model_of(parameters, rate=0.1), parameters, seed=4)[-1]
    assert other.metrics["loss"] != pytest.approx(epoch.metrics["loss"], rel=1e-4)


@pytest.mark.parametrize(
    ("count", "calls"),
    [(3, [1]), (8, [1, 1]), (9, [1, 1, 1]), (160, [2] * 20), (92, [23])],
)
def test_steps_are_done_in_twenty_equal_calls_at_most_and_the_smaller_batch_in_one(
    count: int, calls: list[int]
) -> None:
    done: list[int] = []
    images = unequal(count)
    model = model_of(CONVOLUTIONAL, rate=0.0)
    run(model, CONVOLUTIONAL, Pairs(images, images), on_step=done.append)
    assert done == calls


def test_the_seconds_of_all_epochs_are_no_more_than_have_passed() -> None:
    start = time.perf_counter()
    epochs = run(model_of(DENSE, rate=0.1), DENSE.model_copy(update={"epochs": 2}))
    assert all(epoch.seconds > 0 for epoch in epochs)
    assert sum(epoch.seconds for epoch in epochs) <= time.perf_counter() - start


def test_the_pairs_of_each_epoch_are_trained_on() -> None:
    parameters = CONVOLUTIONAL.model_copy(update={"epochs": 3})
    model = model_of(parameters, rate=0.0)
    dark, bright = (Pairs(images, images) for images in (unequal(9) // 4, 255 - unequal(9) // 4))
    by_number = {1: dark, 2: bright, 3: bright}
    epochs = run(model, parameters, by_number.__getitem__, validation=dark)
    expected = [parts_of(model, parameters, by_number[number])["loss"] for number in (1, 2, 3)]
    assert expected[0] != pytest.approx(expected[1], rel=0.001)
    assert [epoch.metrics["loss"] for epoch in epochs] == pytest.approx(expected, rel=1e-5)


def test_images_may_begin_at_any_byte() -> None:
    images = unequal(18)
    shifted = np.zeros(images.size + 1, np.uint8)[1:].reshape(images.shape)
    shifted[:] = images
    metrics = [
        run(model_of(CONVOLUTIONAL, 0.1), CONVOLUTIONAL, Pairs(copy, copy))[0].metrics
        for copy in (images, shifted)
    ]
    assert metrics[0] == metrics[1]


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_named_with_its_epoch_and_step(broken: float) -> None:
    parameters = CONVOLUTIONAL.model_copy(update={"output_activation": "linear", "epochs": 3})
    model = model_of(parameters, rate=0.0)

    def training(number: int) -> Pairs:
        if number == 2:
            model.get_layer("decoder").weights[-1].assign([broken])
        return PAIRS

    done: list[int] = []
    message = (
        f"the loss is {broken} at epoch 2, step 1: "
        "lower learning_rate, or check activation and loss of this model"
    )
    with pytest.raises(UserError) as error:
        run(model, parameters, training, on_step=done.append)
    assert str(error.value) == message
    assert sum(done) == 5


def test_last_steps_that_leave_a_model_of_no_numbers_are_refused() -> None:
    # one step, whose loss is that of the weights before it
    parameters = CONVOLUTIONAL.model_copy(
        update={"output_activation": "linear", "epochs": 1, "batch_size": 1000}
    )
    message = r"the loss is (nan|inf) at epoch 1, of the validation images: lower learning_rate"
    with pytest.raises(UserError, match=message):
        run(model_of(parameters, rate=1e30), parameters, lambda _: PAIRS)


def test_a_part_of_clean_pairs_has_its_targets_as_inputs() -> None:
    clean = Pairs(PAIRS.targets, PAIRS.targets).part(2, 5)
    assert clean.inputs is clean.targets
    np.testing.assert_array_equal(clean.targets, PAIRS.targets[2:5])
    noisy = PAIRS.part(None, 5)
    np.testing.assert_array_equal(noisy.inputs, PAIRS.inputs[:5])
    np.testing.assert_array_equal(noisy.targets, PAIRS.targets[:5])
