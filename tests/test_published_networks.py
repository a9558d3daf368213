"""The networks of params.yaml are the published ones, layer by layer."""

from itertools import pairwise

import pytest
from keras import layers

from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.parameters import load_parameters
from tests.conftest import TENSORFLOW
from tests.projects import ROOT

pytestmark = TENSORFLOW
PARAMETERS = load_parameters(ROOT / "params.yaml")
PUBLISHED, LIBRARY = PARAMETERS.models, PARAMETERS.library.models


def weights_by_layer(name: str) -> list[int]:
    model = build_model((PUBLISHED | LIBRARY)[name])
    parts = [model.get_layer("encoder"), model.get_layer("decoder")]
    counts = [layer.count_params() for part in parts for layer in part.layers]
    assert sum(counts) == model.count_params()
    return [count for count in counts if count]


def dense(*widths: int) -> list[int]:
    return [before * after + after for before, after in pairwise(widths)]


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("simple", dense(784, 15, 784)),
        ("cnn", [300, 4065, 2040, 4080, 271]),
        ("denoising", [350, 7900, 5650, 7910, 316]),
        ("stacked", dense(784, 256, 128, 256, 784)),
        ("embedding_2d", dense(784, 128, 64, 10, 2, 10, 64, 128, 784)),
        ("mlp_tanh", dense(784, 128, 64, 12, 3, 12, 64, 128, 784)),
        ("cnn_strided", [160, 1160, 1168, 3208, 33]),
        ("vae", [314_000, 8020, 8020, 8400, 314_384]),
        ("basic", dense(784, 32, 784)),
        ("basic_sparse", dense(784, 32, 784)),
        ("deep", dense(784, 128, 64, 32, 64, 128, 784)),
        ("cnn_small", [160, 1160, 584, 584, 584, 1168, 145]),
        ("denoising_32", [320, 9248, 9248, 9248, 289]),
        ("hidden", dense(784, 128, 32, 128, 784)),
        ("denoising_dense", dense(784, 128, 32, 128, 784)),
        ("sparse", dense(784, 32, 784)),
        ("sparse_plain", dense(784, 32, 784)),
        ("deep_30", dense(784, 1000, 500, 250, 30, 250, 500, 1000, 784)),
        ("vae_binarised", [157_000, 40_200, 10_050, 10_050, 10_200, 40_200, 157_584]),
        ("iwae_binarised", [157_000, 40_200, 10_050, 10_050, 10_200, 40_200, 157_584]),
        ("denoising_dense_300", dense(784, 128, 32, 128, 784)),
    ],
)
def test_published_weights_layer_by_layer(name: str, weights: list[int]) -> None:
    assert weights_by_layer(name) == weights


@pytest.mark.parametrize(
    ("name", "code", "sides"),
    [
        ("cnn", (7, 7, 15), [28, 14, 7, 14, 28]),
        ("denoising_32", (7, 7, 32), [28, 14, 7, 14, 28]),
        ("cnn_small", (4, 4, 8), [28, 14, 7, 4, 8, 16, 14, 28]),
        ("cnn_strided", (2, 2, 8), [28, 10, 5, 3, 2, 5, 15, 28]),
    ],
)
def test_published_feature_maps(name: str, code: tuple[int, ...], sides: list[int]) -> None:
    model = build_model(PUBLISHED[name])
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    assert encoder.output_shape[1:] == code
    # padding and cropping belong to the convolution before or after them
    seen = [
        layer.output.shape[1]
        for layer in encoder.layers + decoder.layers
        if not isinstance(layer, layers.ZeroPadding2D | layers.Conv2DTranspose)
    ]
    assert [28, *(after for before, after in pairwise([28, *seen]) if after != before)] == sides


def test_the_matched_pair_has_as_many_weights() -> None:
    assert build_model(PUBLISHED["cnn_32"]).count_params() == 111_521
    assert build_model(PUBLISHED["dense_32"]).count_params() == 111_928


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("simple", "784-15-784"),
        ("stacked", "784-256-128-256-784"),
        ("vae", "784-400-(20, 20)-400-784"),
        ("cnn_small", "conv 16, pool, conv 8, pool, conv 8, pool, "
         "conv 8, up, conv 8, up, conv 16, up, conv 1"),
        ("cnn_32", "conv 16, pool, conv 32, pool, dense 32, dense, up, conv 16, up, conv 1"),
        ("cnn_vae", "conv 16, pool, conv 32, pool, dense (20, 20), dense, up, conv 16, up, conv 1"),
        ("denoising_unet", "conv 16, pool, conv 32, pool, conv 32, up, conv 16, up, conv 1, "
         "with skips"),
        ("iwae_binarised", "784-200-200-(50, 50)-200-200-784"),
        ("cnn_strided", "conv 16 (3x3, stride 3), pool, conv 8 (3x3, stride 2), pool, "
         "transposed conv 16 (3x3, stride 2), transposed conv 8 (5x5, stride 3), "
         "transposed conv 1 (2x2, stride 2)"),
    ],
)  # fmt: skip
def test_a_network_in_one_phrase(name: str, architecture: str) -> None:
    assert (PUBLISHED | LIBRARY)[name].architecture == architecture


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("simple", "nats per pixel"),
        ("stacked", "squared error per pixel"),
        ("vae", "nats per image"),
    ],
)
def test_the_unit_of_a_loss(name: str, unit: str) -> None:
    assert PUBLISHED[name].loss_unit == unit


@pytest.mark.parametrize(
    ("name", "changes", "threads", "towers"),
    [
        ("cnn", {"batch_size": 128}, 2, 2),
        ("cnn", {"batch_size": 128}, 99, 8),
        ("cnn", {"batch_size": 31}, 2, 1),
        ("cnn", {"batch_size": 32}, 2, 2),
        ("cnn", {"batch_size": 8}, 2, 1),
        ("cnn", {"batch_normalisation": True}, 2, 1),
        ("cnn_strided", {}, 4, 4),
        ("simple", {}, 4, 1),
    ],
)
def test_a_batch_is_cut_into_parts_where_that_is_faster(
    name: str, changes: dict[str, int], threads: int, towers: int
) -> None:
    assert PUBLISHED[name].model_copy(update=changes).towers(threads) == towers
