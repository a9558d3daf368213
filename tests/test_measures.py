"""Figures of images, codes and planes, worked out by hand; needs no TensorFlow."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from mnist_autoencoders.dataset.store import Images, Labels
from mnist_autoencoders.embedding.tsne import tsne
from mnist_autoencoders.measures.arithmetic import for_distances, for_products, on_grid
from mnist_autoencoders.measures.codes import code_scores, leave_one_out_accuracy, silhouette
from mnist_autoencoders.measures.compression import Quantiser, code_length, rate_distortion
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.pixels import (
    as_bytes,
    as_pixels,
    mse_and_psnr,
    spread,
    squared_errors,
)
from mnist_autoencoders.measures.planes import plane_scores

NO_ERROR = 20 * math.log10(510)
"""The PSNR in dB of images that are equal."""


def column(*values: float) -> NDArray[np.float32]:
    """Codes of one value each."""
    return np.array(values, np.float32)[:, np.newaxis]


def named(*values: int) -> Labels:
    return np.array(values, np.int16)


def grey(*levels: int) -> Images:
    """Images of one grey level each."""
    return np.repeat(np.array(levels, np.uint8), 784).reshape(-1, 28, 28)


def silhouette_by_definition(points: NDArray[np.float32], labels: Labels) -> float:
    """Rousseeuw 1987: (b - a) / max(a, b), 0 for a point alone with its label."""
    distances = np.linalg.norm(points[:, np.newaxis] - points, axis=2)
    scores = []
    for row, label in zip(distances, labels):
        alike = labels == label
        a = row[alike].sum() / max(alike.sum() - 1, 1)
        b = min(row[labels == other].mean() for other in set(labels.tolist()) - {label})
        scores.append((b - a) / max(a, b) if alike.sum() > 1 else 0.0)
    return float(np.mean(scores))


def test_pixels_are_bytes_over_255_and_bytes_are_rounded_pixels() -> None:
    pixels = as_pixels(np.array([0, 51, 204, 255], np.uint8))
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(pixels, np.array([0, 0.2, 0.8, 1], np.float32))
    back = as_bytes(np.array([0, 0.0019, 0.0021, 0.2, 0.997, 0.999, 1], np.float32))
    assert back.dtype == np.uint8
    assert back.tolist() == [0, 0, 1, 51, 254, 255, 255]


def test_errors_are_of_each_image_by_itself() -> None:
    images = np.zeros((2, 28, 28), np.float32)
    images[0, 0, 0], images[1, :, 3] = 0.5, 0.5
    errors = squared_errors(np.zeros((2, 28, 28), np.uint8), images)
    assert errors.dtype == np.float64
    np.testing.assert_allclose(errors, [0.25 / 784, 0.25 / 28], rtol=1e-12)
    np.testing.assert_allclose(squared_errors(grey(51, 255), grey(0, 0) / 1.0), [0.04, 1])


@pytest.mark.parametrize(
    ("errors", "mse", "psnr"),
    [
        ([0.01, 0.0001], 0.00505, 30),
        ([1.0], 1.0, 0),
        ([0.0, 0.1], 0.05, (NO_ERROR + 10) / 2),
        ([(0.4 / 255) ** 2], (0.4 / 255) ** 2, NO_ERROR),
        ([(0.6 / 255) ** 2], (0.6 / 255) ** 2, 20 * math.log10(255 / 0.6)),
    ],
)
def test_psnr_is_the_mean_over_images_not_that_of_the_mean_error(
    errors: list[float], mse: float, psnr: float
) -> None:
    assert mse_and_psnr(np.array(errors)) == pytest.approx({"mse": mse, "psnr": psnr}, abs=1e-12)


@pytest.mark.parametrize(
    ("count", "wanted", "positions"),
    [(10, 3, [0, 3, 6]), (2, 3, [0, 1]), (7, 4, [0, 1, 3, 5]), (5, 1, [0]), (3, 3, [0, 1, 2])],
)
def test_a_sample_is_spread_over_all_images(count: int, wanted: int, positions: list[int]) -> None:
    assert spread(count, wanted).tolist() == positions


@pytest.mark.parametrize(
    ("threshold", "share"), [(0.0, 0.75), (0.25, 0.5), (0.9, 0.5), (1.0, 0.25), (4.0, 0.0)]
)
def test_a_code_value_is_active_if_it_varies_more_than_the_threshold(
    threshold: float, share: float
) -> None:
    train = np.array([[7, 0, 0, 0], [7, 1, 2, 4]] * 5, np.float32)  # variances: 0, 1/4, 1, 4
    scores = code_scores(train, None, train[:, ::-1] * 0, None, 5, 10, threshold, 0)
    assert scores == {"active_units": share}


@pytest.mark.parametrize(
    ("train_labels", "test_labels"),
    [(None, named(0, 1)), (named(0, 1), None), (named(1, 1), named(0, 1)), (named(0, 1),) * 2],
)
def test_codes_are_scored_by_labels_only_where_both_have_two_classes(
    train_labels: Labels | None, test_labels: Labels | None
) -> None:
    known = train_labels is not None and test_labels is not None
    complete = known and len(set(train_labels.tolist())) == 2
    scores = [
        set(code_scores(column(0, 1), train, column(0, 1), test, 1, 10, 0.01, 0))
        for train, test in [(train_labels, test_labels), (test_labels, train_labels)]
    ]
    named_scores = {"probe_accuracy", "knn_accuracy", "silhouette"} if complete else set()
    assert scores == [{"active_units"} | named_scores] * 2


@pytest.mark.parametrize(
    ("neighbours", "sample", "accuracy"), [(1, 9, 1), (3, 9, 1 / 4), (9, 9, 3 / 4), (3, 2, 1 / 2)]
)
def test_the_nearest_training_codes_vote(neighbours: int, sample: int, accuracy: float) -> None:
    train, test = column(0, 1, 1.2, 9), column(0.1, 8, 1.1, 8.9)
    labels, wanted = named(0, 1, 1, 0), named(0, 0, 1, 0)
    scores = code_scores(train, labels, test, wanted, neighbours, sample, 0.01, 0)
    assert scores["knn_accuracy"] == pytest.approx(accuracy)


def test_the_probe_is_linear_and_blind_to_scale() -> None:
    train, labels = column(*[0.0] * 6, 0.001, 0.001), named(*[0] * 6, 1, 1)
    test, wanted = column(0, 0, 0.001, 0.001, 0.001), named(0, 1, 1, 1, 0)
    scores = code_scores(train, labels, test, wanted, 1, 9, 0.01, 0)
    assert scores["probe_accuracy"] == pytest.approx(0.6)


def test_the_silhouette_is_that_of_the_test_codes() -> None:
    points, labels = column(0, 1, 10, 11), named(0, 0, 1, 1)
    expected = (1 - 1 / 10.5 + 1 - 1 / 9.5) / 2
    assert silhouette(points, labels, 4, 0) == pytest.approx(expected)
    scores = code_scores(column(0, 9), named(0, 1), points, labels, 1, 10, 0.01, 0)
    assert scores["silhouette"] == pytest.approx(expected)


@pytest.mark.parametrize(("sample", "seed"), [(12, 3), (12, 4), (40, 3)])
def test_the_silhouette_is_of_the_points_that_the_seed_draws(sample: int, seed: int) -> None:
    points = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    labels = np.arange(30, dtype=np.int16) % 3
    points[:, 1] += labels
    drawn = np.random.default_rng(seed).choice(30, min(sample, 30), replace=False)
    expected = silhouette_by_definition(points[drawn], labels[drawn])
    assert silhouette(points, labels, sample, seed) == pytest.approx(expected, abs=1e-5)
    scores = code_scores(points, labels, points, labels, 1, sample, 0.01, seed)
    assert scores["silhouette"] == pytest.approx(expected, abs=1e-5)
    plane = plane_scores({"a": points, "b": -points}, labels, 2, sample, seed)
    assert plane["b"]["silhouette"] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("labels", [(0, 0, 0), (0, 1, 2)])
def test_the_silhouette_of_one_label_or_of_all_different_ones_is_zero(labels: tuple) -> None:
    assert silhouette(column(0, 1, 5), named(*labels), 3, 0) == 0


@pytest.mark.parametrize(("neighbours", "accuracy"), [(1, 0.75), (2, 0.5), (3, 0), (99, 0)])
def test_each_point_is_judged_by_its_nearest_others(neighbours: int, accuracy: float) -> None:
    points, labels = column(0, 1, 3, 10), named(5, 5, 9, 9)
    assert leave_one_out_accuracy(points, labels, neighbours) == accuracy
    scores = plane_scores({"a": points, "b": points * 0 + 1}, labels, neighbours, 10, 0)
    assert list(scores) == ["a", "b"]
    assert scores["a"]["knn_accuracy"] == accuracy
    assert plane_scores({"a": points}, None, neighbours, 10, 0) == {}


@pytest.mark.parametrize("perplexity", [2.5, 30.0])
def test_t_sne_starts_from_the_principal_coordinates(perplexity: float) -> None:
    corners = np.array(list(itertools.product([1, -1], repeat=3)))
    # mirrored along each axis, so that the axes are the components
    points = np.concatenate([corners * size for size in [(8, 3, 0.5), (5, 1, 0.25), (2, 4, 1)]])
    start = (points[:, :2] / points[:, 0].std() * 1e-4).astype(np.float32)
    with threadpool_limits(1):
        expected = TSNE(perplexity=min(perplexity, 23 / 3), init=start).fit_transform(points)
    moved = (points + np.array([8, -4, 2])).astype(np.float32)
    np.testing.assert_array_equal(tsne(moved, perplexity, 0), expected)


def test_levels_lie_between_the_extremes_of_each_value() -> None:
    codes = np.array([[0, 5, 1], [3, 5, -1]], np.float32)
    quantiser = Quantiser.of(codes, levels=4)
    np.testing.assert_array_equal(quantiser.symbols(codes), [[0, 0, 3], [3, 0, 0]])
    np.testing.assert_allclose(quantiser.values(quantiser.symbols(codes)), codes, atol=1e-6)
    outside = np.array([[9, 9, -9], [1.4, 1, -0.1], [1.6, 9, 0.1]], np.float32)
    symbols = quantiser.symbols(outside)
    assert symbols.dtype == np.uint16
    np.testing.assert_array_equal(symbols, [[3, 0, 0], [1, 0, 1], [2, 0, 2]])


def test_each_code_value_has_a_table_of_its_own() -> None:
    train = np.array([[0, 2, 0], [0, 2, 1], [1, 0, 0]], np.uint16)
    test = np.array([[1, 2, 0], [0, 1, 2]], np.uint16)
    # counts of 2, 1, 0 and 1, 0, 2 and 2, 1, 0, with one more spread over the three symbols
    seen = [count / 12 for count in (4, 7, 7, 7, 1, 1)]
    assert code_length(train, test, 3) == pytest.approx(-sum(map(math.log2, seen)) / 2)


@pytest.mark.parametrize(
    ("sample", "errors", "lengths"),
    [
        (4, [0.16 / 4, (0.4 - 3 / 7) ** 2 / 4], [1, -math.log2(0.425 * 0.025 * 0.225**2) / 4]),
        (2, [0, 0], [1, -math.log2(0.425 * 0.225) / 2]),
    ],
)
def test_bytes_and_errors_of_codes_by_hand(
    sample: int, errors: list[float], lengths: list[float]
) -> None:
    train, test = column(0, 0, 0.6, 1), column(0, 0.4, 1, 2)
    table = rate_distortion(
        lambda codes: np.repeat(codes, 784, axis=1).reshape(-1, 28, 28),
        train,
        test,
        grey(0, 102, 255, 255),
        [1, 3],
        sample,
    )
    # two levels: 0, 0, 1, 1 by equal tables; eight: 0, 3/7, 1, 1 by 2.125, .125, 1.125, 1.125 of 5
    assert list(table) == ["bits", "bytes", "mse", "psnr"]
    assert table["bits"].tolist() == [1, 3]
    assert table["bytes"].tolist() == pytest.approx([length / 8 for length in lengths])
    assert table["mse"].tolist() == pytest.approx(errors, rel=1e-5)
    right = [NO_ERROR if not e else (3 * NO_ERROR - 10 * math.log10(4 * e)) / 4 for e in errors]
    assert table["psnr"].tolist() == pytest.approx(right, rel=1e-5)


def test_numbers_on_a_grid_have_exact_products_and_distances() -> None:
    assert on_grid([0.3, -0.8, 5.0], 1).tolist() == [0.5, -1, 5]
    assert on_grid([1 / 3], 10).tolist() == [341 / 1024]
    # 53 bits for 512 terms leave 22 to a factor, of which 3 are before the point of 7
    assert for_products([1 / 3, 7.0], 512).tolist() == [round(2**19 / 3) / 2**19, 7]
    assert for_products([1 / 3, 7.0], 513).tolist() == [round(2**18 / 3) / 2**18, 7]
    assert for_products([0.0], 2).tolist() == [0]
    points = [[1 / 3, 0.9]] * 2
    assert for_distances(points)[0, 0] == round(2**25 / 3) / 2**25  # 8 terms: 25 bits


def test_eigenvectors_diagonalise_a_symmetric_matrix() -> None:
    # the first column is zero beside the diagonal, as of a pixel that is always black
    values, vectors = symmetric_eigen(np.array([[7, 0, 0], [0, 3, -1], [0, -1, 3]]))
    np.testing.assert_allclose(values, [7, 4, 2], atol=1e-12)
    half = math.sqrt(0.5)
    np.testing.assert_allclose(np.abs(vectors), [[1, 0, 0], [0, half, half], [0, half, half]])
    square = np.random.default_rng(0).normal(size=(9, 9))
    matrix = square @ square.T
    before = matrix.copy()
    values, vectors = symmetric_eigen(matrix)
    np.testing.assert_array_equal(matrix, before)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix)[::-1], atol=1e-12)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(9), atol=1e-12)
    np.testing.assert_allclose(vectors.T * values @ vectors, matrix, atol=1e-12)
    assert np.all(vectors[np.arange(9), np.abs(vectors).argmax(axis=1)] > 0)
