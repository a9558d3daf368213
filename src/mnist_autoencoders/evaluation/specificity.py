"""How much worse a model of digits renders pictures that are no digits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_sample_image
from sklearn.metrics import roc_auc_score

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import (
    Pixels,
    as_bytes,
    as_pixels,
    mse_and_psnr,
    spread,
    squared_errors,
)

SHOWN = 8
"""Images of each set that are kept to look at, evenly spread."""


@dataclass(frozen=True)
class Specificity:
    """Errors on each set of images.

    `table` has the columns set, images, mse, psnr, relative_mse, auroc. `examples` holds by set
    uint8 `[2, 8, 28, 28]`: images, and what became of them.
    """

    table: pd.DataFrame
    examples: dict[str, Images]


def specificity(
    reconstruct: Callable[[Images], Pixels], test_images: Images, sample: int, seed: int
) -> Specificity:
    """The errors of `reconstruct`, from uint8 `[n, 28, 28]` to float alike in [0, 1].

    - `mse`, `psnr`: of the set, as in `mse_and_psnr`
    - `relative_mse`: `mse` over the variance of all pixels of the set, 1 for a reconstruction
      that is grey all over, since the sets differ in contrast
    - `auroc`: the chance that an image of the set has a larger squared error than a digit; 0.5
      for none, 1 if the error tells the set from digits without fail

    Of the test images `sample` are used, evenly spread. Each set has at least eight images.
    """
    sets = image_sets(test_images[spread(len(test_images), sample)], seed)
    rows, examples = [], {}
    digits = np.empty(0)
    for name, images in sets.items():
        outputs = reconstruct(images)
        errors = squared_errors(images, outputs)
        digits = errors if name == "digits" else digits
        strange = np.repeat([0, 1], [len(digits), len(errors)])
        scores = mse_and_psnr(errors)
        rows.append(
            {"set": name, "images": len(images)}
            | scores
            | {
                "relative_mse": scores["mse"] / float(as_pixels(images).var(dtype=np.float64)),
                "auroc": float(roc_auc_score(strange, np.concatenate([digits, errors]))),
            }
        )
        shown = spread(len(images), SHOWN)
        examples[name] = np.stack([images[shown], as_bytes(outputs[shown])])
    return Specificity(pd.DataFrame(rows), examples)


def image_sets(digits: Images, seed: int) -> dict[str, Images]:
    """Images to compare, uint8 `[n, 28, 28]`, by name; `digits` themselves come first.

    The photographs are those that scikit-learn brings along, cut into tiles without overlap; the
    other sets have as many images as there are digits.
    """
    noise = np.random.default_rng(seed).integers(0, 256, digits.shape, dtype=np.uint8)
    return {
        "digits": digits,
        "rotated": np.rot90(digits, axes=(1, 2)),
        "inverted": 255 - digits,
        "flower": photograph_tiles("flower.jpg"),
        "temple": photograph_tiles("china.jpg"),
        "noise": noise,
    }


def photograph_tiles(name: str) -> Images:
    """A photograph of scikit-learn in grey as tiles, uint8 `[n, 28, 28]`, row by row.

    Grey is the luminance of ITU-R BT.709, as in scikit-image.
    """
    # whole numbers: the halves of a float product would be rounded differently on other processors
    luminance = load_sample_image(name) @ np.array([2125, 7154, 721])
    grey = np.rint(luminance / 10_000).astype(np.uint8)
    rows, columns = (length // SIDE for length in grey.shape)
    tiles = grey[: rows * SIDE, : columns * SIDE].reshape(rows, SIDE, columns, SIDE)
    return tiles.swapaxes(1, 2).reshape(-1, SIDE, SIDE)
