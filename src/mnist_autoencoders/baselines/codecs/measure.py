"""Bytes against distortion of codecs, with a file per image and with one file for all."""

import math
from typing import Any

import numpy as np
import pandas as pd

from mnist_autoencoders.baselines.codecs.files import Codec, codecs, decode
from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import as_pixels, mse_and_psnr, spread, squared_errors
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar

TILE = 32
"""Width of an image in a sheet: a multiple of the 8 pixels of a JPEG block, so that no block
holds two images, and of the 16 of a WebP macroblock. Files of single images are filled up
to as many pixels by the codecs themselves."""


def measure(images: Images, qualities: list[int], sample: int) -> pd.DataFrame:
    """Columns codec, layout, quality, bytes, mse, psnr; `bytes` is the mean of an image.

    `images` are the test images, uint8 `[n, 28, 28]`; `sample` of them are used, evenly spread,
    the same as for the autoencoders. Layout `single` is a file per image, with a header each;
    `sheet` is one picture of all, whose header and tables they share. `quality` is missing where
    nothing is lost.
    """
    part = images[spread(len(images), sample)]
    layouts = {"single": single, "sheet": sheet}
    compared = codecs(qualities)
    rows = []
    with progress_bar("codecs", total=len(compared) * len(layouts)) as progress:
        for codec in compared:
            for layout, through in layouts.items():
                size, decoded = through(codec, part)
                scores = mse_and_psnr(squared_errors(part, as_pixels(decoded)))
                row: dict[str, Any] = {
                    "codec": codec.name,
                    "layout": layout,
                    "quality": codec.quality,
                    "bytes": size / len(part),
                }
                rows.append(row | scores)
                progress.advance(BAR)
    return pd.DataFrame(rows).astype({"quality": "Int64"})


def single(codec: Codec, images: Images) -> tuple[int, Images]:
    """Bytes of a file for each image, and the images read from them, uint8 `[n, 28, 28]`."""
    files = [codec.encode(image) for image in images]
    return sum(map(len, files)), np.stack([decode(file) for file in files])


def sheet(codec: Codec, images: Images) -> tuple[int, Images]:
    """Bytes of one file for all images, and the images read from it, uint8 `[n, 28, 28]`."""
    columns = math.isqrt(len(images) - 1) + 1
    rows = math.ceil(len(images) / columns)
    tiles = np.zeros((rows * columns, TILE, TILE), np.uint8)
    tiles[: len(images), :SIDE, :SIDE] = images
    grid = tiles.reshape(rows, columns, TILE, TILE)
    file = codec.encode(grid.swapaxes(1, 2).reshape(rows * TILE, columns * TILE))
    read = decode(file).reshape(rows, TILE, columns, TILE).swapaxes(1, 2)
    return len(file), read.reshape(-1, TILE, TILE)[: len(images), :SIDE, :SIDE]
