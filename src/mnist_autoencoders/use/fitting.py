"""A person's picture as a model takes it, and what the model makes of it as that picture again."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels, as_bytes
from mnist_autoencoders.sources.picture import fitted, grey
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.choices import As, Ground

LARGEST_DIGIT = 280
"""Pixels of the longer side up to which a picture is taken for one digit: ten times its width."""

LONGEST_DIGIT = 2.0
"""Times the shorter side that the longer one of a digit has at most."""


@dataclass(frozen=True)
class Fitting:
    """How pictures are taken: as what, on which ground, a page at which scale."""

    as_: As = "auto"
    ground: Ground = "auto"
    scale: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """A picture as the model takes it, light strokes on dark.

    `image` is uint8, `[28, 28]` for a digit, `[h, w]` for a page, which may be scaled. `size` is
    the width and height of the picture. `light` says that it had dark strokes on a light ground.
    """

    image: Images
    page: bool
    light: bool
    size: tuple[int, int]

    def back(self, pixels: Pixels) -> Images:
        """What a model made of it, float in [0, 1], at the size and on the ground of the picture:
        uint8 `[height, width]`.
        """
        made = Image.fromarray(as_bytes(pixels))
        if not self.page:
            # what `ImageOps.pad` of the fitting put around it is cut off
            made = _unpadded(made, self.size)
        elif made.size != self.size:
            made = made.resize(self.size, Image.Resampling.BICUBIC)
        image = np.asarray(made)
        return 255 - image if self.light else image


def fit(path: Path, picture: Image.Image, how: Fitting) -> Fitted:
    """A picture as the model takes it; `UserError` where it is too narrow.

    A digit is fitted as the stage `prepare` does it. Without `how.ground`, the ground is what most
    of the border has; of a picture with transparency, what it stands out from more.
    """
    on_dark, on_light = np.asarray(grey(picture, 0)), np.asarray(grey(picture, 255))
    if how.ground != "auto":
        light = how.ground == "light"
    elif np.array_equal(on_dark, on_light):
        light = is_light(on_dark)
    else:
        light = bool(on_light.std() > on_dark.std())
    ground = 255 if light else 0
    own = Image.fromarray(on_light if light else on_dark)
    page = is_page(picture.size) if how.as_ == "auto" else how.as_ == "page"
    image = _scaled(path, own, how.scale) if page else fitted(path, own, ground)
    return Fitted(255 - image if light else image, page, light, picture.size)


def is_page(size: tuple[int, int]) -> bool:
    """Whether a picture of this width and height is taken for more than one digit."""
    return max(size) > LARGEST_DIGIT or max(size) > LONGEST_DIGIT * min(size)


def is_light(images: Images) -> bool:
    """Whether uint8 `[..., h, w]` have a light ground: more than half of their border is light."""
    parts = (images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1])
    return bool(np.median(np.concatenate([part.ravel() for part in parts])) > 127)


def _scaled(path: Path, picture: Image.Image, scale: float) -> Images:
    width, height = (round(side * scale) for side in picture.size)
    if min(width, height) < SIDE:
        raise UserError(
            f"{path}: {width} x {height} pixels are less than a window of {SIDE} x {SIDE}; take it "
            "as a digit (--as digit), or enlarge it (--scale)"
        )
    if (width, height) != picture.size:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _unpadded(square: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The part of 28x28 that a picture of this size was fitted into, at its size."""
    inner = ImageOps.contain(Image.new("1", size), (SIDE, SIDE)).size
    # rounded as `ImageOps.pad` does it
    left, top = (round((SIDE - side) * 0.5) for side in inner)
    if inner == size:
        return square.crop((left, top, left + inner[0], top + inner[1]))
    box = (left, top, left + inner[0], top + inner[1])
    return square.resize(size, Image.Resampling.BICUBIC, box=box)
