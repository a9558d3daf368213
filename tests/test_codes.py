"""Principal components are the best linear code, with all that it is compared by."""

import math
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from mnist_autoencoders.baselines.pca.curves import error_curve, rate_curves
from mnist_autoencoders.baselines.pca.parameters import PcaParameters
from mnist_autoencoders.components.pca import (
    Components,
    fit,
    read_components,
    reconstruct,
    write_components,
)
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.embedding.embed import pixel_planes
from mnist_autoencoders.embedding.tsne import tsne
from mnist_autoencoders.measures.planes import plane_scores

RNG = np.random.default_rng(0)
LABELS = np.arange(60, dtype=np.int16) % 3
THREE = Components(
    mean=np.zeros(784, np.float32),
    components=np.eye(3, 784, dtype=np.float32),
    variance=np.array([3, 2, 1], np.float32),
)
"""Components that are the first three pixels."""

NO_ERROR = -20 * math.log10(0.5 / 255)
"""PSNR of an image without error."""


def pixels(*rows: tuple[int, ...]) -> Images:
    """Black images but for their first pixels, in bytes."""
    images = np.zeros((len(rows), 784), np.uint8)
    for image, row in zip(images, rows):
        image[: len(row)] = row
    return images.reshape(-1, 28, 28)


def psnr(*squares: float) -> float:
    """Mean over images, of the sums of their squared errors."""
    return sum(-10 * math.log10(square / 784) for square in squares) / len(squares)


def bars() -> Images:
    """80 images of vertical bars, of any brightness and at any of 20 places."""
    images = np.zeros((80, 28, 28), np.uint8)
    for number, image in enumerate(images):
        image[4:24, 4 + number % 20] = RNG.integers(100, 256)
    return images


def test_errors_by_number_of_components() -> None:
    images = pixels((255, 102, 51), (0, 204, 0))
    curve = error_curve(THREE, images, [1, 2, 3, 4])
    assert curve.columns.tolist() == ["components", "mse", "psnr"]
    assert curve["components"].tolist() == [1, 2, 3]
    # 0.4 squared + 0.2 squared, and 0.8 squared, are missing; then 0.2 squared
    assert curve["mse"].tolist() == pytest.approx([0.84 / 2 / 784, 0.04 / 2 / 784, 0], abs=1e-9)
    expected = [psnr(0.2, 0.64), (psnr(0.04) + NO_ERROR) / 2, NO_ERROR]
    assert curve["psnr"].tolist() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("sample", "errors", "lengths"),
    [
        (3, [0.16, (0.4 - 1 / 3) ** 2], [1, (2 * math.log2(2.4) + math.log2(12)) / 3]),
        (2, [0.16, (0.4 - 1 / 3) ** 2], [1, (math.log2(2.4) + math.log2(12)) / 2]),
    ],
)
def test_bytes_and_errors_of_quantised_coordinates(
    sample: int, errors: list[float], lengths: list[float]
) -> None:
    """Of the levels 0 and 1, or 0 to 1 in thirds, one training image each has the extremes."""
    train, test = pixels((0,), (255,)), pixels((0,), (102,), (255,))
    table = rate_curves(THREE, train, test, [1, 3, 4], [1, 2], sample)
    assert table.columns.tolist() == ["components", "bits", "bytes", "mse", "psnr"]
    assert table["components"].tolist() == [1, 1, 3, 3]
    assert table["bits"].tolist() == [1, 2, 1, 2]
    assert table.index.tolist() == [0, 1, 2, 3]
    one, three = table[:2], table[2:]
    assert one["bytes"].tolist() == pytest.approx([length / 8 for length in lengths])
    # the other two coordinates never vary: the first of their levels has 2 of 3 counts, and more
    constant = [2 * math.log2(3 / 2.5), 2 * math.log2(3 / 2.25)]
    more = [(length + added) / 8 for length, added in zip(lengths, constant)]
    assert three["bytes"].tolist() == pytest.approx(more)
    for curve in (one, three):
        expected = [error / 784 / sample for error in errors]
        assert curve["mse"].tolist() == pytest.approx(expected, rel=1e-4)
        decibels = [(psnr(error) + (sample - 1) * NO_ERROR) / sample for error in errors]
        assert curve["psnr"].tolist() == pytest.approx(decibels, rel=1e-4)


@pytest.mark.parametrize("key", ["components", "coded"])
@pytest.mark.parametrize("counts", [[], [0], [785], [1.5]])
def test_senseless_numbers_of_components_are_refused(key: str, counts: list) -> None:
    entry = {"components": [1, 784], "coded": [1, 784]}
    PcaParameters.model_validate(entry)
    with pytest.raises(ValidationError):
        PcaParameters.model_validate(entry | {key: counts})


def test_more_components_err_less_and_all_not_at_all() -> None:
    images = bars()
    pca = fit(images)
    curve = error_curve(pca, images, [1, 2, 4, 8, 16, 32, 64])
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


def test_planes_of_pixels_hold_the_same_points_on_every_run() -> None:
    images = RNG.integers(0, 256, (60, 28, 28), dtype=np.uint8)
    pca = fit(images)
    first, second = (pixel_planes(images, pca, 50, 30.0, seed=0) for _ in range(2))
    assert list(first) == ["pca", "tsne_pixels"]
    for name, points in first.items():
        assert points.shape == (60, 2)
        np.testing.assert_array_equal(points, second[name])
    np.testing.assert_array_equal(first["pca"], pca.encode(images, 2))


def test_clusters_stay_apart_in_the_plane() -> None:
    codes = RNG.normal(size=(60, 8)).astype(np.float32)
    codes[:, 0] += 20 * LABELS
    points = tsne(codes, 30.0, 0)
    scores = plane_scores({"plane": points}, LABELS, 5, 60, 0)
    assert scores["plane"]["knn_accuracy"] > 0.9
    assert scores["plane"]["silhouette"] > 0.3
    assert plane_scores({"plane": points}, None, 5, 60, 0) == {}
