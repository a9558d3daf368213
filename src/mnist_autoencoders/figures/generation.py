"""Generated images: sheets of them, grids and lines through the code, and their scores."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.figures.style import COLOURS, log_ticks, short

DRAWS = {
    "standard_normal": ("codes from N(0, I)", "s"),
    "fitted_normal": ("from a normal distribution fitted to the training codes", "o"),
    "mixture": ("from a mixture fitted to them", "^"),
}
"""What codes are drawn from: its words and its marker."""

SHEET = ("fitted_normal", "standard_normal")
"""A sheet shows the first of these draws that there is."""

PANELS = {
    "frechet": "Fréchet distance to the test images,\nlower is better",
    "precision": "precision: draws that look like digits,\nhigher is better",
    "coverage": "coverage: test digits near a draw,\nhigher is better",
}


def generated_sheet(model: str, images: Images, scores: dict[str, float] | None) -> Figure:
    """Up to 100 generated images, ten a row, uint8 `[n, 28, 28]`, with their scores if any."""
    rows = -(-len(images) // 10)
    padded = np.zeros((rows * 10, *images.shape[1:]), np.uint8)
    padded[: len(images)] = images
    figure, axes = plt.subplots(figsize=(6, 0.6 * rows + 0.5))
    _show(axes, padded.reshape(rows, 10, *images.shape[1:]))
    title = f"{model}: images from random codes"
    if scores:
        title += (
            f"\nconfidence {scores['confidence']:.1%}, balance {scores['balance']:.3f}, "
            f"Fréchet distance {short(scores['frechet'], '.1f')}"
        )
    axes.set_title(title)
    return figure


def code_grid(model: str, grid: Images, ranges: NDArray[np.float64]) -> Figure:
    """A code of size 2 or 3 on a grid, uint8 `[slices, rows, columns, 28, 28]`.

    `ranges` `[code size, 2]` is where the grid begins and ends along each code value.
    """
    slices = len(grid)
    figure, panels = plt.subplots(
        1, slices, figsize=(7, 7.2) if slices == 1 else (3.6 * slices, 4.1), squeeze=False
    )
    for axes, images in zip(panels[0], grid):
        _show(axes, images)
        _label_ends(axes, images.shape[:2], ranges)
    for low, high in ranges[2:]:
        for axes, depth in zip(panels[0], np.linspace(low, high, slices)):
            # z: a rounded -0.00 is written as 0.00
            axes.set_title(f"third code value {short(depth, 'z.2f')}", fontsize="medium")
    panels[0][0].set_ylabel("second code value")
    figure.suptitle(f"{model}: decoded grid over the middle 90 % of each code value")
    return figure


def walks(model: str, pairs: Images, class_means: Images | None) -> Figure:
    """Lines through the code, uint8 `[lines, steps, 28, 28]`, from left to right.

    Between pairs of test images, and from the mean code of one class to that of the next.
    """
    parts = {"between the codes of two test images": pairs}
    if class_means is not None:
        parts["between the mean codes of classes"] = class_means
    height = 0.55 * max(len(images) for images in parts.values())
    figure, panels = plt.subplots(
        1, len(parts), figsize=(5.6 * len(parts), height + 0.7), squeeze=False
    )
    for axes, (title, images) in zip(panels[0], parts.items()):
        _show(axes, images)
        axes.set_title(title, fontsize="medium")
        axes.set_anchor("N")
    figure.suptitle(f"{model}: straight lines through the code")
    return figure


def generation_scores(scores: pd.DataFrame, real: dict[str, dict[str, float]]) -> Figure:
    """Fréchet distance, precision and coverage of the generated images of every model.

    The dashed lines are the scores of real training images, the small crosses those of a model's
    reconstructions of test images: what a perfect choice of codes would give. `scores` has a row
    per model with columns such as `generation.standard_normal.frechet`, which may be absent or
    NaN; `real` holds the scores of the real `train` and `test` images.
    """
    figure, panels = plt.subplots(1, 3, figsize=(12, 2.2 + 0.36 * len(scores)), sharey=True)
    for axes, (score, label) in zip(panels, PANELS.items()):
        for number, (draw, (words, marker)) in enumerate(DRAWS.items()):
            column = f"generation.{draw}.{score}"
            if column in scores:
                axes.scatter(
                    scores[column], scores["model"], color=COLOURS[number], marker=marker,
                    label=words, zorder=3,
                )  # fmt: skip
        column = f"generation.reconstructions.{score}"
        if column in scores:
            axes.scatter(
                scores[column], scores["model"], color="0.3", marker="x", s=16, linewidths=1,
                label="reconstructions of test images", zorder=3,
            )  # fmt: skip
        if score in real["train"]:
            axes.axvline(
                real["train"][score], color="black", linestyle="--", label="real training images"
            )  # fmt: skip
        axes.set(xlabel=label)
    distances = scores.filter(regex=r"^generation\..*frechet$").to_numpy()
    # images that are all the same are at no distance
    if np.nanmax([real["train"].get("frechet", 0), *distances.flat]) > 0:
        panels[0].set(xscale="log")
        log_ticks(panels[0].xaxis)
    for axes in panels[1:]:
        axes.set_xlim(-0.03, 1.03)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
    panels[0].set_ylim(len(scores) - 0.5, -0.5)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _show(axes: Axes, images: Images) -> None:
    """Draw images `[rows, columns, 28, 28]` edge to edge."""
    rows, columns = images.shape[:2]
    tiled = images.swapaxes(1, 2).reshape(rows * SIDE, columns * SIDE)
    axes.imshow(tiled, cmap="gray", vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _label_ends(axes: Axes, shape: tuple[int, ...], ranges: NDArray[np.float64]) -> None:
    rows, columns = shape
    ends = [SIDE / 2, (columns - 0.5) * SIDE]
    axes.set_xticks(ends, [short(value, ".2f") for value in ranges[0]])
    ends = [(rows - 0.5) * SIDE, SIDE / 2]
    axes.set_yticks(ends, [short(value, ".2f") for value in ranges[1]])
    axes.set_xlabel("first code value")
