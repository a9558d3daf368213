"""Contact sheets: small pictures in named rows."""

import numpy as np
from PIL import Image, ImageDraw

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.montage import GAP, montage
from mnist_autoencoders.stagecraft.terminal import printable

COLUMNS = 10
ZOOM = 3
MOST = 200
"""Pictures of a sheet, the first ones."""

LETTER = 7
"""Pixels of a letter's width, about."""


def sheet_of(rows: dict[str, Images], columns: int = COLUMNS, most: int = MOST) -> Images:
    """Rows of uint8 `[n, 28, 28]`, alike in n, each with its name in front, as one picture.

    Of each row it has the first `most`; after so many columns the rows go on below.
    """
    names = [printable(name) for name in rows]
    images = [each[:most] for each in rows.values()]
    columns = min(columns, len(images[0]))
    picture = montage(images, columns, ZOOM)
    margin = LETTER * max(map(len, names)) + 12 if any(names) else 0
    canvas = Image.new("L", (picture.width + margin, picture.height), 255)
    canvas.paste(picture, (margin, 0))
    draw = ImageDraw.Draw(canvas)
    lines = -(-len(images[0]) // columns) * len(names)
    for line in range(lines):
        top = ZOOM * (line * (SIDE + GAP) + GAP + SIDE // 2)
        draw.text((6, top), names[line % len(names)], fill=0, anchor="lm", font_size=12)
    return np.asarray(canvas)


def many(count: int) -> str:
    """What is said where a sheet has not all pictures."""
    return f"the sheet has the first {MOST} of {count:,}" if count > MOST else ""


def stacked(parts: list[Images]) -> Images:
    """The first pictures of a list of `[n, 28, 28]`, as many as a sheet has."""
    images: Images = np.concatenate(parts)[:MOST]
    return images
