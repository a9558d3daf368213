"""Errors on pictures that are no digits are measured against those on digits."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from mnist_autoencoders.dataset.store import (
    Images,
)
from mnist_autoencoders.evaluation.specificity import specificity
from mnist_autoencoders.measures.pixels import Pixels, mse_and_psnr
from mnist_autoencoders.strange_images.sets import image_sets, photograph_tiles

DIGITS = np.zeros((13, 28, 28), np.uint8)
DIGITS[:, 6:22, 12:16] = 200
DIGITS[::2, 20:22, 6:12] = 200
DIGITS[np.arange(13), 0, np.arange(13)] = np.arange(13) * 20
NAMES = ["digits", "rotated", "inverted", "flower", "temple", "noise"]
TILES = 15 * 22


def of_digits_alone(images: Images) -> Pixels:
    """What a digit has in all images: a bar."""
    return np.broadcast_to(DIGITS.min(axis=0) / np.float32(255), images.shape)


def darker(images: Images) -> Pixels:
    return images / np.float32(510)


def squares(images: Images, outputs: Pixels) -> np.ndarray:
    return np.square(images / 255 - outputs).reshape(len(images), -1).mean(axis=1)


@pytest.mark.parametrize("reconstruct", [of_digits_alone, darker])
@pytest.mark.parametrize(
    ("sample", "used"), [(99, range(13)), (10, [0, 1, 2, 3, 5, 6, 7, 9, 10, 11])]
)
def test_errors_are_those_of_each_set_and_auroc_compares_them_in_pairs(
    reconstruct: Callable[[Images], Pixels], sample: int, used: range | list[int]
) -> None:
    table = specificity(reconstruct, DIGITS, sample, seed=4).table
    assert list(table) == ["set", "images", "mse", "psnr", "relative_mse", "auroc"]
    assert table["set"].tolist() == NAMES
    assert table["images"].tolist() == [len(used)] * 3 + [TILES] * 2 + [len(used)]
    digits = squares(DIGITS[list(used)], reconstruct(DIGITS[list(used)]))
    sets = image_sets(DIGITS[list(used)], seed=4)
    for (name, images), (_, row) in zip(sets.items(), table.iterrows()):
        errors = squares(images, reconstruct(images))
        alike = np.isclose(errors[:, np.newaxis], digits, rtol=1e-6, atol=0)
        wins = np.where(alike, 0.5, errors[:, np.newaxis] > digits)
        expected = mse_and_psnr(errors) | {
            "relative_mse": errors.mean() / np.var(images / 255),
            "auroc": wins.mean(),
        }
        assert row[list(expected)].to_dict() == pytest.approx(expected, rel=1e-5), name


def test_a_model_of_digits_alone_errs_on_all_else() -> None:
    table = specificity(of_digits_alone, DIGITS, 99, seed=0).table.set_index("set")
    assert table.loc["digits", "auroc"] == 0.5
    for other in ("rotated", "inverted", "noise"):
        assert table.loc[other, "auroc"] == 1
        assert table.loc[other, "mse"] > 10 * table.loc["digits", "mse"]


def test_examples_are_eight_of_each_set_and_what_became_of_them() -> None:
    shown = specificity(darker, DIGITS, 99, seed=2).examples
    sets = image_sets(DIGITS, seed=2)
    assert list(shown) == list(sets) == NAMES
    for name, pair in shown.items():
        positions = (
            [0, 1, 3, 4, 6, 8, 9, 11] if len(sets[name]) == 13 else np.arange(8) * TILES // 8
        )
        assert pair.dtype == np.uint8
        np.testing.assert_array_equal(pair[0], sets[name][positions])
        np.testing.assert_allclose(pair[0] / 2, pair[1], atol=0.501)
    np.testing.assert_array_equal(shown["digits"][1, :, 10, 12], [100] * 8)


@pytest.mark.parametrize("seed", [1, 2])
def test_sets_are_made_of_the_digits_or_drawn_by_the_seed(seed: int) -> None:
    sets = image_sets(DIGITS, seed)
    assert sets["digits"] is DIGITS
    np.testing.assert_array_equal(sets["rotated"][3], np.rot90(DIGITS[3]))
    np.testing.assert_array_equal(sets["inverted"], 255 - DIGITS)
    noise = np.random.default_rng(seed).integers(0, 256, (13, 28, 28), dtype=np.uint8)
    np.testing.assert_array_equal(sets["noise"], noise)
    np.testing.assert_array_equal(sets["flower"], photograph_tiles("flower.jpg"))
    np.testing.assert_array_equal(sets["temple"], photograph_tiles("china.jpg"))


@pytest.mark.parametrize("name", ["flower.jpg", "china.jpg"])
def test_photographs_are_cut_into_tiles_row_by_row(name: str) -> None:
    tiles = photograph_tiles(name)
    assert (tiles.shape, tiles.dtype) == ((TILES, 28, 28), np.uint8)
    grey = load_sample_image(name) @ [0.2125, 0.7154, 0.0721]
    for row, column in [(0, 0), (0, 21), (3, 7), (14, 0), (14, 21)]:
        tile = grey[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28]
        np.testing.assert_allclose(tiles[row * 22 + column], tile, atol=0.501)


def test_tiles_overlap_where_steps_are_smaller() -> None:
    apart, near = (photograph_tiles("china.jpg", step) for step in (28, 7))
    assert near.shape == (58 * 88, 28, 28)  # (427 - 28) / 7 + 1 rows of (640 - 28) / 7 + 1
    np.testing.assert_array_equal(near[4 * 88 + 8], apart[22 + 2])
    np.testing.assert_array_equal(near[1][:, :21], near[0][:, 7:])
