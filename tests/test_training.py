"""Training is Keras' mathematics, and gives the same bits again."""

import math
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.objective import Objective
from tests.conftest import TENSORFLOW, write_squares
from tests.trainings import DENSE, pixels, train

pytestmark = TENSORFLOW

CONVOLUTIONAL = Convolutional(
    kind="convolutional",
    input="clean",
    filters=[4, 2],
    batch_size=64,
    epochs=2,
    loss="mean_squared_error",
    batch_normalisation=True,
    schedule="cosine",
    weight_decay=5.0,
)
IN_TOWERS = CONVOLUTIONAL.model_copy(
    update={"batch_normalisation": False, "code_l1": 0.01, "batch_size": 199}
)
VARIATIONAL = DENSE.model_copy(
    update={
        "hidden": [16],
        "code_l1": 0.0,
        "variational": Variational(beta=0.5),
        "code_activation": "linear",
        "schedule": "exponential",
    }
)
MODELS = {
    "dense": DENSE,
    "convolutional": CONVOLUTIONAL,
    "in towers": IN_TOWERS,
    "variational": VARIATIONAL,
}


class Training(NamedTuple):
    parameters: ModelParameters
    clean: Path
    folder: Path
    history: list[Epoch]


@pytest.fixture(scope="module", params=MODELS)
def training(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Done once for all that compare it with something else: most of its time is compiling."""
    folder = tmp_path_factory.mktemp("training")
    write_squares(folder / "clean")
    parameters = MODELS[request.param]
    history = train(parameters, folder / "clean", folder / "ours")
    return Training(parameters, folder / "clean", folder / "ours", history)


@pytest.mark.parametrize("training", ["dense", "convolutional", "in towers"], indirect=True)
def test_the_loop_computes_what_keras_computes(training: Training) -> None:
    parameters, clean, folder, history = training
    ours = keras.models.load_model(folder / "model.keras")

    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    theirs = build_model(parameters)
    rate, size = parameters.learning_rate, parameters.batch_size
    steps = math.ceil(200 / size) * parameters.epochs
    schedule = {
        "constant": rate,
        "cosine": keras.optimizers.schedules.CosineDecay(rate, steps, 0.01),
    }[parameters.schedule]
    decay = parameters.weight_decay or None
    adam = keras.optimizers.Adam(schedule, weight_decay=decay)
    theirs.compile(adam, parameters.loss, jit_compile=False)
    train_images, test_images = pixels(clean, "train"), pixels(clean, "test")
    rng = np.random.default_rng(5)
    for epoch in history:
        shuffled = train_images[rng.permutation(200)]
        fitted = theirs.fit(shuffled, shuffled, size, shuffle=False, verbose=0).history
        evaluated = theirs.evaluate(test_images, test_images, batch_size=40, verbose=0)
        assert epoch.metrics["loss"] == pytest.approx(fitted["loss"][0], rel=1e-4)
        assert epoch.metrics["val_loss"] == pytest.approx(evaluated, rel=1e-4)
        if parameters is CONVOLUTIONAL:
            assert epoch.metrics["val_mse"] == pytest.approx(evaluated, rel=1e-4)
    np.testing.assert_allclose(ours(test_images), theirs(test_images), atol=1e-3)


@pytest.mark.parametrize("training", ["variational"], indirect=True)
def test_a_variational_model_is_trained_as_one_step_after_the_other(training: Training) -> None:
    """XLA draws other codes than TensorFlow without it, so the losses agree on the average."""
    _, clean, _, history = training

    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    model = build_model(VARIATIONAL)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 4 * VARIATIONAL.epochs, 0.01)
    adam, objective = keras.optimizers.Adam(schedule), Objective(model, VARIATIONAL)
    images, rng = pixels(clean, "train"), np.random.default_rng(5)
    for epoch in history:
        losses = []
        for batch in np.split(rng.permutation(200), [64, 128, 192]):
            with tf.GradientTape() as tape:
                parts = objective.parts(images[batch], images[batch], training=True)
            gradients = tape.gradient(parts["loss"], model.trainable_variables)
            adam.apply(gradients, model.trainable_variables)
            losses.append([len(batch), float(parts["loss"]), float(parts["reconstruction"])])
        sizes, *means = np.transpose(losses)
        for name, values in zip(("loss", "reconstruction"), means):
            expected = np.average(values, weights=sizes)
            assert epoch.metrics[name] == pytest.approx(expected, rel=0.05)


def test_the_same_inputs_give_the_same_bytes(training: Training, tmp_path: Path) -> None:
    parameters, clean, folder, _ = training

    def contents(folder: Path) -> dict[Path, bytes]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder): path.read_bytes() for path in files}

    train(parameters, clean, tmp_path / "again")
    train(parameters, clean, tmp_path / "other seed", seed=6)
    first, other = contents(folder), contents(tmp_path / "other seed")
    assert len(first) == 4 + parameters.epochs
    assert first == contents(tmp_path / "again")
    assert all(first[path] != other[path] for path in first)
