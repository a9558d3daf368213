"""A page through a model that sees 28x28 pixels: in overlapping windows, blended without seams."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels

STEP = 7
"""Pixels from window to window. At 14 the windows of one model of params.yaml show as a grid."""

BAND = 32
"""Rows of windows that are in memory at once."""

Reconstruct = Callable[[Images], Pixels]


def reconstruct_page(
    page: Images, reconstruct: Reconstruct, advance: Callable[[int], None] = lambda _: None
) -> Pixels:
    """What `reconstruct`, of uint8 `[n, 28, 28]`, makes of a page: uint8 `[h, w]` to float alike.

    Every pixel is the mean of what the 16 windows that it lies in make of it, weighted by a bell
    that falls to nothing at their borders. Beyond its borders the page is taken to be mirrored.
    `advance` is told of the numbers of windows done.
    """
    around = SIDE - STEP
    # mirrored: a border of another grey would be a stroke
    padded = np.pad(page, [(around, around + (-size) % STEP) for size in page.shape], "symmetric")
    views = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE))[::STEP, ::STEP]
    sums = np.zeros(padded.shape, np.float32)
    bell = window_weights()
    for start in range(0, len(views), BAND):
        rows = views[start : start + BAND]
        made = reconstruct(rows.reshape(-1, SIDE, SIDE)).reshape(rows.shape) * bell
        for row, windows in enumerate(made, start):
            for column, window in enumerate(windows):
                place = np.s_[row * STEP : row * STEP + SIDE, column * STEP : column * STEP + SIDE]
                sums[place] += window
        advance(rows.shape[0] * rows.shape[1])
    inside = np.s_[around : around + page.shape[0], around : around + page.shape[1]]
    return sums[inside]


def window_grid(shape: tuple[int, ...]) -> tuple[int, int]:
    """The rows and columns of windows of a page of so many rows and columns of pixels."""
    down, right = (-(-size // STEP) + (SIDE // STEP - 1) for size in shape)
    return down, right


def window_weights() -> NDArray[np.float32]:
    """The weight of each pixel of a window: float32 `[28, 28]`, above 0, highest in the middle.

    Squares of sines at even steps over their period add up to half the number of steps: the weights
    of the windows that a pixel lies in add up to 1.
    """
    bell = np.sin(np.pi * (np.arange(SIDE) + 0.5) / SIDE) ** 2 * (2 * STEP / SIDE)
    return np.outer(bell, bell).astype(np.float32)
