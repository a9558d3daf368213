"""Scores mean what they say."""

import numpy as np
import pytest

from mnist_autoencoders.measures.scores import image_scores

DIGITS = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
PIXELS = DIGITS.astype(np.float32) / 255


def test_a_known_error() -> None:
    scores = image_scores(np.zeros((4, 28, 28), np.uint8), np.full((4, 28, 28), 0.1, np.float32))
    assert scores["mse"] == pytest.approx(0.01, rel=1e-5)
    assert scores["mae"] == pytest.approx(0.1, rel=1e-5)
    assert scores["psnr"] == pytest.approx(20, rel=1e-5)
    assert scores["bce"] == pytest.approx(-np.log(0.9), rel=1e-5)


def test_a_perfect_copy() -> None:
    scores = image_scores(DIGITS, PIXELS)
    assert scores["mse"] == scores["mae"] == 0
    assert scores["ssim"] == pytest.approx(1)
    assert scores["psnr"] == pytest.approx(20 * np.log10(510))


def test_psnr_is_the_mean_over_images_not_that_of_the_mean_error() -> None:
    copies = PIXELS.copy()
    copies[0] = np.abs(copies[0] - 0.1)
    one = image_scores(DIGITS[:1], copies[:1])["psnr"]
    assert image_scores(DIGITS, copies)["psnr"] == pytest.approx((one + 4 * 20 * np.log10(510)) / 5)


def test_structure_counts_for_ssim() -> None:
    shuffled = np.random.default_rng(1).permuted(PIXELS.reshape(5, -1), axis=1).reshape(5, 28, 28)
    assert image_scores(DIGITS, shuffled)["ssim"] < 0.1
