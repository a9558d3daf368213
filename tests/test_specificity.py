"""Errors on pictures that are no digits are measured against those on digits."""

import numpy as np
import pytest

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.evaluation.specificity import image_sets, photograph_tiles, specificity
from mnist_autoencoders.measures.pixels import Pixels, as_pixels

DIGITS = np.zeros((40, 28, 28), np.uint8)
DIGITS[:, 6:22, 12:16] = 200
DIGITS[::2, 20:22, 6:12] = 200


def always_the_mean(images: Images) -> Pixels:
    return np.full(images.shape, as_pixels(images).mean(), np.float32)


def always_a_digit(images: Images) -> Pixels:
    return np.broadcast_to(as_pixels(DIGITS).mean(axis=0), images.shape)


def test_a_model_of_digits_alone_errs_on_all_else() -> None:
    table = specificity(always_a_digit, DIGITS, seed=0).table.set_index("set")
    assert table.loc["digits", "auroc"] == 0.5
    for other in ("rotated", "inverted", "noise"):
        assert table.loc[other, "auroc"] == 1
        assert table.loc[other, "mse"] > 10 * table.loc["digits", "mse"]


def test_the_relative_error_of_the_mean_is_one() -> None:
    table = specificity(always_the_mean, DIGITS, seed=0).table
    assert table["relative_mse"].to_numpy() == pytest.approx(1, rel=1e-4)
    assert table["mse"].nunique() > 3


def test_examples_show_what_became_of_each_set() -> None:
    shown = specificity(lambda images: as_pixels(images) / 2, DIGITS, seed=0).examples
    assert list(shown) == ["digits", "rotated", "inverted", "flower", "temple", "noise"]
    for pair in shown.values():
        assert pair.shape == (2, 8, 28, 28)
        np.testing.assert_allclose(pair[0] / 2, pair[1], atol=0.5)


def test_sets_are_those_of_their_seed() -> None:
    sets, again, other = (image_sets(DIGITS, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(sets["noise"], again["noise"])
    assert np.any(sets["noise"] != other["noise"])
    np.testing.assert_array_equal(sets["rotated"][3], np.rot90(DIGITS[3]))
    np.testing.assert_array_equal(sets["inverted"], 255 - DIGITS)


def test_photographs_are_cut_into_neighbouring_tiles() -> None:
    tiles = photograph_tiles("china.jpg")
    assert tiles.shape == (15 * 22, 28, 28)
    # where the sky goes on from tile to tile, so does its brightness
    edge = tiles[0][:, -1].astype(int) - tiles[1][:, 0]
    assert np.abs(edge).mean() < 10
    assert tiles.max() > 200 > 50 > tiles.min()
