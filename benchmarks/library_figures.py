"""Figures of what the models of the library reached."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from mnist_autoencoders.figures.style import COLOURS, MARKERS, save, use_style


def draw(folder: Path, histories: dict[str, pd.DataFrame], published: dict[str, float]) -> None:
    """Draw the tables of `benchmarks.library`; `histories` are of the models of `published`."""
    use_style()
    save(_likelihood(folder, histories, published), folder / "likelihood.png")
    save(_denoisers(pd.read_csv(folder / "denoisers.csv")), folder / "denoisers.png")
    save(_images(pd.read_csv(folder / "images.csv")), folder / "images.png")


def _likelihood(
    folder: Path, histories: dict[str, pd.DataFrame], published: dict[str, float]
) -> Figure:
    """The bound of binarised test images, epoch by epoch, above what was published."""
    estimated = pd.read_csv(folder / "likelihood.csv").set_index("model")["importance_weighted"]
    figure, axes = plt.subplots(figsize=(7, 4))
    for (name, history), colour in zip(histories.items(), COLOURS):
        axes.plot(history["epoch"], history["val_loss"], color=colour, label=f"{name}, its bound")
        axes.plot(
            len(history), estimated[name], "o", color=colour, label=f"{name}, -log p(x), 100 codes"
        )
        axes.axhline(published[name], linestyle=":", color=colour, label="published, 3,280 epochs")
    axes.set(xscale="log", xlabel="epoch", ylabel="nats an image", ylim=(84, 130))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.legend(fontsize=9)
    return figure


def _denoisers(table: pd.DataFrame) -> Figure:
    """PSNR against the strength of the noise; what is not a network is one dotted line."""
    figure, axes = plt.subplots(figsize=(7, 4))
    networks = table[table["seconds"].notna()]
    for (name, rows), colour, marker in zip(networks.groupby("method"), COLOURS, MARKERS):
        axes.plot(rows["strength"], rows["psnr"], color=colour, marker=marker, label=name)
    others = table[table["seconds"].isna()]
    axes.plot(others["strength"], others["psnr"], "k:", label="strongest without a network")
    axes.set(xlabel="standard deviation of the noise", ylabel="PSNR (dB)")
    axes.legend(fontsize=9)
    return figure


def _images(table: pd.DataFrame) -> Figure:
    """PSNR against the number of training images, a line for each method."""
    figure, axes = plt.subplots(figsize=(7, 4))
    for (method, rows), colour, marker in zip(table.groupby("method"), COLOURS, MARKERS):
        axes.plot(rows["images"], rows["psnr"], color=colour, marker=marker, label=method)
    axes.set(xscale="log", xlabel="training images", ylabel="PSNR (dB)")
    axes.set_xticks(table["images"].unique(), table["images"].unique())
    axes.minorticks_off()
    axes.legend(fontsize=9)
    return figure
