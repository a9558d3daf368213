"""The classifier learns, its scores mean what they say, and codes are drawn where they should."""

import json
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from keras import layers

from mnist_autoencoders.classifier.parameters import ClassifierParameters
from mnist_autoencoders.classifier.train import train_classifier
from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.evaluation import generation
from mnist_autoencoders.evaluation.generation import generate
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.figures.generation import (
    code_grid,
    generated_sheet,
    generation_scores,
    walks,
)
from mnist_autoencoders.figures.style import save, use_style
from mnist_autoencoders.judge.frechet import Moments, frechet_distance
from mnist_autoencoders.judge.judge import Judge, Reading, reading_scores

RNG = np.random.default_rng(0)
SMALL = ClassifierParameters(filters=[4, 8], features=16, learning_rate=0.01, epochs=4)


@pytest.fixture(scope="module")
def barred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """900 training and 100 test images: a bright bar at the top, amid or below."""
    folder = tmp_path_factory.mktemp("barred")
    labels = np.random.default_rng(1).integers(0, 3, 1000).astype(np.int16)
    images = np.random.default_rng(2).integers(0, 100, (1000, 28, 28), dtype=np.uint8)
    for label in range(3):
        images[labels == label, 2 + 9 * label : 8 + 9 * label] += 150
    names = ["top", "middle", "below"]
    split = (images[:900], images[900:], labels[:900], labels[900:])
    write_images(folder, ImageSet("bars", *split, names))
    return folder


@pytest.fixture(scope="module")
def classifier(barred: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a classifier of `barred`."""
    folder = tmp_path_factory.mktemp("classifier")
    train_small(barred, folder)
    return folder


def train_small(images: Path, folder: Path) -> None:
    """Train as in a new process, where Keras begins to number the layers."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    train_classifier(images, SMALL, folder)


def identity_network(size: int) -> Network:
    """Codes are the first pixels; they are decoded to these pixels, the others black."""
    encoder = [keras.Input((28, 28, 1)), layers.Flatten(), _dense(size)]
    decoder = [keras.Input((size,)), _dense(784), layers.Reshape((28, 28, 1))]
    parts = [
        keras.Sequential(encoder, name="encoder"),
        keras.Sequential(decoder, name="decoder"),
    ]
    image = keras.Input((28, 28, 1))
    return Network(keras.Model(image, parts[1](parts[0](image))))


def _dense(width: int) -> layers.Layer:
    return layers.Dense(width, use_bias=False, kernel_initializer=_eye)


def _eye(shape: tuple[int, int], dtype: str | None = None) -> np.ndarray:
    return np.eye(*shape, dtype=dtype)


def test_the_classifier_learns_and_records_what_it_is_worth(
    barred: Path, classifier: Path, tmp_path: Path
) -> None:
    record = json.loads((classifier / "record.json").read_text(encoding="utf-8"))
    assert record["accuracy"] > 0.9
    assert sum(record["train"]["counts"].values()) == 900
    assert list(record["test"]["counts"]) == ["top", "middle", "below"]
    assert record["test"]["scores"]["frechet"] == pytest.approx(0, abs=1e-6)
    assert 0 < record["train"]["scores"]["frechet"] < 10
    train_small(barred, tmp_path)
    for path in classifier.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_real_images_are_judged_better_than_noise(barred: Path, classifier: Path) -> None:
    judge = Judge.load(classifier)
    assert judge is not None
    real = judge.scores(np.load(barred / "test_images.npy"))
    noise = judge.scores(RNG.integers(0, 256, (100, 28, 28), dtype=np.uint8))
    assert noise["frechet"] > 10 * max(real["frechet"], 0.1)
    assert real["balance"] > 0.9


def test_without_labels_there_is_no_judge_and_no_score(clean: Path, tmp_path: Path) -> None:
    folder = tmp_path / "classifier"
    folder.mkdir()
    assert train_classifier(clean, SMALL, folder) == {"accuracy": None}
    assert [path.name for path in folder.iterdir()] == ["record.json"]
    codes = RNG.random((20, 2), np.float32)
    result = generate(identity_network(2), codes, codes, None, folder, False, 10, 0)
    assert result.scores == {}
    assert set(result.pictures) == {"generated", "grid", "grid_range", "pairs"}


def test_frechet_distance_of_known_normal_distributions() -> None:
    one = Moments(np.zeros(2), np.diag([1.0, 4.0]))
    other = Moments(np.array([3.0, 4.0]), np.diag([9.0, 4.0]))
    assert frechet_distance(one, other) == pytest.approx(25 + (1 - 3) ** 2)
    flat = Moments(np.zeros(2), np.diag([1.0, 0.0]))
    assert frechet_distance(one, flat) == pytest.approx(4)
    # covariances that do not commute: for 2x2 matrices tr(M^(1/2))^2 = tr M + 2 det(M)^(1/2)
    turned = Moments(np.zeros(2), np.array([[2.0, 1.0], [1.0, 3.0]]))
    product = one.covariance @ turned.covariance
    root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    assert frechet_distance(one, turned) == pytest.approx(5 + 5 - 2 * root)
    few = Moments.of(RNG.normal(size=(5, 64)))
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("classes", "balance"), [([0, 0, 0, 0], 0.0), ([0, 0, 1, 1], 0.5), ([0, 1, 2, 3], 1.0)]
)
def test_scores_of_a_reading(classes: list[int], balance: float) -> None:
    certainty = np.array([0.7, 0.85, 0.95, 1.0], np.float32)
    probabilities = np.repeat((1 - certainty)[:, np.newaxis] / 3, 4, axis=1)
    probabilities[np.arange(4), classes] = certainty
    features = RNG.random((4, 5)).astype(np.float32)
    scores = reading_scores(Reading(features, probabilities), Moments.of(features))
    assert scores["confidence"] == pytest.approx(0.875)
    assert scores["confident"] == 0.5
    assert scores["balance"] == pytest.approx(balance)
    assert scores["frechet"] == pytest.approx(0, abs=1e-9)


def test_fitted_codes_have_the_moments_of_the_training_codes() -> None:
    codes = RNG.normal([1, 5], [2, 0.5], (5000, 2))
    codes = np.column_stack([codes, codes.sum(axis=1), np.full(5000, 7)]).astype(np.float32)
    drawn = generation.fitted_normal_codes(codes, 20_000, seed=0)
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.06)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T), atol=0.15)
    np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1], drawn[:, 2], atol=1e-3)


def test_a_variational_grid_has_equal_shares_and_a_plain_one_equal_steps() -> None:
    codes = RNG.uniform(2, 4, (10_000, 3)).astype(np.float32)
    plain = generation.grid_positions(codes, variational=False)
    assert [len(positions) for positions in plain] == [10, 10, 3]
    np.testing.assert_allclose(plain[0], np.linspace(2.1, 3.9, 10), atol=0.03)
    variational = generation.grid_positions(codes, variational=True)
    np.testing.assert_allclose(variational[2], [-1.6449, 0, 1.6449], atol=1e-4)
    assert np.all(np.diff(np.diff(variational[0])[:5]) < 0)


@pytest.mark.parametrize("size", [2, 3])
def test_a_grid_grows_rightwards_upwards_and_from_slice_to_slice(size: int) -> None:
    positions = [np.arange(4.0), np.arange(4.0), np.arange(3.0)][:size]
    codes = generation.grid_codes(positions)
    assert codes.shape == (3 if size == 3 else 1, 4, 4, size)
    np.testing.assert_array_equal(codes[0, -1, 0], np.zeros(size))
    np.testing.assert_array_equal(codes[0, -1, 2, :2], [2, 0])
    np.testing.assert_array_equal(codes[0, 0, 0, :2], [0, 3])
    np.testing.assert_array_equal(codes[-1, -1, 0, 2:], [2] * (size - 2))


def test_pairs_differ_in_class_and_lines_run_from_end_to_end(classifier: Path) -> None:
    codes = RNG.random((60, 3), np.float32)
    labels = np.repeat([0, 2], 30).astype(np.int16)
    ends = generation.pair_ends(60, labels, seed=0)
    assert ends.shape == (8, 2)
    assert len(np.unique(ends)) == 16
    assert np.all(labels[ends[:, 0]] != labels[ends[:, 1]])

    result = generate(identity_network(3), codes, codes, labels, classifier, False, 20, 0)
    pictures = result.pictures
    assert pictures["pairs"].shape == (8, 10, 28, 28)
    for step, end in [(0, 0), (-1, 1)]:
        decoded = pictures["pairs"][:, step, 0, :3]
        np.testing.assert_array_equal(decoded, np.rint(codes[ends[:, end]] * 255))
    assert pictures["class_means"].shape == (1, 10, 28, 28)
    middle = codes.reshape(2, 30, 3).mean(axis=1)
    start, stop = pictures["class_means"][0, [0, -1], 0, :3]
    np.testing.assert_array_equal([start, stop], np.rint(middle * 255))


def test_a_plain_model_is_judged_by_both_draws_and_shown_by_the_fitted(classifier: Path) -> None:
    codes = (0.2 + 0.01 * RNG.standard_normal((200, 4))).astype(np.float32)
    labels = np.arange(200, dtype=np.int16) % 3
    network = identity_network(4)
    plain, again, variational = (
        generate(network, codes, codes, labels, classifier, kind, 150, 0)
        for kind in (False, False, True)
    )
    assert set(plain.scores) == {"standard_normal", "fitted_normal"}
    assert plain.scores == again.scores
    assert set(variational.scores) == {"standard_normal"}
    assert plain.pictures["generated"].shape == (100, 28, 28)
    assert np.ptp(plain.pictures["generated"][:, 0, :4].astype(int)) < 30
    assert np.ptp(variational.pictures["generated"][:, 0, :4].astype(int)) == 255
    assert "grid" not in plain.pictures


def test_figures_are_the_same_bytes_again(tmp_path: Path, classifier: Path) -> None:
    use_style()
    codes = RNG.random((60, 3), np.float32)
    labels = np.arange(60, dtype=np.int16) % 3
    result = generate(identity_network(3), codes, codes, labels, classifier, False, 15, 0)
    pictures = result.pictures
    record = json.loads((classifier / "record.json").read_text(encoding="utf-8"))
    real = {split: record[split]["scores"] for split in ("train", "test")}
    rows = [{"model": "labelled", "generation": result.scores}, {"model": "unlabelled"}]
    table = pd.json_normalize(rows)
    for number in range(2):
        figures = [
            generated_sheet("m", pictures["generated"], result.scores["fitted_normal"]),
            code_grid("m", pictures["grid"], pictures["grid_range"]),
            walks("m", pictures["pairs"], None),
            walks("m", pictures["pairs"], pictures["class_means"]),
            generation_scores(table, real),
        ]
        for name, figure in enumerate(figures):
            save(figure, tmp_path / f"{number}_{name}.png")
            plt.close(figure)
    for name in range(len(figures)):
        first, second = (tmp_path / f"{number}_{name}.png" for number in range(2))
        assert first.read_bytes() == second.read_bytes()
    points = figures[-1].axes[0].collections
    assert [len(p.get_offsets().compressed()) // 2 for p in points] == [1, 1]
