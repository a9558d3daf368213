"""Noise is what its formula says, and depends on seed, split, name and index only."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from mnist_autoencoders.dataset.store import SPLITS, open_images
from mnist_autoencoders.noise.noise import (
    Blur,
    Gaussian,
    Marks,
    Masking,
    NoiseParameters,
    SaltAndPepper,
    Speckle,
    Tones,
    strength,
)
from mnist_autoencoders.noise_ladder.parameters import Strengths, SweepParameters
from mnist_autoencoders.noise_ladder.read import example, read_sweep, write_sweep
from mnist_autoencoders.noisy_images.write import noisy_image, preview, write_noisy_set
from mnist_autoencoders.training.fresh_noise import BLOCK, fresh_noise

GREY = np.full((28, 28), 128, np.uint8)
KINDS = [
    Gaussian(kind="gaussian", factor=0.1),
    SaltAndPepper(kind="salt_and_pepper", amount=0.4),
    Speckle(kind="speckle", factor=0.1),
    Masking(kind="masking", amount=0.4),
    Marks(kind="marks", count=3),
    Tones(kind="tones", amount=0.4),
]
BLUR = Blur(kind="blur", sigma=1.0)


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
    blurred = noisy_image(image, "n", BLUR, 0, "train", 0)
    assert 30 < blurred.max() < 60
    assert blurred.sum() == pytest.approx(255, rel=0.1)


def test_marks_only_brighten() -> None:
    pixels = many(KINDS[4])
    assert pixels.min() == 128 / 255
    assert 0.02 < np.mean(pixels > 128 / 255) < 0.2


def test_tones_keep_the_order_of_grey_levels_and_change_them_within_the_amount() -> None:
    ramp = np.tile(np.arange(0, 252, 9, dtype=np.uint8), (28, 1))
    ramp[:, -1] = 255
    noisy = np.stack([noisy_image(ramp, "n", KINDS[5], 0, "train", i) for i in range(300)]) / 255
    black, white = noisy[:, 0, 0], noisy[:, 0, -1]
    assert np.all(np.diff(noisy[:, 0].astype(float), axis=-1) >= 0)
    assert 0 <= black.min() < 0.01
    assert 0.19 < black.max() <= 0.2
    assert 0.8 <= white.min() < 0.81
    assert 0.99 < white.max() <= 1
    assert abs(np.corrcoef(black, white)[0, 1]) < 0.2


@pytest.mark.parametrize("noise", KINDS, ids=lambda noise: noise.kind)
def test_fresh_noise_is_that_of_the_kind_and_new_in_every_epoch(noise: NoiseParameters) -> None:
    greys = np.stack([GREY] * 300)
    noisy = fresh_noise(greys, noise, seed=1, epoch=0)
    np.testing.assert_array_equal(noisy, fresh_noise(greys, noise, seed=1, epoch=0))
    assert noisy.dtype == np.uint8
    assert np.mean(np.any(noisy[1:] != noisy[0], axis=(1, 2))) > 0.9
    for other in [(1, 1), (2, 0)]:
        assert np.any(noisy != fresh_noise(greys, noise, *other)), other
    alone = many(noise)
    assert noisy.mean() / 255 == pytest.approx(alone.mean(), abs=0.01)
    assert noisy.std() / 255 == pytest.approx(alone.std(), rel=0.1)


def test_fresh_noise_blurs_each_image_alone_and_covers_all_blocks() -> None:
    images = np.zeros((BLOCK + 2, 28, 28), np.uint8)
    images[[1, BLOCK - 1, -1], :, 14:] = 255
    noisy = fresh_noise(images, BLUR, seed=0, epoch=0)
    assert not noisy[[0, 2, -2]].any()
    for index in (1, BLOCK - 1, -1):
        np.testing.assert_array_equal(
            noisy[index], noisy_image(images[1], "n", BLUR, 0, "train", 0)
        )


def test_sweep_holds_the_first_images_under_every_noise(clean: Path, tmp_path: Path) -> None:
    strengths = Strengths(gaussian=[0.1, 0.6], marks=[2], tones=[0.5])
    parameters = SweepParameters(train_images=20, test_images=999, strengths=strengths)
    folder = tmp_path / "sweep"
    folder.mkdir()
    write_sweep(clean, folder, parameters, seed=1)
    sweep = read_sweep(folder)
    assert [(noisy.kind, noisy.strength) for noisy in sweep] == [
        ("gaussian", 0.1), ("gaussian", 0.6), ("marks", 2), ("tones", 0.5)
    ]  # fmt: skip
    assert example(sweep) == sweep[1]
    assert [strength(noise) for noise in parameters.noises()] == [0.1, 0.6, 2, 0.5]
    for split, count in (("train", 20), ("test", 40)):
        originals = open_images(clean, split)[:count].astype(float)
        weak, strong = (noisy.images(split) - originals for noisy in sweep[:2])
        assert len(weak) == count
        assert 0 < np.abs(weak).mean() < np.abs(strong).mean()
        # where neither is clipped, the same noise would differ by its factor alone
        inner = (originals == 200) & (np.abs(weak) < 50) & (np.abs(strong) < 50)
        assert abs(np.corrcoef(weak[inner], strong[inner])[0, 1]) < 0.1


@pytest.mark.parametrize("strengths", [{}, {"gaussian": [0.5, 0.2]}, {"masking": [1.2]}])
def test_senseless_strengths_are_refused(strengths: dict) -> None:
    with pytest.raises(ValidationError):
        Strengths.model_validate(strengths)


def test_preview_shows_clean_above_noisy(clean: Path, tmp_path: Path) -> None:
    write_noisy_set(clean, tmp_path, "n", Masking(kind="masking", amount=1.0), seed=0)
    picture = np.asarray(preview(clean, tmp_path))
    top, bottom = np.array_split(picture, 2)
    assert 200 in top
    assert set(np.unique(bottom)) <= {0, 128}
