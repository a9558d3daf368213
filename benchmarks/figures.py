"""Figures of what was measured, from the tables in a folder."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_autoencoders.figures.style import COLOURS, MARKERS, save, use_style


def draw(folder: Path) -> None:
    """Draw the tables that are there."""
    use_style()
    for name in ("training", "training_avx2"):
        if (folder / f"{name}.csv").exists():
            save(_training(pd.read_csv(folder / f"{name}.csv")), folder / f"{name}.png")
    if (folder / "scaling.csv").exists():
        save(_scaling(pd.read_csv(folder / "scaling.csv")), folder / "scaling.png")


def _training(table: pd.DataFrame) -> Figure:
    """Seconds of an epoch: a group of bars for each net, with their ratio to the project's."""
    models, makers = table["model"].unique(), table["by"].unique()
    figure, axes = plt.subplots(figsize=(9, 4))
    width = 0.8 / len(makers)
    for number, maker in enumerate(makers):
        # what failed was left out
        rows = table[table["by"] == maker].set_index("model").reindex(models)
        places = np.arange(len(models)) + (number - (len(makers) - 1) / 2) * width
        reach = [rows["seconds"] - rows["fastest"], rows["slowest"] - rows["seconds"]]
        label = "this project" if maker == "project" else maker
        axes.bar(places, rows["seconds"], width * 0.95, yerr=reach, label=label, capsize=2)
        if maker != "project":
            for place, row in zip(places, rows.itertuples()):
                if np.isnan(row.ratio):
                    continue
                text = f"{row.ratio:.1f}x"
                axes.text(place, row.slowest * 1.06, text, ha="center", fontsize=8)
    axes.set(yscale="log", ylabel="seconds an epoch of 60,000 images")
    axes.set_xticks(range(len(models)), models)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(visible=False, axis="x")
    axes.legend(ncols=len(makers), loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure


def _scaling(table: pd.DataFrame) -> Figure:
    figure, panels = plt.subplots(1, 5, figsize=(16, 3.4))
    images = table[table["grows"] == "images"]
    _lines(panels[0], images, "seconds", "seconds an epoch", "images")
    _lines(panels[1], images, "memory_mib", "peak memory (MiB)", "images")
    data = images[images["model"] == images["model"].iloc[0]]
    base = images["memory_mib"].min() - data["data_mib"].min()
    panels[1].plot(
        data["size"], base + data["data_mib"], color="grey", ls=":", label="the data itself"
    )
    panels[1].set_ylim(bottom=0)
    panels[1].legend()
    panels[0].set_yscale("log")
    for panel, grows in zip(panels[2:], ("batch_size", "code_size", "filters")):
        rows = table[table["grows"] == grows]
        label = "filters of the first layer" if grows == "filters" else grows.replace("_", " ")
        _lines(panel, rows, "microseconds_per_image", "microseconds an image", label)
        panel.set_ylim(bottom=0)
    return figure


def _lines(axes: Axes, table: pd.DataFrame, column: str, label: str, size: str) -> None:
    for (model, rows), colour, marker in zip(table.groupby("model", sort=False), COLOURS, MARKERS):
        axes.plot(rows["size"], rows[column], marker=marker, color=colour, label=model)
    axes.set(xscale="log", xlabel=size, ylabel=label)
    axes.set_xticks(sorted(table["size"].unique()))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params("x", labelsize=8, labelrotation=30)
    axes.minorticks_off()
    axes.legend()
