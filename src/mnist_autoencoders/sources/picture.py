"""One picture of a file: checked before it is decoded, made grey, fitted to 28x28."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.stagecraft.files import check_file
from mnist_autoencoders.stagecraft.terminal import UserError, shown

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""What a file may be that is called so; the formats of documents are not tried."""

MOST_BYTES = 100_000_000
"""Of a file."""

MOST_PIXELS = 50_000_000
"""Of a picture, by its header: 600 MB while it is made grey, and two seconds."""


def read_fitted(path: Path, ground: int) -> Images:
    """One picture made grey, padded to a square and scaled: uint8 `[28, 28]`.

    `ground` is the grey value, 0 to 255, of the padding, and of what lies behind transparency. Of
    all that is wrong with the picture, a `UserError`.
    """
    with _said(path):
        return fitted(path, grey(read_picture(path), ground), ground)


def read_picture(path: Path) -> Image.Image:
    """The picture of a file as it is, turned as its metadata say; see `read_fitted`."""
    with _said(path), warnings.catch_warnings():
        # of sizes, which are looked at below, and of metadata, which are not used
        warnings.simplefilter("ignore")
        check_file(path, MOST_BYTES)
        with Image.open(path, formats=FORMATS) as picture:
            _check(path, picture)
            # a copy at least: what is broken is found here
            return ImageOps.exif_transpose(picture)


def grey(picture: Image.Image, ground: int) -> Image.Image:
    """The picture in 8 bits of grey, on the ground where it is transparent."""
    if picture.mode.startswith("I"):
        # Pillow would cut off all that is above 255
        values: Any = np.asarray(picture)
        return Image.fromarray(np.rint(values.clip(0, 65535) / 257).astype(np.uint8))
    if picture.has_transparency_data:
        opaque = Image.new("RGBA", picture.size, (ground, ground, ground, 255))
        picture = Image.alpha_composite(opaque, picture.convert("RGBA"))
    return picture.convert("L")


def fitted(path: Path, picture: Image.Image, ground: int) -> Images:
    """A grey picture padded to a square with the ground and scaled: uint8 `[28, 28]`.

    Raises `UserError` where nothing would be left of its shorter side.
    """
    width, height = picture.size
    if round(min(width, height) / max(width, height) * SIDE) == 0:
        raise UserError(f"{path}: {width} x {height} pixels are too narrow to show at {SIDE}")
    return np.asarray(ImageOps.pad(picture, (SIDE, SIDE), color=ground), np.uint8)


def _check(path: Path, picture: Image.Image) -> None:
    """Refuse by what the header says, before any pixel is read."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise UserError(f"{path}: {width} x {height} pixels, at most {MOST_PIXELS:,} are read")
    # cameras add a preview to a JPEG, which is then called MPO
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format != "MPO":
        raise UserError(f"{path}: a moving picture of {frames} frames; save one of them")


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except Image.DecompressionBombError as error:
        raise UserError(f"{path}: more than {MOST_PIXELS:,} pixels") from error
    except Exception as error:
        # what a decoder raises over a broken file is not written down
        raise UserError(f"{path}: not a readable picture: {shown(error, 300)}") from error
