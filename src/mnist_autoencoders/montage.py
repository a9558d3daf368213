"""Many small images as one picture."""

import numpy as np
from PIL import Image

from mnist_autoencoders.dataset.store import SIDE, Images

GAP = 2
"""Pixels of mid-grey between neighbouring images."""


def montage(rows: list[Images], columns: int, zoom: int = 3) -> Image.Image:
    """Lay images out in rows: each entry is uint8 `[n, 28, 28]`, with the same n in all rows.

    After `columns` images the rows go on below: first, second, first, second.
    """
    starts = range(0, len(rows[0]), columns)
    rows = [images[start : start + columns] for start in starts for images in rows]
    cell = SIDE + GAP
    canvas = np.full((len(rows) * cell + GAP, columns * cell + GAP), 128, np.uint8)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = row * cell + GAP, column * cell + GAP
            canvas[top : top + SIDE, left : left + SIDE] = image
    return Image.fromarray(canvas.repeat(zoom, axis=0).repeat(zoom, axis=1))
