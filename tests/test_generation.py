"""Codes are drawn where they should be, and decoded to pictures and scores of known networks."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray
from scipy.special import softmax
from scipy.stats import norm

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.evaluation import draws, generation
from mnist_autoencoders.evaluation.generation import Draws, generate
from mnist_autoencoders.evaluation.network import Codes, Network
from mnist_autoencoders.judge.frechet import Moments
from mnist_autoencoders.judge.judge import Judge, Judging, Reading, Real, reading_scores
from mnist_autoencoders.records import write_json
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

REAL = Moments(np.array([0.5, 0.25]), np.array([[0.04, 0.01], [0.01, 0.02]]))
LOGITS = np.array([[0, 8, 0], [0, 0, 8]], np.float32)


def first_pixels(size: int, variational: bool = False) -> keras.Model:
    """An autoencoder: a code is twice the first pixels, which are decoded to half of what they
    were, all others to black. A variational one has log-variances of -1.
    """
    image, code = keras.Input((28, 28, 1)), keras.Input((size,))
    means, pixels = layers.Dense(size, use_bias=False), layers.Dense(784, use_bias=False)
    moments = [means(layers.Flatten()(image))]
    if variational:
        moments.append(layers.Rescaling(0.0, offset=-1.0)(moments[0]))
    encoder = keras.Model(image, moments if variational else moments[0], name="encoder")
    black = layers.Reshape((28, 28, 1))(pixels(code))
    decoder = keras.Model(code, black, name="decoder")
    means.set_weights([2 * np.eye(784, size)])
    pixels.set_weights([np.eye(size, 784) / 4])
    return keras.Model(image, decoder(encoder(image)[0] if variational else encoder(image)))


def decoded(codes: Codes) -> Images:
    """What codes `[..., size]` are decoded to by `first_pixels`, as bytes."""
    images = np.zeros((*codes.shape[:-1], 784), np.uint8)
    images[..., : codes.shape[-1]] = np.rint((codes / 4).clip(0, 1) * 255)
    return images.reshape(*codes.shape[:-1], 28, 28)


def write_classifier(folder: Path) -> Path:
    """A classifier in `folder`, whose features are the first two pixels: each speaks for a class
    of its own, and darkness for the first of the three.
    """
    folder.mkdir()
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(2, name="features", use_bias=False),
            layers.Dense(3, "softmax", name="class", use_bias=False),
        ]
    )
    model.set_weights([np.eye(784, 2), LOGITS])
    model.save(folder / "classifier.keras")
    np.savez(folder / "statistics.npz", test_mean=REAL.mean, test_covariance=REAL.covariance)
    write_json(folder / "record.json", {"accuracy": 0.5})
    return folder


def features_of(images: Images) -> NDArray[np.float32]:
    """What the classifier of `write_classifier` makes of images before the softmax."""
    return images[:, 0, :2].astype(np.float32) / 255


def judged(images: Images, real: Images, judging: Judging) -> dict[str, float]:
    """The scores of images by that classifier; `real` are those of the sample."""
    features = features_of(images)
    reading = Reading(features, softmax(features @ LOGITS, axis=1))
    return reading_scores(reading, Real(REAL, features_of(real)), judging)


@pytest.mark.parametrize("variational", [True, False])
@pytest.mark.parametrize("seed", [0, 5])
def test_random_codes_are_decoded_judged_and_shown(
    tmp_path: Path, variational: bool, seed: int
) -> None:
    folder = write_classifier(tmp_path / "classifier")
    train = np.random.default_rng(1).normal(2, 0.5, (40, 4)).astype(np.float32)
    test = np.random.default_rng(2).uniform(0, 4, (9, 4)).astype(np.float32)
    real, labels = decoded(test * 2)[::-1], np.arange(9, dtype=np.int16)
    network, judging = Network(first_pixels(4)), Judging(0.75, 4, 2)
    judge = Judge.load(folder, real, judging)
    result = generate(network, train, test, labels, judge, variational, Draws(150, 3), seed)
    drawn = {"standard_normal": np.random.default_rng(seed).standard_normal((150, 4), np.float32)}
    if not variational:
        drawn["fitted_normal"] = draws.fitted_normal_codes(train, 150, seed)
    drawn["mixture"] = draws.mixture_codes(train, 3, 150, seed)
    # all but 0, 2, 4 and 6, which the judge has seen
    drawn["reconstructions"] = test[[1, 3, 5, 7, 8]]
    assert list(result.scores) == list(drawn)
    for name, codes in drawn.items():
        expected = judged(decoded(codes), real[[0, 2, 4, 6]], judging)
        assert result.scores[name] == pytest.approx(expected, rel=1e-4), name
    shown = drawn["standard_normal" if variational else "fitted_normal"][:100]
    np.testing.assert_array_equal(result.pictures["generated"], decoded(shown))
    mixed = decoded(drawn["mixture"][:100])
    np.testing.assert_array_equal(result.pictures["generated_mixture"], mixed)


@pytest.mark.parametrize(
    ("count", "sample", "wanted", "positions"),
    [
        (10, 4, 9, [1, 3, 4, 6, 8, 9]),  # all but 0, 2, 5, 7
        (10, 4, 3, [1, 4, 8]),
        (7, 4, 9, [0, 1, 2, 3, 4, 5, 6]),  # three others are fewer than four
        (3, 99, 2, [0, 1]),
    ],
)
def test_reconstructions_are_of_other_images_where_there_are_enough(
    count: int, sample: int, wanted: int, positions: list[int]
) -> None:
    assert generation.others(count, sample, wanted).tolist() == positions


@pytest.mark.parametrize(("size", "steps"), [(2, [20, 20]), (3, [10, 10, 3])])
def test_a_variational_grid_has_equal_shares_and_a_plain_one_equal_steps(
    size: int, steps: list[int]
) -> None:
    codes = np.column_stack([np.arange(101) * factor for factor in (1, -2, 3)[:size]])
    plain = generation.grid_positions(codes.astype(np.float32), variational=False)
    ends = [(5, 95), (-190, -10), (15, 285)]
    for found, (low, high), count in zip(plain, ends, steps, strict=False):
        np.testing.assert_allclose(found, np.linspace(low, high, count), rtol=1e-6)
    variational = generation.grid_positions(codes.astype(np.float32), variational=True)
    for found, count in zip(variational, steps, strict=True):
        np.testing.assert_allclose(norm.cdf(found), np.linspace(0.05, 0.95, count))


@pytest.mark.parametrize("size", [2, 3])
def test_a_grid_grows_rightwards_upwards_and_from_slice_to_slice(size: int) -> None:
    positions = [np.arange(4.0), np.arange(5.0) + 10, np.arange(3.0) + 20][:size]
    codes = generation.grid_codes(positions)
    assert codes.dtype == np.float32
    assert codes.shape == (3 if size == 3 else 1, 5, 4, size)
    for (layer, row, column), code in zip(np.ndindex(codes.shape[:-1]), codes.reshape(-1, size)):
        assert code.tolist() == [column, 10 + 4 - row, 20 + layer][:size]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("count", "classes"), [(60, 3), (60, None), (7, None), (8, 2), (1, None)])
def test_pairs_are_random_and_differ_in_class(count: int, classes: int | None, seed: int) -> None:
    labels = None if classes is None else np.arange(count, dtype=np.int16) % classes
    order = np.random.default_rng(seed).permutation(count).tolist()
    pairs = [order[start : start + 2] for start in range(0, count - 1, 2)]
    if labels is not None:
        pairs = [[one, other] for one, other in pairs if labels[one] != labels[other]]
    assert generation.pair_ends(count, labels, seed).tolist() == pairs[:8]


def test_ten_classes_at_most_have_a_mean() -> None:
    labels = np.arange(36, dtype=np.int16) % 12 + 3
    codes = np.stack([labels, np.arange(36)], axis=1).astype(np.float32)
    expected = [[label + 3, label + 12] for label in range(10)]
    np.testing.assert_array_equal(generation.class_means(codes, labels), expected)


def test_lines_have_ten_even_steps_from_end_to_end() -> None:
    starts, ends = np.array([[0, 0], [1, 2]], np.float32), np.array([[9, 18], [1, -7]], np.float32)
    lines = generation.lines(starts, ends)
    assert (lines.shape, lines.dtype) == ((2, 10, 2), np.float32)
    np.testing.assert_allclose(lines[0], [[step, 2 * step] for step in range(10)], rtol=1e-6)
    np.testing.assert_allclose(lines[1], [[1, 2 - step] for step in range(10)], atol=1e-6)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("classes", [None, 1, 3])
def test_pictures_are_grids_and_lines_between_the_test_codes(
    size: int, classes: int | None
) -> None:
    rng = np.random.default_rng(size)
    train, test = (rng.uniform(0, 4, (count, size)).astype(np.float32) for count in (12, 30))
    labels = None if classes is None else np.arange(30, dtype=np.int16) % classes
    network = Network(first_pixels(size))
    # without a judge, nothing is judged
    result = generate(network, train, test, labels, None, False, Draws(10, 2), 3)
    expected: dict[str, NDArray] = {}
    if size < 4:
        positions = generation.grid_positions(test, variational=False)
        expected["grid"] = decoded(generation.grid_codes(positions))
        expected["grid_range"] = np.array([[ends[0], ends[-1]] for ends in positions])
    if classes != 1:
        first, last = generation.pair_ends(30, labels, 3).T
        expected["pairs"] = decoded(generation.lines(test[first], test[last]))
    if classes == 3:
        means = np.stack([test[label::3].mean(axis=0) for label in range(3)])
        expected["class_means"] = decoded(generation.lines(means[:2], means[1:]))
    assert result.scores == {}
    random = {"generated", "generated_mixture"}
    assert set(result.pictures) - random == set(expected)
    assert {result.pictures[name].shape for name in random} == {(10, 28, 28)}
    for name, pictures in expected.items():
        np.testing.assert_allclose(result.pictures[name], pictures, atol=1, err_msg=name)


@pytest.mark.parametrize("shape", [(7,), (2, 3, 1)])
def test_a_network_encodes_and_decodes_codes_of_any_shape(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    size = int(np.prod(shape))
    image, code = keras.Input((28, 28, 1)), keras.Input(shape)
    kernel = layers.Conv2D(1, 1, use_bias=False, kernel_initializer="ones")
    flat = layers.Flatten()(kernel(image))[:, :size]
    encoder = keras.Model(image, layers.Reshape(shape)(flat), name="encoder")
    black = layers.Dense(784, use_bias=False)
    decoder = keras.Model(
        code, layers.Reshape((28, 28, 1))(black(layers.Flatten()(code))), name="decoder"
    )
    black.set_weights([3 * np.eye(size, 784) - 1])
    keras.Model(image, decoder(encoder(image))).save(tmp_path / "model.keras")
    network = Network.load(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    codes = images[:, 0, :size] / np.float32(255)
    np.testing.assert_allclose(network.encode(images), codes, rtol=1e-6)
    pixels = np.pad(3 * codes, ((0, 0), (0, 784 - size))) - codes.sum(axis=1, keepdims=True)
    for found in (network.decode(codes), network.reconstruct(images)):
        np.testing.assert_allclose(found, pixels.reshape(5, 28, 28).clip(0, 1), atol=1e-6)


@pytest.mark.parametrize(
    ("chain", "dense_on_pixels"),
    [
        ([layers.Flatten(), layers.Dense(3)], True),
        ([layers.BatchNormalization(), layers.Flatten(), layers.Dense(3)], True),
        ([layers.Dense(1), layers.Flatten(), layers.Dense(3)], False),
        ([layers.Conv2D(1, 3, padding="same"), layers.Flatten(), layers.Dense(3)], False),
    ],
)
def test_the_first_layer_is_shown_where_it_is_dense_and_sees_the_pixels(
    chain: list[layers.Layer], dense_on_pixels: bool
) -> None:
    weights = Network(keras.Sequential([keras.Input((28, 28, 1)), *chain])).first_layer()
    assert (weights is not None) == dense_on_pixels
    if weights is not None:
        np.testing.assert_array_equal(weights, chain[-1].kernel.numpy())
