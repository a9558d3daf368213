"""Denoising autoencoders against classical filters, on the noises of the ladder.

The tables: `filters` has the columns of `out/filters/scores.csv`; `models` has a row per
model and noise, with the columns model, kind, strength, mse, psnr and ssim, and `by_seed` one per
training, with a seed.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from mnist_autoencoders import opponents
from mnist_autoencoders.figures.spread import INK, error_bars, label_bars, legend_entry
from mnist_autoencoders.figures.style import COLOURS, MARKERS
from mnist_autoencoders.opponents import NO_FILTER

COMMON_TOP = 32.0
"""PSNR in dB that the common scale shows at most; a kind that is undone better has its own."""

FAMILIES = {
    opponents.PLAIN: COLOURS[4],
    opponents.TONED: COLOURS[1],
    opponents.TOOL: COLOURS[3],
    opponents.LEARNT: COLOURS[2],
}


def psnr_over_strength(
    filters: pd.DataFrame, by_seed: pd.DataFrame, units: dict[str, str]
) -> Figure:
    """A panel per kind of noise: the models, the best opponents at each strength, no filter.

    Models are means over the seeds, with error bars of one standard deviation. `units` says by kind
    what its strength is.
    """
    kinds = list(filters["kind"].unique())
    columns = min(4, len(kinds) + 1)
    rows = -(-(len(kinds) + 1) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.6 * columns, 3.6 * rows), squeeze=False,
        gridspec_kw={"hspace": 0.06},
    )  # fmt: skip
    models = over_seeds(by_seed)
    common = []
    for axis, kind in zip(axes.flat, kinds):
        own, ours = filters[filters["kind"] == kind], models[models["kind"] == kind]
        _psnr_panel(axis, own, ours)
        alone = max(own["psnr"].max(), ours["psnr"].max()) > COMMON_TOP
        note = " (own scale)" if alone else ""
        axis.set(title=kind.replace("_", " ") + note, xlabel=units[kind])
        if not alone:
            common.append(axis)
    ends = [axis.get_ylim() for axis in common]
    for axis in axes.flat[: len(kinds)]:
        limits = ends if axis in common else [axis.get_ylim()]
        bottom, top = min(low for low, _ in limits), max(high for _, high in limits)
        # room for the names of the best
        axis.set_ylim(bottom - 0.24 * (top - bottom), top)
    for axis in axes[:, 0]:
        axis.set_ylabel("PSNR (dB)")
    for axis in axes.flat[len(kinds) :]:
        axis.set_axis_off()
    handles, labels = axes.flat[0].get_legend_handles_labels()
    stroke, words = legend_entry(models["psnr_sd"].to_numpy(np.float64))
    axes.flat[len(kinds)].legend([*handles, stroke], [*labels, words], loc="center")
    return figure


def scores_at(filters: pd.DataFrame, by_seed: pd.DataFrame, kind: str, strength: float) -> Figure:
    """PSNR and SSIM of all models and the best of their opponents under one noise, best on top."""
    under = [
        table[(table["kind"] == kind) & (table["strength"] == strength)]
        for table in (filters, over_seeds(by_seed))
    ]
    chosen = opponents.best_of_families(under[0])
    families = chosen["method"].map(opponents.family)
    colours = families.map(FAMILIES).mask(chosen["method"] == NO_FILTER, "0.6")
    chosen = chosen.assign(name=chosen["method"].map(opponents.words), colour=colours)
    models = under[1].assign(name=under[1]["model"], colour=COLOURS[0])
    scores = pd.concat([chosen, models]).sort_values("psnr")
    figure, axes = plt.subplots(1, 2, figsize=(9, 1.6 + 0.34 * len(scores)), sharey=True)
    places = np.arange(len(scores))
    for axis, score, label in zip(axes, ("psnr", "ssim"), ("PSNR (dB)", "SSIM")):
        deviation = scores[f"{score}_sd"].to_numpy(np.float64)
        bars = axis.barh(places, scores[score], color=scores["colour"])
        error_bars(axis, scores[score], places, deviation, "x", INK)
        label_bars(axis, bars, deviation, "{:.1f}" if score == "psnr" else "{:.2f}", 11)
        axis.set(xlabel=f"{label}, higher is better", yticks=places, yticklabels=scores["name"])
        axis.grid(axis="y", visible=False)
        axis.margins(x=0.12)
    entries = {"autoencoder": COLOURS[0]} | {
        name: colour for name, colour in FAMILIES.items() if name in set(families)
    }
    handles = [Patch(color=colour) for colour in entries.values()]
    stroke, words = legend_entry(scores["psnr_sd"].to_numpy(np.float64))
    figure.legend(
        [*handles, stroke], [*entries, words], loc="outside lower center", ncols=3, fontsize=9
    )  # fmt: skip
    figure.suptitle(f"{kind.replace('_', ' ')} {strength:g}: autoencoders and their best opponents")
    return figure


def over_seeds(by_seed: pd.DataFrame) -> pd.DataFrame:
    """Columns model, kind, strength, psnr, ssim, psnr_sd, ssim_sd; the last are NaN of one seed."""
    groups = by_seed.groupby(["model", "kind", "strength"], sort=False)[["psnr", "ssim"]]
    return groups.mean().join(groups.std().add_suffix("_sd")).reset_index()


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
        colour = COLOURS[number % 6]
        axis.plot(
            scores["strength"], scores["psnr"], label=model,
            color=colour, marker=MARKERS[number % len(MARKERS)], ms=4,
        )  # fmt: skip
        deviation = scores["psnr_sd"].to_numpy(np.float64)
        error_bars(axis, scores["strength"], scores["psnr"], deviation, "y", colour)
    best = opponents.best(filters)
    for table, line, width, colour, label in (
        (best, ".--", 1.5, "black", "best opponent (named)"),
        (opponents.best(opponents.plain(filters)), "-", 0.8, "black", "best plain filter"),
        (filters[filters["method"] == NO_FILTER], ".:", 1.5, "0.5", "noisy image"),
    ):
        axis.plot(table["strength"], table["psnr"], line, lw=width, color=colour, label=label)
    axis.margins(x=0.1)
    for row in best.itertuples():
        axis.annotate(
            opponents.short(str(row.method)), (row.strength, 0.02),
            xycoords=("data", "axes fraction"), rotation=90, ha="center", va="bottom", fontsize=8,
        )  # fmt: skip
