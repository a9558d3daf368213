"""Figures of training and reconstruction; all take what tables and arrays hold."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.figures.style import COLOURS, log_ticks


def learning_curve(history: pd.DataFrame, published: list[float], unit: str) -> Figure:
    """Loss of one model on training and validation images, over the printed losses if any.

    `published` are validation losses by epoch, `unit` is that of the loss.
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
    axes.set(xlabel="epoch", ylabel=f"loss ({unit})", yscale="log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.2, 1.5, 2, 3, 5, 7)))
    axes.yaxis.set_major_formatter("{x:.3g}")
    axes.yaxis.set_minor_formatter("")
    axes.legend()
    return figure


def score_bars(scores: pd.DataFrame) -> Figure:
    """PSNR and SSIM of every model, with those of its noisy input where it had one."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 1.5 + 0.4 * len(scores)), sharey=True)
    for axis, (score, label) in zip(
        axes, [("psnr", "PSNR (dB), higher is better"), ("ssim", "SSIM, higher is better")]
    ):
        bars = axis.barh(scores["model"], scores[score], color=COLOURS[0])
        axis.bar_label(bars, fmt="%.2f", padding=3)
        if f"input.{score}" in scores:
            inputs = scores[scores[f"input.{score}"].notna()]
            axis.scatter(
                inputs[f"input.{score}"], inputs["model"], color=COLOURS[1], marker="D",
                label="its noisy input", zorder=3,
            )  # fmt: skip
        axis.set(xlabel=label)
        axis.grid(axis="y", visible=False)
        axis.margins(x=0.15)
    axes[0].invert_yaxis()
    if "input.psnr" in scores:
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper right")
    return figure


def beside_pca(scores: pd.DataFrame, curve: pd.DataFrame) -> Figure:
    """PSNR of the models of clean images over their code size, on the curve of PCA.

    `curve` has the columns components and psnr.
    """
    figure, axes = plt.subplots(figsize=(8, 5.5))
    axes.plot(
        curve["components"], curve["psnr"], color=COLOURS[6], marker=".",
        label="PCA, as many components",
    )  # fmt: skip
    axes.plot(
        scores["code_size"], scores["psnr"], color=COLOURS[1], marker="o", linestyle="none",
        label="autoencoder",
    )  # fmt: skip
    for _, same_size in scores.sort_values("psnr").groupby("code_size"):
        label_at = -np.inf
        for row in same_size.itertuples():
            # labels of one column are kept apart, whatever their points do
            label_at = max(float(row.psnr), label_at + 0.75)
            axes.annotate(
                row.model, (row.code_size, row.psnr), (row.code_size * 1.08, label_at),
                fontsize=9, va="center",
            )  # fmt: skip
    axes.set(xlabel="code size (values)", ylabel="PSNR (dB)", xscale="log")
    log_ticks(axes.xaxis)
    axes.legend(loc="upper left")
    return figure


def reconstructions(rows: dict[str, Images]) -> Figure:
    """Rows of images below each other: original, input where it differs, reconstruction."""
    count = len(next(iter(rows.values())))
    figure, axes = plt.subplots(
        len(rows), count, figsize=(count, len(rows)), squeeze=False,
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
    """Distribution of all code values of the test images, by model, with their statistics."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    top = max(float(np.quantile(values, 0.999)) for values in codes.values())
    bottom = min(float(values.min()) for values in codes.values())
    bins = np.linspace(bottom, top, 61).tolist()
    for number, (model, values) in enumerate(codes.items()):
        flat = values.ravel()
        mean, zeros = scores.set_index("model").loc[model, ["code_mean", "code_near_zero"]]
        axes.hist(
            flat,
            bins=bins,
            weights=np.full(flat.size, 1 / flat.size),
            color=COLOURS[number],
            alpha=0.6,
            label=f"{model}: mean {mean:.3f}, variance {flat.var():.2f}, {zeros:.0%} near zero",
        )
    axes.set(xlabel="code value", ylabel="share of the code values", yscale="log")
    axes.set_title("Code values of the test images")
    axes.legend()
    return figure
