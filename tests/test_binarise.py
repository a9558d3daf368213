"""Black and white images are drawn by the grey values."""

import numpy as np
import pytest

from mnist_autoencoders.binarise import BLOCK, binarise

GREYS = np.arange(256, dtype=np.uint8).repeat(784).reshape(256, 28, 28)


def test_the_share_of_white_is_the_grey_value() -> None:
    many = np.tile([0, 1, 51, 128, 204, 254, 255], 784 * 60).astype(np.uint8).reshape(-1, 28, 28)
    drawn = binarise(many, 0, 0)
    assert (drawn.dtype, drawn.shape) == (np.uint8, many.shape)
    assert set(np.unique(drawn)) == {0, 255}
    for grey in (1, 51, 128, 204, 254):
        share = grey / 255
        # five standard deviations of the mean of 47,040
        tolerance = 5 * np.sqrt(share * (1 - share) / (many == grey).sum())
        assert np.mean(drawn[many == grey] == 255) == pytest.approx(share, abs=tolerance), grey
    assert not drawn[many == 0].any()
    assert drawn[many == 255].all()


def test_black_and_white_stay_as_they_are() -> None:
    images = np.where(GREYS % 2, 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(binarise(images, 3, 4), images)


def test_seed_and_draw_decide() -> None:
    before = GREYS.copy()
    first = binarise(GREYS, 1, 2)
    np.testing.assert_array_equal(binarise(GREYS, 1, 2), first)
    for seed, draw in ((2, 2), (1, 3), (2, 1)):
        # of two draws of a grey g, 2 g (1 - g) differ: a third over all
        assert np.mean(binarise(GREYS, seed, draw) != first) == pytest.approx(1 / 3, abs=0.02)
    np.testing.assert_array_equal(GREYS, before)


def test_every_block_is_drawn_with_pixels_of_its_own() -> None:
    grey = np.full((BLOCK + 3, 28, 28), 128, np.uint8)
    grey[BLOCK + 1] = 0
    grey[BLOCK + 2] = 255
    drawn = binarise(grey, 0, 0)
    assert drawn[:BLOCK].mean() / 255 == pytest.approx(128 / 255, abs=0.001)
    assert 0.4 < drawn[BLOCK].mean() / 255 < 0.6
    assert np.any(drawn[BLOCK] != drawn[0])
    assert (drawn[BLOCK + 1].max(), drawn[BLOCK + 2].min()) == (0, 255)
    np.testing.assert_array_equal(binarise(grey[:BLOCK], 0, 0), drawn[:BLOCK])
