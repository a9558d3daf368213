"""Noise that is drawn anew: that of its kind, another one in every epoch."""

import numpy as np
import pytest

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.training.fresh_noise import BLOCK, fresh_noise

IMAGES = (np.arange(40 * 784) * 37 % 256).astype(np.uint8).reshape(40, 28, 28)
GAUSSIAN = noise_of("gaussian", 0.1)


def alone(image: Images, kind: str, strength: float) -> Images:
    noisy = noise_of(kind, strength).apply(image / 255.0, np.random.default_rng(0))
    return np.rint(noisy * 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("kind", "strength"),
    [("gaussian", 0.5), ("masking", 0.4), ("marks", 3), ("tones", 0.4), ("blur", 1.0)],
)
def test_fresh_noise_is_that_of_the_kind_from_seed_and_epoch(kind: str, strength: float) -> None:
    noise = noise_of(kind, strength)
    noisy = fresh_noise(IMAGES, noise, seed=7, epoch=2)
    expected = noise.apply(IMAGES / 255.0, np.random.default_rng([7, 2]))
    np.testing.assert_array_equal(noisy, np.rint(expected * 255))
    assert noisy.dtype == np.uint8


@pytest.mark.parametrize(("seed", "epoch"), [(1, 1), (2, 0)])
def test_another_epoch_or_seed_draws_other_noise(seed: int, epoch: int) -> None:
    first = fresh_noise(IMAGES, GAUSSIAN, seed=1, epoch=0)
    other = fresh_noise(IMAGES, GAUSSIAN, seed, epoch)
    assert np.mean(first != other) > 0.5


def test_every_image_has_noise_of_its_own() -> None:
    greys = np.full((300, 28, 28), 128, np.uint8)
    noisy = fresh_noise(greys, GAUSSIAN, seed=1, epoch=0) / 255
    assert np.all(np.any(noisy[1:] != noisy[0], axis=(1, 2)))
    assert noisy.mean() == pytest.approx(128 / 255, abs=0.002)
    assert noisy.std() == pytest.approx(0.1, rel=0.02)


def test_images_are_noisy_alone_in_all_blocks() -> None:
    images = np.zeros((BLOCK + 2, 28, 28), np.uint8)
    bright = [1, BLOCK - 1, BLOCK, -1]
    images[bright, :, 14:] = 255
    noisy = fresh_noise(images, noise_of("blur", 1.0), seed=0, epoch=0)
    assert not noisy[[0, 2, BLOCK - 2]].any()
    for index in bright:
        np.testing.assert_array_equal(noisy[index], alone(images[1], "blur", 1.0))


def test_every_image_of_all_blocks_is_drawn_once() -> None:
    images = np.full((BLOCK + 2, 28, 28), 128, np.uint8)
    rng = np.random.default_rng([7, 2])
    blocks = [GAUSSIAN.apply(block / 255.0, rng) for block in (images[:BLOCK], images[BLOCK:])]
    noisy = fresh_noise(images, GAUSSIAN, seed=7, epoch=2)
    np.testing.assert_array_equal(noisy, np.rint(np.concatenate(blocks) * 255))


def test_the_images_themselves_stay_as_they_are() -> None:
    before = IMAGES.copy()
    fresh_noise(IMAGES, noise_of("tones", 1.0), seed=0, epoch=0)
    np.testing.assert_array_equal(IMAGES, before)
