"""Sets of images to compare: digits, digits made strange, photographs, noise."""

import numpy as np
from sklearn.datasets import load_sample_image

from mnist_autoencoders.dataset.store import SIDE, Images


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


def photograph_tiles(name: str, step: int = SIDE) -> Images:
    """A photograph of scikit-learn in grey as tiles, uint8 `[n, 28, 28]`, row by row.

    A tile begins every `step` pixels, so that smaller steps than 28 make them overlap. Grey is the
    luminance of ITU-R BT.709, as in scikit-image.
    """
    # whole numbers: the halves of a float product would be rounded differently on other processors
    luminance = load_sample_image(name) @ np.array([2125, 7154, 721])
    grey = np.rint(luminance / 10_000).astype(np.uint8)
    tiles = np.lib.stride_tricks.sliding_window_view(grey, (SIDE, SIDE))[::step, ::step]
    return tiles.reshape(-1, SIDE, SIDE)
