"""A page through windows: nothing lost, no seams."""

import numpy as np
import pytest

from mnist_autoencoders.use.rendering import page_share
from mnist_autoencoders.use.windows import reconstruct_page, window_grid


def page(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (5, 90), (28, 28), (29, 61), (300, 90)])
def test_what_changes_nothing_gives_the_page_back(shape: tuple[int, int]) -> None:
    windows: list[int] = []
    given = page(*shape)
    made = reconstruct_page(given, lambda images: images / np.float32(255), windows.append)
    assert made.shape == shape
    assert np.array_equal(np.rint(255 * made), given)
    rows, columns = window_grid(shape)
    assert sum(windows) == rows * columns


def test_the_windows_of_one_are_counted() -> None:
    # 28 pixels are 4 tiles of 7; a window begins at each, and at the 3 before
    assert window_grid((28, 35)) == (7, 8)


def test_borders_that_a_model_gets_wrong_leave_no_grid() -> None:
    def dark_at_its_border(images: np.ndarray) -> np.ndarray:
        made = np.zeros(images.shape, np.float32)
        made[:, 1:-1, 1:-1] = 1
        return made

    made = reconstruct_page(page(100, 80), dark_at_its_border)
    # half a grey level: bells of equal height would leave a grid of 3/4
    assert np.ptp(made) < 2 / 255


def test_a_page_is_as_far_as_half_of_its_ink() -> None:
    # one tile of ink 3 in the middle of windows of which the nearest has .2, others of 1 in all far
    shares = np.full((4, 4), 1.0)
    shares[0, 0] = 0.2
    ink = np.ones((4, 4), np.float32)
    ink[1, 1] = 9
    assert page_share(shares, ink) == 0.2
    ink[1, 1] = 7
    assert page_share(shares, ink) == 1.0
