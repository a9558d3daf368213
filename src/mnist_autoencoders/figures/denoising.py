"""Denoising autoencoders against classical filters, on the noises of the ladder.

The tables: `filters` has the columns of `out/filters/scores.csv`; `models` has a row per
model and noise, with the columns model, kind, strength, mse, psnr and ssim.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_autoencoders.figures.style import COLOURS, MARKERS

NO_FILTER = "none"
SHORT = {
    "gaussian": "Gauss",
    "total_variation": "TV",
    "non_local_means": "NLM",
    "jpeg": "JPEG",
    NO_FILTER: "none",
}


def psnr_over_strength(
    filters: pd.DataFrame, models: pd.DataFrame, units: dict[str, str]
) -> Figure:
    """A panel per kind of noise: the models, the best filter at each strength, no filter.

    `units` says by kind what its strength is.
    """
    kinds = list(filters["kind"].unique())
    columns = min(4, len(kinds) + 1)
    rows = -(-(len(kinds) + 1) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.6 * columns, 3.4 * rows), squeeze=False, sharey=True
    )
    for axis, kind in zip(axes.flat, kinds):
        _psnr_panel(axis, filters[filters["kind"] == kind], models[models["kind"] == kind])
        axis.set(title=kind.replace("_", " "), xlabel=units[kind])
        axis.yaxis.set_tick_params(labelleft=True)
    bottom, top = axes.flat[0].get_ylim()
    # room for the filters' names
    axes.flat[0].set_ylim(bottom - 0.15 * (top - bottom), top)
    for axis in axes[:, 0]:
        axis.set_ylabel("PSNR (dB)")
    for axis in axes.flat[len(kinds) :]:
        axis.set_axis_off()
    axes.flat[len(kinds)].legend(*axes.flat[0].get_legend_handles_labels(), loc="center")
    return figure


def scores_at(filters: pd.DataFrame, models: pd.DataFrame, kind: str, strength: float) -> Figure:
    """PSNR and SSIM of all models and all tuned filters under one noise, best PSNR on top."""
    tables = []
    for table, name in ((filters, "method"), (models, "model")):
        chosen = table[(table["kind"] == kind) & (table["strength"] == strength)]
        labels = chosen[name]
        if name == "method":
            labels = labels.str.replace("_", " ").replace(NO_FILTER, "noisy image")
        tables.append(chosen[["psnr", "ssim"]].assign(name=labels, is_model=name == "model"))
    scores = pd.concat(tables).sort_values("psnr")
    figure, axes = plt.subplots(1, 2, figsize=(9, 1.3 + 0.34 * len(scores)), sharey=True)
    places = np.arange(len(scores))
    colours = np.where(scores["is_model"], COLOURS[0], COLOURS[4])
    for axis, score, label in zip(axes, ("psnr", "ssim"), ("PSNR (dB)", "SSIM")):
        bars = axis.barh(places, scores[score], color=colours)
        axis.bar_label(bars, fmt="%.1f" if score == "psnr" else "%.2f", padding=3)
        axis.set(xlabel=f"{label}, higher is better", yticks=places, yticklabels=scores["name"])
        axis.grid(axis="y", visible=False)
        axis.margins(x=0.12)
    figure.suptitle(
        f"{kind.replace('_', ' ')} {strength:g}: autoencoders (blue), tuned filters (orange)"
    )
    return figure


def psnr_by_noise(models: pd.DataFrame, trained_on: dict[str, str]) -> Figure:
    """A row per model, a column per kind of noise at its middle strength; PSNR in dB.

    `trained_on` says for each model what its training images were, such as "gaussian 0.7".
    """
    middle = {
        str(kind): float(np.unique(strengths)[strengths.nunique() // 2])
        for kind, strengths in models.groupby("kind", sort=False)["strength"]
    }
    chosen = models[models["strength"] == models["kind"].map(middle)]
    table = chosen.pivot(index="model", columns="kind", values="psnr")
    table = table.loc[models["model"].unique(), list(middle)]
    figure, axes = plt.subplots(figsize=(3.2 + 1.15 * len(middle), 1.8 + 0.42 * len(table)))
    picture = axes.imshow(table, cmap="viridis", aspect="auto")
    values = table.to_numpy(np.float64)
    dark = values < 0.4 * values.min() + 0.6 * values.max()
    for (row, column), value in np.ndenumerate(values):
        axes.text(
            column, row, f"{value:.1f}", ha="center", va="center",
            color="white" if dark[row, column] else "black",
        )  # fmt: skip
    labels = [f"{kind}_{strength:g}".replace("_", "\n") for kind, strength in middle.items()]
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(table)), [f"{name} ({trained_on[name]})" for name in table.index])
    axes.set(xlabel="noise of the test images", ylabel="model (its training images)")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    figure.colorbar(picture, label="PSNR (dB)", pad=0.02)
    return figure


def _psnr_panel(axis: Axes, filters: pd.DataFrame, models: pd.DataFrame) -> None:
    for number, (model, scores) in enumerate(models.groupby("model", sort=False)):
        axis.plot(
            scores["strength"], scores["psnr"], label=model,
            color=COLOURS[number % 6], marker=MARKERS[number % len(MARKERS)], ms=4,
        )  # fmt: skip
    noisy = filters[filters["method"] == NO_FILTER]
    # the first of equals, which is no filter
    best = filters.loc[filters["psnr"].round(1).groupby(filters["strength"]).idxmax()]
    for table, line, colour, label in (
        (best, ".--", "black", "best filter (named)"),
        (noisy, ".:", "0.5", "noisy image"),
    ):
        axis.plot(table["strength"], table["psnr"], line, color=colour, label=label)
    axis.margins(x=0.1)
    for row in best.itertuples():
        axis.annotate(
            SHORT.get(str(row.method), str(row.method)), (row.strength, 0.02),
            xycoords=("data", "axes fraction"), rotation=90, ha="center", va="bottom", fontsize=8,
        )  # fmt: skip
