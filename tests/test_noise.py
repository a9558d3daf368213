"""Noise is what its formula says, and depends on seed, split, name and index only."""

from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.dataset.store import SPLITS, open_images
from mnist_autoencoders.noise.noisy_set import noisy_image, preview, write_noisy_set
from mnist_autoencoders.noise.parameters import (
    Blur,
    Gaussian,
    Marks,
    Masking,
    NoiseParameters,
    SaltAndPepper,
    Speckle,
)

GREY = np.full((28, 28), 128, np.uint8)
KINDS = [
    Gaussian(kind="gaussian", factor=0.1),
    SaltAndPepper(kind="salt_and_pepper", amount=0.4),
    Speckle(kind="speckle", factor=0.1),
    Masking(kind="masking", amount=0.4),
    Marks(kind="marks", count=3),
]


def many(noise: NoiseParameters) -> np.ndarray:
    """200 grey images under the noise, in [0, 1]."""
    return np.stack([noisy_image(GREY, "n", noise, 0, "train", i) for i in range(200)]) / 255.0


@pytest.mark.parametrize("noise", KINDS, ids=lambda noise: noise.kind)
def test_noise_depends_on_seed_split_name_and_index_only(
    noise: NoiseParameters, clean: Path, tmp_path: Path
) -> None:
    write_noisy_set(clean, tmp_path, "n", noise, seed=1)
    for split in SPLITS:
        images, noisy = open_images(clean, split), open_images(tmp_path, split)
        assert noisy.shape == images.shape
        np.testing.assert_array_equal(noisy[7], noisy_image(images[7], "n", noise, 1, split, 7))
    same = noisy_image(GREY, "n", noise, 1, "train", 7)
    for other in [
        (2, "train", 7, "n"),
        (1, "test", 7, "n"),
        (1, "train", 8, "n"),
        (1, "train", 7, "m"),
    ]:
        seed, split, index, name = other
        assert np.any(same != noisy_image(GREY, name, noise, seed, split, index)), other


def test_gaussian_has_the_published_spread() -> None:
    pixels = many(KINDS[0])
    assert pixels.mean() == pytest.approx(128 / 255, abs=0.002)
    assert pixels.std() == pytest.approx(0.1, rel=0.02)


def test_speckle_grows_with_brightness() -> None:
    assert many(KINDS[2]).std() == pytest.approx(0.1 * 128 / 255, rel=0.02)


def test_salt_and_pepper_hits_its_share_of_the_pixels() -> None:
    pixels = many(KINDS[1])
    assert np.mean(pixels == 0) == pytest.approx(0.2, abs=0.01)
    assert np.mean(pixels == 1) == pytest.approx(0.2, abs=0.01)


def test_masking_blackens_its_share_of_the_pixels() -> None:
    pixels = many(KINDS[3])
    assert np.mean(pixels == 0) == pytest.approx(0.4, abs=0.01)
    assert set(np.unique(pixels)) == {0.0, 128 / 255}


def test_blur_keeps_the_brightness_and_lowers_the_peak() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[14, 14] = 255
    blurred = noisy_image(image, "n", Blur(kind="blur", sigma=1.0), 0, "train", 0)
    assert 30 < blurred.max() < 60
    assert blurred.sum() == pytest.approx(255, rel=0.1)


def test_marks_only_brighten() -> None:
    pixels = many(KINDS[4])
    assert pixels.min() == 128 / 255
    assert 0.02 < np.mean(pixels > 128 / 255) < 0.2


def test_preview_shows_clean_above_noisy(clean: Path, tmp_path: Path) -> None:
    write_noisy_set(clean, tmp_path, "n", Masking(kind="masking", amount=1.0), seed=0)
    picture = np.asarray(preview(clean, tmp_path))
    top, bottom = np.array_split(picture, 2)
    assert 200 in top
    assert set(np.unique(bottom)) <= {0, 128}
