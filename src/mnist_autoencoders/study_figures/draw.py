"""The figure of a study: panels of lines over what was varied, with intervals over the seeds."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from mnist_autoencoders.figures.style import COLOURS, MARKERS, save, use_style
from mnist_autoencoders.stagecraft.schema import hint
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.studies.parameters import StudyFigure
from mnist_autoencoders.study_figures.intervals import CONFIDENCE, MODEL, intervals

LABELS = {
    "psnr": "PSNR (dB)",
    "pca.psnr": "PSNR of PCA (dB)",
    "ssim": "SSIM",
    "code_size": "code values",
    "code_mean": "mean code value",
    "set.code_l1": "weight of the sparsity penalty",
    "set.noises.gaussian.factor": "strength of the noise trained on",
    "parameters": "weights",
    "codes.participation": "code values that take part in an image",
    "codes.knn_accuracy": "accuracy of neighbours in the codes",
    "likelihood.kl": "rate: KL divergence (nats)",
    "likelihood.reconstruction": "log p(x | code) (nats)",
    "likelihood.elbo": "ELBO (nats)",
}
"""Of columns; others are shown as they are."""

OF_NO_MODEL = "pca."
"""Begins the columns that depend on the images and the size of the code alone: one line for all."""

WIDTH, HEIGHT = 5.2, 4.0
"""Inches of a panel."""

ROOM = 25
"""Characters of all labels of its x axis that stand beside each other."""


def draw_study(name: str, table: pd.DataFrame, about: StudyFigure, path: Path) -> None:
    """Draw the table of a study: a panel for each list of `y`, a line for each model and column.

    Dots are single trainings. Raises `UserError` for a column that the table lacks.
    """
    use_style()
    for key, column in [("x", about.x), *(("y", each) for panel in about.y for each in panel)]:
        if column not in table:
            raise UserError(
                f"studies.{name}.figure.{key}: its table has no column '{column}'"
                f"{hint(column, table.columns)}"
            )
    figure, panels = plt.subplots(
        1, len(about.y), figsize=(WIDTH * len(about.y), HEIGHT), squeeze=False
    )
    for axes, columns in zip(panels[0], about.y):
        _panel(axes, table, about, columns)
        if about.x == MODEL:
            axes.tick_params(axis="x", rotation=30)
    figure.supxlabel(_caption(table), fontsize=9)
    save(figure, path)


def _caption(table: pd.DataFrame) -> str:
    seeds = intervals(table, [])["seeds"]
    count = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    spread = f"bars: {CONFIDENCE:.0%} interval of the mean (Student's t)"
    images = table[["data.name", "data.train"]].drop_duplicates().to_numpy()
    data = " and ".join(f"{name}, {train:,} training images" for name, train in images)
    return (
        f"{data}; {count} seeds a setting; dots: trainings; "
        f"{spread if seeds.max() > 1 else 'spread unknown'}"
    )


def summary(table: pd.DataFrame, about: StudyFigure) -> pd.DataFrame:
    """The means that the figure shows, with half of their intervals, see `intervals`."""
    return intervals(table, [*_measured(about), *(each for panel in about.y for each in panel)])


def _measured(about: StudyFigure) -> list[str]:
    """The column of x, unless it names what is a setting anyway."""
    return [] if about.x == MODEL or about.x.startswith("set.") else [about.x]


def _panel(axes: Axes, table: pd.DataFrame, about: StudyFigure, columns: list[str]) -> None:
    x, named = about.x, about.x == MODEL
    means = summary(table, about)
    models = list(dict.fromkeys(table[MODEL]))
    shared = [column for column in columns if column.startswith(OF_NO_MODEL)]
    lines = [(model, column) for model in models for column in columns if column not in shared]
    lines += [(None, column) for column in shared]
    for number, (model, column) in enumerate(lines):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        single = table[table[MODEL] == model] if model else table
        rows = means[means[MODEL] == model] if model else means.drop_duplicates([x, column])
        rows = rows.sort_values(x, kind="stable")
        label = model if model and len(columns) == 1 else _label(column)
        if model and len(columns) > 1 and len(models) > 1:
            label = f"{model}: {label}"
        axes.plot(single[x], single[column], ".", color=colour, alpha=0.35, ms=5, zorder=2)
        axes.errorbar(
            rows[x], rows[column],
            yerr=rows[f"{column}.half"],
            xerr=rows[f"{x}.half"] if _measured(about) and rows[f"{x}.half"].max() > 0 else None,
            color=colour, marker=marker, ms=5, capsize=3, lw=1.5, elinewidth=1.2, label=label,
        )  # fmt: skip
    if about.logarithmic and not named:
        _logarithmic(axes, table[x])
    axes.set_xlabel("" if named else _label(x))
    axes.set_ylabel(
        _label(columns[0]) if len(columns) == 1 else "PSNR (dB)" if _psnr(columns) else ""
    )
    if len(lines) > 1 and not (named and len(columns) == 1):
        axes.legend(fontsize=9)


def _logarithmic(axes: Axes, values: pd.Series) -> None:
    """With zero, where it is among the values, at the left."""
    if (values > 0).all():
        axes.set_xscale("log", base=10)
    elif (values > 0).any():
        axes.set_xscale("symlog", linthresh=float(values[values > 0].min()))
    if len(values.unique()) <= 8:
        ticks = np.sort(values.unique())
        names = [f"{tick:g}" for tick in ticks]
        slanted = {"rotation": 30, "ha": "right"} if len("".join(names)) > ROOM else {}
        axes.set_xticks(ticks, names, minor=False, **slanted)
        axes.minorticks_off()


def _label(column: str) -> str:
    match column.split("."):
        case ["denoising", kind, strength, score]:
            return f"{score.upper()} under {kind} {strength.replace('_', '.')}"
    return LABELS.get(column, column.removeprefix("set."))


def _psnr(columns: list[str]) -> bool:
    return all(column.endswith("psnr") for column in columns)
