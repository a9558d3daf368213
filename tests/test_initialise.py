"""Initial weights are drawn from what their names say, each variable from numbers of its own."""

import math
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.model_kinds.strided import Strided, StridedLayer, TransposedLayer
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

DENSE = Dense(kind="dense", input="clean", hidden=[60], code_size=60)
CONVOLUTIONAL = Convolutional(
    kind="convolutional", input="clean", filters=[40, 30], batch_normalisation=True
)
STRIDED = Strided(
    kind="strided",
    input="clean",
    encoder=[StridedLayer(filters=50, kernel=4, stride=4)],
    decoder=[TransposedLayer(filters=1, kernel=4, stride=4)],
)
VARIATIONAL = DENSE.model_copy(update={"variational": Variational(), "code_activation": "linear"})


def weights(parameters: ModelParameters, initialisation: str, seed: int = 0) -> list[np.ndarray]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = build_model(parameters.model_copy(update={"initialisation": initialisation}))
    return [
        np.asarray(variable)
        for part in ("encoder", "decoder")
        for layer in model.get_layer(part).layers
        if not isinstance(layer, layers.BatchNormalization)
        for variable in layer.weights
    ]


@pytest.mark.parametrize("parameters", [DENSE, CONVOLUTIONAL, STRIDED, VARIATIONAL])
def test_weights_and_biases_are_normal(parameters: ModelParameters) -> None:
    for kind, spread, most in (("normal", 1.0, 6.0), ("truncated_normal", 0.8796, 2.0)):
        # of N(0, 1) within 2 the variance is 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.7737
        drawn = weights(parameters, kind)
        every = np.concatenate([variable.ravel() for variable in drawn])
        assert every.std() == pytest.approx(spread, rel=0.03)
        assert abs(every.mean()) < 0.05
        assert np.abs(every).max() <= most
        assert (np.abs(every) > 1.9).any()
        assert np.mean(np.abs(every) < 0.6745) == pytest.approx(
            0.5 if most > 2 else 0.524, abs=0.02
        )
        for bias in drawn[1::2]:
            assert bias.ndim == 1
            assert np.all(bias != 0)


@pytest.mark.parametrize(
    ("parameters", "limits"),
    [
        # 784-60-60-60-784: kernel and bias alike
        (DENSE, [1 / 28, 1 / math.sqrt(60), 1 / math.sqrt(60), 1 / math.sqrt(60)]),
        (VARIATIONAL, [1 / 28, *[1 / math.sqrt(60)] * 4]),
        # 3x3 from 1, 40, 30, 30 and 40 channels
        (
            CONVOLUTIONAL,
            [1 / 3, *(1 / math.sqrt(9 * channels) for channels in (40, 30, 30, 40))],
        ),
        # 4x4 from 1; transposed: to 1, as PyTorch counts
        (STRIDED, [1 / 4, 1 / 4]),
    ],
)
def test_as_pytorch_weights_are_even_within_the_root_of_the_fan_in(
    parameters: ModelParameters, limits: list[float]
) -> None:
    drawn = weights(parameters, "pytorch")
    assert len(drawn) == 2 * len(limits)
    for index, variable in enumerate(drawn):
        scaled = variable.ravel() / limits[index // 2]
        assert np.abs(scaled).max() <= 1 + 1e-6
        assert np.all(scaled != 0)
        if scaled.size > 300:
            assert np.abs(scaled).max() > 0.97
            assert scaled.std() == pytest.approx(1 / math.sqrt(3), rel=0.1)
            assert abs(scaled.mean()) < 0.15


@pytest.mark.parametrize("kind", ["normal", "truncated_normal", "pytorch"])
def test_variables_have_numbers_of_their_own_which_the_seed_decides(kind: str) -> None:
    first, again, other = (weights(DENSE, kind, seed) for seed in (0, 0, 1))
    for one, same, different in zip(first, again, other):
        np.testing.assert_array_equal(one, same)
        assert np.all(one != different)
    # code and layer after it: both 60 by 60, and a kernel's first row is no bias
    _, bias, code, code_bias, after, _, *_ = first
    assert np.mean(code == after) < 0.01
    assert np.mean(bias == code_bias) < 0.1
    assert np.mean(code[0] == code_bias) < 0.1


@pytest.mark.parametrize("parameters", [DENSE, CONVOLUTIONAL, STRIDED])
def test_glorot_is_what_keras_draws(parameters: ModelParameters) -> None:
    for variable in weights(parameters, "glorot"):
        if variable.ndim == 1:
            assert not variable.any()
            continue
        field = math.prod(variable.shape[:-2])
        limit = math.sqrt(6 / (field * sum(variable.shape[-2:])))
        scaled: Any = variable / limit
        assert 0.9 < np.abs(scaled).max() <= 1 + 1e-6
        assert scaled.std() == pytest.approx(1 / math.sqrt(3), rel=0.15)
