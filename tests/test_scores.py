"""Scores of images by hand."""

import math

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from mnist_autoencoders.measures.scores import grey_entropy, image_scores
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW


@pytest.mark.parametrize(
    ("original", "pixel", "scores"),
    [
        (0, 0.1, {"mse": 0.01, "mae": 0.1, "psnr": 20, "bce": -math.log(0.9), "ssim": 1 / 101}),
        (51, 0.4, {"mse": 0.04, "mae": 0.2, "psnr": 13.9794, "bce": 0.59192, "ssim": 0.8001}),
        (255, 0.0, {"mse": 1, "mae": 1, "psnr": 0, "bce": -math.log(1e-7), "ssim": 1e-4 / 1.0001}),
        (0, 1.0, {"mse": 1, "mae": 1, "psnr": 0, "bce": -math.log(1e-7), "ssim": 1e-4 / 1.0001}),
        (255, 1.0, {"mse": 0, "mae": 0, "psnr": 20 * math.log10(510), "bce": 1e-7, "ssim": 1}),
    ],
)
def test_scores_of_grey_images_by_hand(
    original: int, pixel: float, scores: dict[str, float]
) -> None:
    """ssim of grey levels a and b is (2ab + 0.01^2) / (a^2 + b^2 + 0.01^2)."""
    originals = np.full((2, 28, 28), original, np.uint8)
    found = image_scores(originals, np.full((2, 28, 28), pixel, np.float32))
    assert list(found) == ["mse", "mae", "bce", "excess_bce", "psnr", "ssim"]
    share = original / 255
    black = 1 - share
    entropy = -sum(part * math.log(part) for part in (share, black) if part)
    scores = scores | {"excess_bce": scores["bce"] - entropy}
    assert found == pytest.approx(scores, rel=1e-3, abs=1e-12)


def test_a_reconstruction_without_error_has_no_excess_and_the_entropy_of_its_grey_values() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, :7], images[1, :14] = 51, 255
    # an eighth of the pixels is grey: a fifth white, four fifths black
    entropy = -(0.2 * math.log(0.2) + 0.8 * math.log(0.8)) / 8
    assert grey_entropy(images) == pytest.approx(entropy, rel=1e-9)
    scores = image_scores(images, images / np.float32(255))
    assert scores["bce"] == pytest.approx(entropy, abs=2e-7)
    assert scores["excess_bce"] == pytest.approx(0, abs=2e-7)


def test_scores_are_means_over_images_and_structure_counts_for_ssim() -> None:
    digits = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    copies = np.random.default_rng(1).permuted(digits.reshape(5, -1), axis=1).reshape(5, 28, 28)
    copies[:3] = digits[:3]
    copies = copies / np.float32(255)
    scores = image_scores(digits, copies)
    single = [image_scores(digits[[at]], copies[[at]]) for at in range(5)]
    assert scores == pytest.approx({key: np.mean([s[key] for s in single]) for key in scores})
    for original, copy, score in zip(digits, copies, single):
        settings = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 1.0}
        wanted = structural_similarity(original / np.float32(255), copy, **settings)
        assert score["ssim"] == pytest.approx(wanted, abs=1e-4)
    assert single[0]["ssim"] > 0.9999 > 0.1 > single[4]["ssim"]
