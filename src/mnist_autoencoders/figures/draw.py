"""Figures of training and reconstruction; all take what tables and arrays hold."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.figures.spread import (
    INK,
    deviations,
    error_bars,
    label_bars,
    legend_entry,
)
from mnist_autoencoders.figures.style import COLOURS, LogTicks, log_ticks, short

LEAST = 5
"""Inches of width at least, which the words beside images need."""

LABEL_HEIGHT = 0.65
"""PSNR in dB from one label beside the curve of PCA to the next, on an axis of up to `TALL` dB."""

TALL = 30.0


def learning_curve(history: pd.DataFrame, published: list[float], unit: str) -> Figure:
    """Loss of one model on training and validation images, over the printed losses if any.

    `published` are validation losses by epoch, `unit` is that of the loss. On a logarithmic scale,
    unless a loss is 0.
    """
    figure, axes = plt.subplots(figsize=(6, 3.4))
    epochs = history["epoch"]
    if published:
        axes.plot(
            range(1, len(published) + 1), published, label="published, validation",
            color=COLOURS[4], linestyle="none", marker="D", ms=5,
        )  # fmt: skip
    single = "o" if len(history) < 40 else None
    axes.plot(epochs, history["loss"], label="training", color=COLOURS[0], marker=single, ms=3)
    axes.plot(
        epochs, history["val_loss"], label="validation", color=COLOURS[1], marker=single, ms=3
    )
    axes.set(xlabel="epoch", ylabel=f"loss ({unit})")
    # Matplotlib would find no two whole numbers beside a single epoch
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=min(2, len(history))))
    if history[["loss", "val_loss"]].to_numpy().min() > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogTicks(subs=(1, 1.2, 1.5, 2, 3, 5, 7)))
        axes.yaxis.set_major_formatter(_three_digits)
        axes.yaxis.set_minor_formatter("")
    axes.legend()
    return figure


def _three_digits(value: float, _: float) -> str:
    """A number in three digits, or in those it needs."""
    text = f"{value:.3g}"
    return text if math.isclose(float(text), value) else f"{value:g}"


def score_bars(scores: pd.DataFrame, spread: pd.DataFrame) -> Figure:
    """PSNR and SSIM of every model, with those of its noisy input where it had one.

    Bars are means over the seeds, with an error bar of one standard deviation.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9, 1.5 + 0.4 * len(scores)), sharey=True)
    for axis, (score, label) in zip(
        axes, [("psnr", "PSNR (dB), higher is better"), ("ssim", "SSIM, higher is better")]
    ):
        deviation = deviations(spread, scores["model"], score)
        bars = axis.barh(scores["model"], scores[score], color=COLOURS[0])
        error_bars(axis, scores[score], range(len(scores)), deviation, "x", INK)
        label_bars(axis, bars, deviation, "{:.2f}", 11)
        if f"input.{score}" in scores:
            inputs = scores[scores[f"input.{score}"].notna()]
            axis.scatter(
                inputs[f"input.{score}"], inputs["model"], color=COLOURS[1], marker="D",
                label="its noisy input", zorder=3,
            )  # fmt: skip
        axis.set(xlabel=label)
        axis.grid(axis="y", visible=False)
        axis.margins(x=0.15, y=0.02)
    axes[0].invert_yaxis()
    handles, labels = axes[0].get_legend_handles_labels()
    stroke, words = legend_entry(deviations(spread, scores["model"], "psnr"))
    figure.legend([*handles, stroke], [*labels, words], loc="outside upper right", ncols=2)
    return figure


def beside_pca(
    scores: pd.DataFrame, spread: pd.DataFrame, curve: pd.DataFrame, decoder: pd.DataFrame
) -> Figure:
    """PSNR of the models of clean images over their code size, on the curve of PCA.

    `curve` and `decoder` have the columns components and psnr: of PCA, and of its scores decoded
    by one layer that was trained; they may be empty.
    """
    figure, axes = plt.subplots(figsize=(8, 6.5))
    for table, words, colour, line in (
        (curve, "PCA, as many components", COLOURS[6], "-"),
        (decoder, "PCA decoded by one sigmoid layer", COLOURS[0], "--"),
    ):
        if not table.empty:
            axes.plot(
                table["components"], table["psnr"], line, color=colour, marker=".", label=words
            )  # fmt: skip
    deviation = deviations(spread, scores["model"], "psnr")
    axes.plot(
        scores["code_size"], scores["psnr"], color=COLOURS[1], marker="o", linestyle="none",
        label="autoencoder",
    )  # fmt: skip
    error_bars(axes, scores["code_size"], scores["psnr"], deviation, "y", COLOURS[1])
    _label_points(axes, scores)
    axes.set(xlabel="code size (values)", ylabel="PSNR (dB)", xscale="log")
    # room for names on the left of the smallest codes
    axes.set_xlim(left=0.35)
    log_ticks(axes.xaxis)
    handles, labels = axes.get_legend_handles_labels()
    stroke, words = legend_entry(deviation)
    axes.legend([*handles, stroke], [*labels, words], loc="upper left")
    return figure


def _label_points(axes: Axes, scores: pd.DataFrame) -> None:
    """Name each point beside it, on the left where the next column of points is near.

    Labels of one column are kept apart and as near to their points as that allows: the least sum
    of squared distances, which isotonic regression gives.
    """
    sizes = np.sort(scores["code_size"].unique())
    crowded = set(sizes[:-1][sizes[1:] < 2 * sizes[:-1]])
    for size, column in scores.sort_values("psnr").groupby("code_size"):
        low, high = axes.get_ylim()
        step = LABEL_HEIGHT * max(1.0, (high - low) / TALL)
        apart = step * np.arange(len(column))
        heights = isotonic_regression(column["psnr"].to_numpy() - apart).x + apart
        # of near points alone, labels would leave the axes
        if heights[0] < low or heights[-1] > high:
            axes.set_ylim(min(low, heights[0] - step), max(high, heights[-1] + step))
        left = size in crowded
        for model, psnr, height in zip(column["model"], column["psnr"], heights):
            axes.annotate(
                model, (size, psnr), (size / 1.25 if left else size * 1.25, height), fontsize=9,
                ha="right" if left else "left", va="center",
                arrowprops={"arrowstyle": "-", "color": "0.6", "lw": 0.6, "shrinkA": 1},
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
            )  # fmt: skip


def reconstructions(rows: dict[str, Images]) -> Figure:
    """Rows of images below each other: original, input where it differs, reconstruction."""
    count = len(next(iter(rows.values())))
    figure, axes = plt.subplots(
        len(rows), count, figsize=(max(count, LEAST), len(rows)), squeeze=False,
        gridspec_kw={"wspace": 0.05, "hspace": 0.05},
    )  # fmt: skip
    for line, (label, images) in zip(axes, rows.items()):
        for axis, image in zip(line, images):
            axis.imshow(image, cmap="gray", vmin=0, vmax=255)
            axis.set(xticks=[], yticks=[])
            axis.grid(visible=False)
            axis.spines[:].set_visible(False)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center")
    return figure


def code_histogram(codes: dict[str, NDArray[np.float32]], scores: pd.DataFrame) -> Figure:
    """Distribution of all code values of the test images, by model, with their statistics.

    `scores` are those of the trainings that gave the codes.
    """
    figure, axes = plt.subplots(figsize=(8, 4.5))
    top = max(float(np.quantile(values, 0.999)) for values in codes.values())
    bottom = min(float(values.min()) for values in codes.values())
    if top <= bottom:  # all values are the same
        reach = max(0.5, abs(bottom) / 2)
        bottom, top = bottom - reach, bottom + reach
    bins = np.linspace(bottom, top, 61).tolist()
    for number, (model, values) in enumerate(codes.items()):
        flat = values.ravel()
        row = scores.set_index("model").loc[model]
        words = [
            f"{model}: mean {short(row['code_mean'], '.3f')}, "
            f"variance {short(flat.var(dtype=np.float64), '.2f')}",
            f"{row['code_near_zero']:.0%} near zero",
        ]
        if "codes.hoyer" in row:
            words.append(f"Hoyer {row['codes.hoyer']:.2f}")
        if "codes.participation" in row:
            words.append(f"{row['codes.participation']:.1f} of {values.shape[1]} taking part")
        axes.hist(
            flat,
            bins=bins,
            weights=np.full(flat.size, 1 / flat.size),
            color=COLOURS[number],
            alpha=0.6,
            label=", ".join(words),
        )
    axes.set(xlabel="code value", ylabel="share of the code values", yscale="log")
    axes.set_title("Code values of the test images")
    figure.legend(loc="outside lower center", fontsize=9)
    return figure
