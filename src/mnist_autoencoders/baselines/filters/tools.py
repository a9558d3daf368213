"""Tools made for one kind of noise, each with one setting.

They take and give what filters do. Those against blur know its strength, as no filter and no model
does: they are told the sigma, and undo a blur of exactly that.
"""

from functools import partial

import numpy as np
from skimage import filters, restoration

from mnist_autoencoders.baselines.filters.methods import METHODS, Method, Stack
from mnist_autoencoders.measures.arithmetic import Array, on_grid

ROWS = 25
"""Images restored at once: they stay in the processor's cache."""

DARK = 1e-6
"""Where an image predicts less light than this, what is seen says nothing about it."""

WIDTH = 4
"""Sigmas from the middle to the edge of scikit-image's Gaussian."""


def stretch(images: Stack, share: float) -> Stack:
    """Each image's contrast stretched to [0, 1]: undoes any change of brightness and contrast.

    The share of pixels below black, and that above white, is `share`; with 0 the darkest pixel
    becomes black and the brightest white. An image of one grey stays as it is.
    """
    black, white = np.quantile(images, [share, 1 - share], axis=(1, 2), keepdims=True)
    flat = white <= black
    stretched = (images - black) / np.where(flat, 1, white - black)
    return np.where(flat, images, stretched).clip(0, 1)


def richardson_lucy(images: Stack, iterations: float, sigma: float) -> Stack:
    """What most likely was blurred with this sigma, for Poisson noise, after so many steps.

    Richardson, "Bayesian-based iterative method of image restoration", 1972; Lucy, "An iterative
    technique for the rectification of observed distributions", 1974. It starts from the blurred
    image. scikit-image has it with convolutions that see black beyond the border; here the blur
    is a matrix, with the border that the noise has, which takes a sixth of the time. Factors of
    its products are rounded, so that these are exact: the same bits on every processor.
    """
    blur = on_grid(filters.gaussian(np.eye(images.shape[-1]), (sigma, 0)), 22)
    reached = blur.sum(axis=0)
    light = np.outer(reached, reached)
    parts = [
        images[start : start + ROWS].astype(np.float64) for start in range(0, len(images), ROWS)
    ]
    restored = []
    for seen in parts:
        guess = seen
        for _ in range(int(iterations)):
            predicted = _both_ways(blur, guess)
            ratio = np.divide(seen, predicted, out=np.zeros_like(seen), where=predicted > DARK)
            guess = guess * _both_ways(blur.T, ratio) / light
        restored.append(guess)
    return np.concatenate(restored).clip(0, 1)


def wiener(images: Stack, balance: float, sigma: float) -> Stack:
    """The linear inverse of a blur with this sigma, held back by `balance` times a Laplacian.

    Hunt, "A matrix theory proof of the discrete convolution theorem", 1971, as scikit-image has
    it. Images go on beyond their border as in the noise, as far as its blur reaches.
    """
    radius = int(WIDTH * sigma + 0.5)
    point = np.zeros((2 * radius + 1, 2 * radius + 1))
    point[radius, radius] = 1
    spread = filters.gaussian(point, sigma, truncate=WIDTH)
    inner = np.s_[radius : radius + images.shape[1], radius : radius + images.shape[2]]
    restored = [
        restoration.wiener(np.pad(image, radius, mode="edge"), spread, balance, clip=False)[inner]
        for image in images
    ]
    return np.stack(restored).clip(0, 1)


def methods_for(kind: str, strength: float) -> dict[str, Method]:
    """All filters, and the tools made for this kind of noise, told its strength, by name."""
    match kind:
        case "tones":
            return METHODS | {"stretch": Method(stretch)}
        case "blur":
            return METHODS | {
                "richardson_lucy": Method(partial(richardson_lucy, sigma=strength)),
                "wiener": Method(partial(wiener, sigma=strength)),
            }
    return METHODS


def _both_ways(matrix: Array, images: Array) -> Array:
    """Images `[n, s, s]` multiplied by `[s, s]` along columns and rows, on a grid: exact."""
    return matrix @ on_grid(on_grid(images, 20) @ matrix.T, 20)
