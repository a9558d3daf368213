"""Codes are scored by what they tell, and principal components are the best linear code."""

from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.baselines.embedding.embed import write_embedding
from mnist_autoencoders.baselines.embedding.parameters import EmbeddingParameters
from mnist_autoencoders.baselines.pca.curves import error_curve
from mnist_autoencoders.baselines.pca.model import (
    fit,
    read_components,
    reconstruct,
    write_components,
)
from mnist_autoencoders.dataset.store import Images, ImageSet, write_images
from mnist_autoencoders.figures import codes as figures
from mnist_autoencoders.measures.codes import code_scores, leave_one_out_accuracy, silhouette
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.terminal import UserError

RNG = np.random.default_rng(0)
LABELS = np.arange(300, dtype=np.int16) % 3


def clusters(distance: float, columns: int = 2) -> np.ndarray:
    """300 points with a spread of 1 around three centres on a line, by `LABELS`."""
    points = RNG.normal(size=(300, columns))
    points[:, 0] += distance * LABELS
    return points.astype(np.float32)


def bars() -> Images:
    """80 images of vertical bars, of any brightness and at any of 20 places."""
    images = np.zeros((80, 28, 28), np.uint8)
    for number, image in enumerate(images):
        image[4:24, 4 + number % 20] = RNG.integers(100, 256)
    return images


@pytest.mark.parametrize(("distance", "least", "most"), [(20.0, 0.99, 1.0), (0.0, 0.2, 0.5)])
def test_scores_tell_separated_digits_from_mixed_ones(
    distance: float, least: float, most: float
) -> None:
    scores = code_scores(clusters(distance), LABELS, clusters(distance), LABELS, 5, seed=0)
    assert least <= scores["probe_accuracy"] <= most
    assert least <= scores["knn_accuracy"] <= most
    assert least <= leave_one_out_accuracy(clusters(distance), LABELS, 5) <= most
    assert (scores["silhouette"] > 0.8) == (distance > 0)


def test_a_value_that_does_not_vary_is_not_active() -> None:
    codes = clusters(5.0, columns=4)
    codes[:, 3] = 7
    scores = code_scores(codes, None, codes, None, 5, seed=0)
    assert scores == {"active_units": 0.75}


def test_neighbours_are_sought_among_the_codes_as_they_are() -> None:
    codes, others = clusters(20.0, columns=9), clusters(20.0, columns=9)
    codes[:, 1:] *= 0.01
    others[:, 1:] *= 0.01
    shuffled = RNG.permuted(LABELS)
    assert code_scores(codes, LABELS, others, LABELS, 5, 0)["knn_accuracy"] > 0.99
    assert code_scores(codes, shuffled, others, LABELS, 5, 0)["knn_accuracy"] < 0.5


def test_a_point_does_not_vote_for_itself() -> None:
    points = np.array([[0], [1], [10], [11]], np.float32)
    assert leave_one_out_accuracy(points, np.array([0, 1, 2, 3], np.int16), 1) == 0
    assert leave_one_out_accuracy(points, np.array([0, 0, 1, 1], np.int16), 1) == 1


def test_the_silhouette_of_one_label_is_zero() -> None:
    assert silhouette(clusters(3.0), np.zeros(300, np.int16), seed=0) == 0


def test_more_components_err_less_and_all_not_at_all() -> None:
    images = bars()
    pca = fit(images)
    curve = error_curve(pca, images)
    assert list(curve["components"]) == [1, 2, 3, 4, 8, 10, 15, 16, 32, 64]
    assert np.all(np.diff(curve["mse"]) < 1e-12)
    assert curve["mse"].iloc[0] > 100 * curve["mse"].iloc[-1]
    np.testing.assert_allclose(reconstruct(pca, images, 9999) * 255, images, atol=0.1)
    assert np.all(np.diff(pca.variance) <= 1e-6)


def test_components_come_back_from_disk(tmp_path: Path) -> None:
    images = bars()
    pca = fit(images)
    write_components(tmp_path / "pca.npz", pca)
    again = reconstruct(read_components(tmp_path / "pca.npz"), images, 5)
    assert again.dtype == np.float32
    assert 0 <= again.min() <= again.max() <= 1
    np.testing.assert_array_equal(again, reconstruct(pca, images, 5))


def test_a_sample_is_spread_over_all_images() -> None:
    assert list(spread(10, 3)) == [0, 3, 6]
    assert list(spread(2, 3)) == [0, 1]


@pytest.fixture
def evaluated(tmp_path: Path) -> Path:
    """Data of 300 training and 60 test images with labels, components, and codes of two models."""
    images = RNG.integers(0, 256, (360, 28, 28), dtype=np.uint8)
    (tmp_path / "clean").mkdir()
    write_images(
        tmp_path / "clean",
        ImageSet("noise", images[:300], images[300:], LABELS, LABELS[:60], ["a", "b", "c"]),
    )
    write_components(tmp_path / "pca.npz", fit(images[:300]))
    for model, columns in (("basic", 8), ("embedding_2d", 2)):
        (tmp_path / model).mkdir()
        np.save(tmp_path / model / "codes.npy", clusters(20.0, columns)[:60])
    return tmp_path


def embed(folder: Path, models: list[str], name: str, **parameters: str) -> Path:
    (folder / name).mkdir()
    write_embedding(
        folder / "clean", folder / "pca.npz", folder, models,
        EmbeddingParameters(images=50, **parameters), 0, folder / name,
    )  # fmt: skip
    return folder / name


def test_planes_hold_the_same_points_on_every_run(evaluated: Path) -> None:
    both = ["basic", "embedding_2d"]
    first, second = (embed(evaluated, both, name) for name in ("first", "second"))
    for file in ("points.npz", "scores.json"):
        assert (first / file).read_bytes() == (second / file).read_bytes()
    with np.load(first / "points.npz") as points:
        names = {"tsne_code", "tsne_pixels", "pca", "plane_model"}
        assert set(points) == names | {"labels"}
        assert {points[name].shape for name in names} == {(50, 2)}
        accuracy = leave_one_out_accuracy(points["tsne_code"], points["labels"], 5)
    assert accuracy > 0.9


def test_without_its_model_the_embedding_is_empty(evaluated: Path) -> None:
    folder = embed(evaluated, ["embedding_2d"], "empty")
    assert (folder / "scores.json").read_text() == "{}\n"
    with np.load(folder / "points.npz") as points:
        assert not points.files


def test_a_plane_of_more_than_two_values_is_refused(evaluated: Path) -> None:
    with pytest.raises(UserError, match=r"embedding\.plane_model: the code of 'basic' has 8"):
        embed(evaluated, ["basic"], "refused", plane_model="basic")


def test_a_code_map_is_drawn_channel_below_channel() -> None:
    codes = np.arange(2 * 128, dtype=np.float32).reshape(2, 128)
    figure = figures.code_pictures(bars()[:2], codes, (4, 4, 8))
    drawn = figure.axes[2].images[0].get_array()
    assert drawn.shape == (32, 4)
    np.testing.assert_array_equal(drawn[4:8], codes[0].reshape(4, 4, 8)[:, :, 1])
