"""What a decoder makes of codes that no image was encoded to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from mnist_autoencoders.dataset.store import Images, Labels
from mnist_autoencoders.evaluation.network import Codes, Network
from mnist_autoencoders.judge.judge import Judge
from mnist_autoencoders.measures.arithmetic import for_products
from mnist_autoencoders.measures.pixels import as_bytes

SHOWN = 100
"""Generated images that are kept."""
PAIRS = 8
STEPS = 10
"""Images along a line between two codes, both ends included."""
MIDDLE = 0.9
"""Share of each code value's distribution that a grid covers."""
GRID_STEPS = {2: (20, 20), 3: (10, 10, 3)}
"""Steps along each code value, by the size of the codes that a grid is drawn for."""
DRAWN = 500
"""Codes of a fitted normal distribution that are drawn at once."""
CLASSES = 10
"""A walk between class means visits that many classes at most."""


@dataclass
class Generation:
    """Scores of generated images by what their codes are drawn from, and pictures by name."""

    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    pictures: dict[str, NDArray[Any]] = field(default_factory=dict)


def generate(
    network: Network,
    train_codes: Codes,
    test_codes: Codes,
    test_labels: Labels | None,
    classifier: Path,
    variational: bool,
    count: int,
    confident: float,
    seed: int,
) -> Generation:
    """Decode `count` random codes, grids and lines; `classifier` is that stage's output folder.

    Codes are float32 `[n, code size]`. `scores` (see `judge.reading_scores`) is empty where the
    images had no labels, else it holds

    - `standard_normal`: codes from N(0, I), what a variational decoder was trained for
    - `fitted_normal`: codes from the normal distribution with mean and covariance of
      `train_codes`, for a plain model, whose codes follow no set distribution

    `pictures` are uint8 images, with further axes before the last two:

    - `generated` `[100, 28, 28]`: the first of `fitted_normal`, else of `standard_normal`
    - `grid` `[slices, rows, columns, 28, 28]`, for codes of size 2 or 3: evenly over the middle
      90 % of each code value, that of N(0, 1) in equal shares for a variational model. The first
      value grows to the right, the second upwards, the third from slice to slice; `grid_range`,
      float64 `[code size, 2]`, is where each begins and ends
    - `pairs` `[8, 10, 28, 28]`: along the line between the codes of two test images, of different
      classes where there are labels; fewer rows if there are too few images
    - `class_means` `[classes - 1, 10, 28, 28]`: from the mean code of each class to that of the
      next; only with labels of two classes
    """
    result = Generation()
    judge = Judge.load(classifier)
    drawn = {"standard_normal": standard_normal_codes(count, test_codes.shape[1], seed)}
    if not variational:
        drawn["fitted_normal"] = fitted_normal_codes(train_codes, count, seed)
    for name, codes in drawn.items():
        images = _decode(network, codes)
        if judge:
            result.scores[name] = judge.scores(images, confident)
        result.pictures["generated"] = images[:SHOWN]

    if test_codes.shape[1] in GRID_STEPS:
        positions = grid_positions(test_codes, variational)
        grid, ranges = _decode(network, grid_codes(positions)), [p[[0, -1]] for p in positions]
        result.pictures |= {"grid": grid, "grid_range": np.array(ranges)}
    pairs = pair_ends(len(test_codes), test_labels, seed)
    if len(pairs):
        ends = test_codes[pairs]
        result.pictures["pairs"] = _decode(network, lines(ends[:, 0], ends[:, 1]))
    if test_labels is not None:
        means = class_means(test_codes, test_labels)
        if len(means) > 1:
            result.pictures["class_means"] = _decode(network, lines(means[:-1], means[1:]))
    return result


def standard_normal_codes(count: int, size: int, seed: int) -> Codes:
    """Codes from N(0, I): float32 `[count, size]`."""
    return np.random.default_rng(seed).standard_normal((count, size), dtype=np.float32)


def fitted_normal_codes(codes: Codes, count: int, seed: int) -> Codes:
    """Codes from the most likely normal distribution of `codes`: float32 `[count, size]`."""
    rng = np.random.default_rng(seed)
    mean = codes.mean(axis=0, dtype=np.float64)
    centred = for_products(codes - mean, len(codes))
    drawn = np.empty((count, codes.shape[1]), np.float32)
    for start in range(0, count, DRAWN):
        part = drawn[start : start + DRAWN]
        weights = rng.standard_normal((len(part), len(codes)), dtype=np.float32)
        # normal weights of the codes give their covariance without its root, whose bits would
        # depend on the processor
        part[:] = mean + for_products(weights, len(codes)) @ centred / np.sqrt(len(codes))
    return drawn


def grid_positions(codes: Codes, variational: bool) -> list[NDArray[np.float64]]:
    """The steps of a grid along each value of codes `[n, 2]` or `[n, 3]`, ascending."""
    tail = (1 - MIDDLE) / 2
    steps = GRID_STEPS[codes.shape[1]]
    if variational:
        return [norm.ppf(np.linspace(tail, 1 - tail, count)) for count in steps]
    ends = np.quantile(codes.astype(np.float64), [tail, 1 - tail], axis=0).T
    return [np.linspace(low, high, count) for (low, high), count in zip(ends, steps)]


def grid_codes(positions: list[NDArray[np.float64]]) -> Codes:
    """The codes of a grid: float32 `[slices, rows, columns, code size]`."""
    horizontal, vertical, *depth = positions
    mesh = np.meshgrid(*depth, vertical[::-1], horizontal, indexing="ij")
    codes = np.stack(mesh[::-1], axis=-1).astype(np.float32)
    return codes if depth else codes[np.newaxis]


def pair_ends(count: int, labels: Labels | None, seed: int) -> NDArray[np.intp]:
    """Indices of up to 8 random pairs of images, `[pairs, 2]`, each with different labels."""
    order = np.random.default_rng(seed).permutation(count)
    pairs = order[: count - count % 2].reshape(-1, 2)
    if labels is not None:
        pairs = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
    return pairs[:PAIRS]


def class_means(codes: Codes, labels: Labels) -> Codes:
    """The mean codes of the first 10 classes that appear: float32 `[classes, code size]`."""
    present = np.unique(labels)[:CLASSES]
    return np.stack([codes[labels == label].mean(axis=0) for label in present])


def lines(starts: Codes, ends: Codes) -> Codes:
    """Codes at even steps from each start to its end: float32 `[lines, 10, code size]`."""
    return np.linspace(starts, ends, STEPS, axis=1, dtype=np.float32)


def _decode(network: Network, codes: Codes) -> Images:
    """Codes `[..., code size]` as images, uint8 `[..., 28, 28]`."""
    images = as_bytes(network.decode(codes.reshape(-1, codes.shape[-1])))
    return images.reshape(*codes.shape[:-1], *images.shape[1:])
