"""Denoising and reconstructing: inputs through a model, and back to what they were."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.measures.pixels import Pixels, as_bytes
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.likeness import Likeness
from mnist_autoencoders.use.messages import Noticed, progress
from mnist_autoencoders.use.reading import Input, in_groups
from mnist_autoencoders.use.windows import STEP, reconstruct_page, window_grid
from mnist_autoencoders.use.writing import STDOUT, array_bytes, picture_bytes

TOGETHER = 4000
"""Digits that go through the network in one go."""


@dataclass(frozen=True)
class Rendered:
    """An input, and what the model made of it, float in [0, 1], of the shape of its images."""

    input: Input
    pixels: Pixels

    def content(self, target: str) -> bytes:
        """What is written to the target."""
        if self.input.picture is not None and not target.endswith(".npy"):
            return picture_bytes(self.input.picture.back(self.pixels[0]), target)
        pixels = 1 - self.pixels if self.input.light else self.pixels
        array = pixels if self.input.floats else as_bytes(pixels)
        if self.input.picture is None and target != STDOUT and not target.endswith(".npy"):
            if len(array) > 1:
                raise UserError(
                    f"{target}: {len(array):,} pictures do not go into one; name a .npy, a folder "
                    "(-o FOLDER), or a contact sheet (--sheet FILE)"
                )
            return picture_bytes(as_bytes(pixels[0]), target)
        return array_bytes(array.reshape(self.input.shape or array.shape))


def render(
    inputs: Iterator[Input], network: Network, likeness: Likeness | None, noticed: Noticed
) -> Iterator[Rendered]:
    """What the model makes of inputs, in their order; what there is to say goes to `noticed`."""
    for group in in_groups(inputs, TOGETHER):
        if group[0].page:
            pixels = _page(group[0], network, likeness, noticed)
            yield Rendered(group[0], pixels[np.newaxis])
            continue
        images = np.concatenate([each.images for each in group])
        outputs = network.reconstruct(images)
        if likeness is not None:
            names = [name for each in group for name in names_of(each)]
            noticed.see(names, likeness.nearer(images, outputs))
        start = 0
        for each in group:
            yield Rendered(each, outputs[start : start + len(each.images)])
            start += len(each.images)


def names_of(each: Input) -> list[str]:
    """The name of each picture of an input."""
    if each.picture is not None:
        return [each.named.title]
    return [f"{each.named.title}[{number}]" for number in range(len(each.images))]


def _page(each: Input, network: Network, likeness: Likeness | None, noticed: Noticed) -> Pixels:
    page = each.images[0]
    shares, ink = [], []

    def reconstruct(windows: Images) -> Pixels:
        made = network.reconstruct(windows)
        if likeness is not None:
            shares.append(likeness.nearer(windows, made))
            ink.append(made[:, STEP : 2 * STEP, STEP : 2 * STEP].mean(axis=(1, 2)))
        return made

    rows, columns = window_grid(page.shape)
    with progress("windows", rows * columns) as advance:
        pixels = reconstruct_page(page, reconstruct, advance)
    if likeness is not None:
        grids = [np.concatenate(parts).reshape(rows, columns) for parts in (shares, ink)]
        noticed.see([each.named.title], np.array([page_share(*grids)]))
    return pixels


def page_share(shares: NDArray[np.float64], ink: NDArray[np.float32]) -> float:
    """How far a page is from the training images: as far as half of its ink is at least.

    `shares` are of its windows, see `Likeness.nearer`, `ink` is the brightness of the second tile
    of each, downwards and to the right, of the 4 x 4 that windows overlap by; `[rows, columns]`.
    A window that cuts digits is far from the training images; so a tile is as near as the nearest
    of the four windows that have it in their middle.
    """
    corners = (shares[1:, 1:], shares[:-1, 1:], shares[1:, :-1], shares[:-1, :-1])
    near, weights = np.minimum.reduce(corners).ravel(), ink[1:, 1:].ravel()
    order = np.argsort(near)
    sums = np.cumsum(weights[order], dtype=np.float64)
    return float(near[order][np.searchsorted(sums, sums[-1] / 2)])
