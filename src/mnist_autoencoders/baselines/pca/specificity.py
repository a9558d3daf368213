"""Other images by linear codes: of the digits, of a photograph, and of none in particular."""

import numpy as np
import pandas as pd
from scipy.fft import idctn

from mnist_autoencoders.components.pca import Components, fit, reconstruct
from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import spread, squared_errors
from mnist_autoencoders.strange_images.errors import set_errors
from mnist_autoencoders.strange_images.sets import image_sets, photograph_tiles

STEP = 7
"""Pixels between the tiles of the photograph that components are fitted to: 330 would be few."""


def linear_specificity(
    pca: Components, test_images: Images, count: int, sample: int, seed: int
) -> pd.DataFrame:
    """Errors of `count` numbers an image, on the sets that the models are tried on.

    Columns method, components, set, images, mse, psnr, relative_mse (see `set_errors`). Methods:

    - `pca`: principal components of the training images, which `pca` holds
    - `pca_temple`: those of overlapping tiles of the photograph `temple`, which is one of the sets
    - `dct`: the first coefficients of the cosine transform in zigzag order, made of no images

    The sets are those of `sample` of the test images, uint8 `[n, 28, 28]`, evenly spread.
    """
    sets = image_sets(test_images[spread(len(test_images), sample)], seed)
    methods = {
        "pca": pca,
        "pca_temple": fit(photograph_tiles("china.jpg", STEP)),
        "dct": cosine_components(),
    }
    rows = []
    for method, components in methods.items():
        kept = min(count, len(components.components))
        for name, images in sets.items():
            errors = squared_errors(images, reconstruct(components, images, kept))
            row = {"method": method, "components": kept, "set": name, "images": len(images)}
            rows.append(row | set_errors(images, errors))
    return pd.DataFrame(rows)


def cosine_components() -> Components:
    """The orthonormal two-dimensional DCT-II of 28x28 pixels as components, in zigzag order.

    From low to high frequencies along the diagonals, first to the right, as in JPEG (ITU-T T.81,
    figure A.6). `mean` is 0, and `variance`, which depends on images, 1.
    """
    size = SIDE * SIDE
    # what each coefficient stands for, one at a time
    images = idctn(np.eye(size).reshape(size, SIDE, SIDE), axes=(1, 2), norm="ortho")
    order = [row * SIDE + column for row, column in zigzag()]
    return Components(
        mean=np.zeros(size, np.float32),
        components=images.reshape(size, size)[order].astype(np.float32),
        variance=np.ones(size, np.float32),
    )


def zigzag() -> list[tuple[int, int]]:
    """Rows and columns of the coefficients, (0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2) ..."""

    def place(at: tuple[int, int]) -> tuple[int, int]:
        row, column = at
        diagonal = row + column
        return diagonal, row if diagonal % 2 else column

    return sorted(np.ndindex(SIDE, SIDE), key=place)
