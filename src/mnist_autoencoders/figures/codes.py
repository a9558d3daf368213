"""Figures of codes: as points in a plane, as pictures, as weights, and what they tell."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images, Labels
from mnist_autoencoders.figures.names import one_line, write_names
from mnist_autoencoders.figures.spread import (
    INK,
    deviations,
    error_bars,
    label_bars,
    legend_entry,
)
from mnist_autoencoders.figures.style import COLOURS, DIGIT_COLOURS, MARKERS

NAMED = 60
"""Classes that the legend of planes names at most."""

ENTRIES = 20
"""Lines of a legend as high as one row of planes."""


def planes(
    points: dict[str, NDArray[np.float32]],
    labels: Labels,
    classes: list[str],
    scores: dict[str, dict[str, float]],
) -> Figure:
    """A panel per plane, by its title: `[n, 2]` points coloured by label, with their scores.

    `scores` holds `knn_accuracy` and `silhouette` by the same titles; `classes` names the labels,
    in whatever letters. Of more than ten the colours come again, with other markers; of more than
    `NAMED` the legend names the first.
    """
    columns = min(2, len(points))
    rows = math.ceil(len(points) / columns)
    names = [one_line(name) for name in classes[:NAMED]]
    if len(classes) > NAMED:
        names.append(f"and {len(classes) - NAMED} more")
    beside = math.ceil(len(names) / (ENTRIES * rows))
    figure, panels = plt.subplots(
        rows, columns, figsize=(5 * columns + 2 * (beside - 1), 5 * rows), squeeze=False
    )
    for axis in panels.flat[len(points) :]:
        axis.set_axis_off()
    for axis, (title, plane) in zip(panels.flat, points.items()):
        handles = [
            axis.scatter(
                *plane[labels == label].T, s=3, alpha=0.7, linewidths=0, rasterized=True,
                color=DIGIT_COLOURS[label % len(DIGIT_COLOURS)],
                marker=MARKERS[label // len(DIGIT_COLOURS) % len(MARKERS)], label=name,
            )
            for label, name in enumerate(classes)
        ]  # fmt: skip
        _bare(axis)
        accuracy, silhouette = scores[title]["knn_accuracy"], scores[title]["silhouette"]
        axis.set_title(f"{title}\nneighbours {accuracy:.1%} right, silhouette {silhouette:.2f}")
    handles[NAMED:] = [Line2D([], [], linestyle="none")] * (len(names) - NAMED)
    legend = figure.legend(
        handles, ["name"] * len(names), loc="outside right center", markerscale=5,
        ncols=beside,
    )  # fmt: skip
    write_names(legend, names)
    return figure


def code_pictures(images: Images, codes: NDArray[np.float32], shape: tuple[int, ...]) -> Figure:
    """Images in a row, uint8 `[n, 28, 28]`, and below each its code, `[n, code size]`, in grey.

    A code of `shape` (height, width, channels) is drawn as its channels side by side below each
    other: 4 x 4 x 8 becomes 32 pixels high and 4 wide. A code that is no map is one column.
    """
    height, width, channels = shape if len(shape) == 3 else (math.prod(shape), 1, 1)
    maps = codes.reshape(-1, height, width, channels).transpose(0, 3, 1, 2)
    pictures = maps.reshape(len(codes), channels * height, width)
    figure, panels = plt.subplots(
        2,
        len(images),
        figsize=(0.9 * max(len(images), 2), 3.6),
        height_ratios=(1, 3),
        squeeze=False,
    )
    for column, (image, picture) in enumerate(zip(images, pictures)):
        panels[0, column].imshow(image, cmap="gray", vmin=0, vmax=255)
        panels[1, column].imshow(
            picture, cmap="gray", vmin=float(codes.min()), vmax=float(codes.max()),
            aspect="equal" if channels > 1 else "auto", interpolation="nearest",
        )  # fmt: skip
    for axis in panels.flat:
        _bare(axis)
    panels[0, 0].set_ylabel("digit", rotation=0, ha="right", va="center")
    panels[1, 0].set_ylabel("code", rotation=0, ha="right", va="center")
    figure.suptitle(f"Codes as pictures, black {codes.min():.3g} to white {codes.max():.3g}")
    return figure


def first_layer(weights: NDArray[np.float32], shown: int = 32) -> Figure:
    """What the first units of a dense layer on the pixels add up: weights float `[784, n]`.

    Red weights excite and blue ones inhibit, on one scale for all.
    """
    filters = weights.T[:shown].reshape(-1, SIDE, SIDE)
    columns = min(len(filters), 8)
    rows = math.ceil(len(filters) / columns)
    # pixels at the edge, dark in nearly all images, keep large weights that mean nothing
    top = float(np.quantile(np.abs(filters[:, 4:-4, 4:-4]), 0.995)) or 1.0
    figure, panels = plt.subplots(
        rows, columns, figsize=(0.75 * columns + 1, 0.75 * rows + 0.6), squeeze=False
    )
    for axis in panels.flat:
        axis.set_axis_off()
    for axis, weight in zip(panels.flat, filters):
        drawn = axis.imshow(weight, cmap="RdBu_r", vmin=-top, vmax=top)
    figure.colorbar(drawn, ax=panels, label="weight", extend="both", aspect=10 * rows)
    figure.suptitle(f"First layer: {len(filters)} of {weights.shape[1]} units")
    return figure


def code_accuracy(scores: pd.DataFrame, spread: pd.DataFrame) -> Figure:
    """Bars of `codes.probe_accuracy` and `codes.knn_accuracy` by `model`, means over the seeds."""
    figure, axes = plt.subplots(figsize=(8, 1.5 + 0.5 * len(scores)))
    places = np.arange(len(scores))
    for offset, (score, label, colour) in enumerate(
        [
            ("codes.probe_accuracy", "linear classifier of the code", COLOURS[0]),
            ("codes.knn_accuracy", "nearest neighbours in the code", COLOURS[4]),
        ]
    ):
        beside = places + 0.4 * (offset - 0.5)
        deviation = 100 * deviations(spread, scores["model"], score)
        bars = axes.barh(beside, 100 * scores[score], 0.38, color=colour, label=label)
        error_bars(axes, 100 * scores[score], beside, deviation, "x", INK)
        label_bars(axes, bars, deviation, "{:.1f}", 9)
    axes.set_yticks(places, scores["model"])
    axes.invert_yaxis()
    axes.set(xlabel="test images recognised (%)", xlim=(0, 110))
    axes.margins(y=0.02)
    axes.grid(axis="y", visible=False)
    handles, labels = axes.get_legend_handles_labels()
    stroke, words = legend_entry(deviation)
    figure.legend([*handles, stroke], [*labels, words], loc="outside upper center", ncols=3)
    return figure


def _bare(axis: Axes) -> None:
    """Neither ticks nor frame."""
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
