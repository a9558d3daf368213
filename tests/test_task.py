"""A training is described by its task: what it trains, on which images, and how it begins."""

import hashlib
import platform
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.binarise import binarise
from mnist_autoencoders.dataset.store import SPLITS, open_images, read_card
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noisy_images.write import write_noisy_images
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.fresh_noise import fresh_noise
from mnist_autoencoders.training.task import Task
from mnist_autoencoders.training.train import compiled_model
from tests.conftest import TENSORFLOW
from tests.projects import ROOT

pytestmark = TENSORFLOW

DENSE = Dense(kind="dense", input="noisy", hidden=[8], code_size=3)
NOISE = noise_of("gaussian", 0.5)


@pytest.fixture
def task(clean: Path, tmp_path: Path) -> Task:
    """A model that learns from noisy images."""
    inputs = tmp_path / "noisy"
    inputs.mkdir()
    for split in SPLITS:
        write_noisy_images(open_images(clean, split), inputs, split, "noisy", NOISE, seed=0)
    write_json(inputs / "noise.json", NOISE.card())
    return Task("net", DENSE, 5, clean, inputs, Device("cpu", 2))


def test_a_task_is_described_by_all_that_shapes_its_result(task: Task) -> None:
    code = (ROOT / "src/mnist_autoencoders/model_kinds/dense.py").read_bytes()
    assert replace(task, replica=True).describe()["replica"] is True
    assert task.describe() == {
        "model": "net",
        "parameters": DENSE.model_dump(exclude={"seed"}),
        "code_sha256": hashlib.sha256(code).hexdigest(),
        "architecture": "784-8-3-8-784",
        "loss_unit": "nats per pixel",
        "noise": NOISE.card(),
        "seed": 5,
        "replica": False,
        "data": vars(read_card(task.clean)),
        "device": {"kind": "cpu", "threads": 2, "towers": 1},
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
        },
    }


def test_clean_inputs_are_the_targets_and_have_no_noise(task: Task) -> None:
    clean = replace(task, inputs=task.clean)
    assert clean.noise is None
    assert clean.describe()["noise"] is None
    for split in SPLITS:
        pairs = clean.pairs(split)
        assert pairs.inputs is pairs.targets
        np.testing.assert_array_equal(pairs.targets, open_images(task.clean, split))


@pytest.mark.parametrize(
    ("share", "left", "held_out"), [(0.999, 0, 200), (0.002, 200, 0), (1 - 1e-9, 0, 200)]
)
def test_a_share_that_leaves_no_image_on_a_side_is_refused(
    task: Task, share: float, left: int, held_out: int
) -> None:
    task.check()
    task = replace(task, parameters=DENSE.model_copy(update={"validation_share": share}))
    expected = f"{share} of 200 training images leaves {left} to train on and {held_out} held out"
    with pytest.raises(UserError, match=rf"^models\.net\.validation_share: {expected}"):
        task.check()
    replace(task, parameters=DENSE.model_copy(update={"validation_share": 0.005})).check()


@pytest.mark.parametrize(("share", "count"), [(0.0, 200), (0.25, 150), (0.003, 199)])
def test_the_last_training_images_are_held_out_or_the_test_images_validate(
    task: Task, share: float, count: int
) -> None:
    task = replace(task, parameters=DENSE.model_copy(update={"validation_share": share}))
    training, validation = task.training_pairs()(1), task.validation_pairs()
    split, start = ("train", count) if share else ("test", 0)
    for images, folder in (("inputs", task.inputs), ("targets", task.clean)):
        of_training = open_images(folder, "train")[:count]
        np.testing.assert_array_equal(getattr(training, images), of_training)
        of_validation = open_images(folder, split)[start:]
        np.testing.assert_array_equal(getattr(validation, images), of_validation)


@pytest.mark.parametrize(
    ("images", "share", "first", "stop"),
    [(None, 0.0, 0, 200), (30, 0.0, 170, 200), (30, 0.25, 120, 150), (150, 0.25, 0, 150),
     (151, 0.25, 0, 150), (1, 0.5, 99, 100)],
)  # fmt: skip
def test_the_last_images_that_are_not_held_out_are_trained_on(
    task: Task, images: int | None, share: float, first: int, stop: int
) -> None:
    options = {"images": images, "validation_share": share}
    task = replace(task, parameters=DENSE.model_copy(update=options))
    training, validation = task.training_pairs()(1), task.validation_pairs()
    for name, folder in (("inputs", task.inputs), ("targets", task.clean)):
        of_training = open_images(folder, "train")
        np.testing.assert_array_equal(getattr(training, name), of_training[first:stop])
        held_out = of_training[stop:] if share else open_images(folder, "test")
        np.testing.assert_array_equal(getattr(validation, name), held_out)


def test_black_and_white_is_drawn_anew_in_every_epoch_and_once_for_validation(task: Task) -> None:
    options = {"input": "clean", "binarised": True, "images": 30, "validation_share": 0.25}
    parameters = DENSE.model_copy(update=options)
    task = replace(task, parameters=parameters, inputs=task.clean)
    greys = open_images(task.clean, "train")
    pairs = task.training_pairs()
    for epoch in (1, 2):
        drawn = pairs(epoch)
        assert drawn.inputs is drawn.targets
        np.testing.assert_array_equal(drawn.targets, binarise(greys[120:150], 5, epoch))
        assert pairs(epoch) is drawn
    assert np.any(pairs(1).targets != pairs(2).targets)
    for seed in (5, 6):
        validation = replace(task, seed=seed).validation_pairs()
        assert validation.inputs is validation.targets
        np.testing.assert_array_equal(validation.targets, binarise(greys[150:], 0, 0))
    on_test = replace(task, parameters=parameters.model_copy(update={"validation_share": 0.0}))
    shown = binarise(open_images(task.clean, "test"), 0, 0)
    np.testing.assert_array_equal(on_test.validation_pairs().targets, shown)


def test_the_same_noise_is_learned_from_in_every_epoch(task: Task) -> None:
    pairs = task.training_pairs()
    assert pairs(1) is pairs(2)


def test_fresh_noise_is_drawn_in_every_epoch_for_the_images_trained_on(task: Task) -> None:
    options = {"fresh_noise": True, "validation_share": 0.1}
    fresh = replace(task, parameters=DENSE.model_copy(update=options))
    pairs = fresh.training_pairs()
    targets = open_images(task.clean, "train")[:180]
    for epoch in (1, 2):
        np.testing.assert_array_equal(pairs(epoch).targets, targets)
        expected = fresh_noise(targets, NOISE, 5, epoch)
        np.testing.assert_array_equal(pairs(epoch).inputs, expected)
        assert pairs(epoch) is pairs(epoch)
    validation = fresh.validation_pairs()
    np.testing.assert_array_equal(validation.inputs, open_images(task.inputs, "train")[180:])


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [0.2, 0.2, 0.2]),
        # the middle of 0.2 and 0.002, and their geometric mean
        ("cosine", [0.2, 0.101, 0.002]),
        ("exponential", [0.2, 0.02, 0.002]),
    ],
)
def test_the_learning_rate_falls_to_a_hundredth_at_the_last_step(
    schedule: str, rates: list[float]
) -> None:
    parameters = DENSE.model_copy(update={"schedule": schedule, "learning_rate": 0.2})
    optimizer = compiled_model(parameters, steps=40).optimizer
    seen = []
    for step in (0, 20, 40):
        optimizer.iterations.assign(step)
        seen.append(float(optimizer.learning_rate))
    assert seen == pytest.approx(rates, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "kind", "decay"),
    [
        ("adam", keras.optimizers.Adam, None),
        ("adam", keras.optimizers.Adam, 0.125),
        ("adamw", keras.optimizers.AdamW, 0.125),
        ("adamw", keras.optimizers.AdamW, 0.0),
        ("adadelta", keras.optimizers.Adadelta, None),
        ("rmsprop", keras.optimizers.RMSprop, None),
        ("sgd", keras.optimizers.SGD, None),
    ],
)
def test_the_optimizer_is_the_one_named(name: str, kind: type, decay: float | None) -> None:
    changes = {"optimizer": name, "weight_decay": decay or 0.0, "loss": "mean_squared_error"}
    model = compiled_model(DENSE.model_copy(update=changes), steps=1)
    assert type(model.optimizer) is kind
    assert model.optimizer.weight_decay == decay
    assert float(model.optimizer.learning_rate) == pytest.approx(0.001)
    assert model.loss == "mean_squared_error"
