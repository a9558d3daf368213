"""Codes are scored by what they tell, and principal components are the best linear code."""

from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.baselines.pca.curves import error_curve
from mnist_autoencoders.components.pca import (
    fit,
    read_components,
    reconstruct,
    write_components,
)
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.embedding.embed import pixel_planes
from mnist_autoencoders.embedding.parameters import EmbeddingParameters
from mnist_autoencoders.figures import codes as figures
from mnist_autoencoders.measures.codes import code_scores, leave_one_out_accuracy, silhouette
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.measures.planes import plane_scores, tsne

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


def test_planes_hold_the_same_points_on_every_run() -> None:
    images = RNG.integers(0, 256, (60, 28, 28), dtype=np.uint8)
    first, second = (pixel_planes(images, fit(images), EmbeddingParameters(), 0) for _ in range(2))
    assert set(first) == {"pca", "tsne_pixels"}
    for name, points in first.items():
        assert points.shape == (60, 2)
        np.testing.assert_array_equal(points, second[name])


def test_clusters_stay_apart_in_the_plane() -> None:
    points = tsne(clusters(20.0, 8)[:60], 30.0, 0)
    scores = plane_scores({"plane": points}, LABELS[:60], 5, 0)
    assert scores["plane"]["knn_accuracy"] > 0.9
    assert scores["plane"]["silhouette"] > 0.3
    assert plane_scores({"plane": points}, None, 5, 0) == {}


def test_a_code_map_is_drawn_channel_below_channel() -> None:
    codes = np.arange(2 * 128, dtype=np.float32).reshape(2, 128)
    figure = figures.code_pictures(bars()[:2], codes, (4, 4, 8))
    drawn = figure.axes[2].images[0].get_array()
    assert drawn.shape == (32, 4)
    np.testing.assert_array_equal(drawn[4:8], codes[0].reshape(4, 4, 8)[:, :, 1])
