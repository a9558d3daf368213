"""The spread of a figure over the seeds of a model, as error bars and in words."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

INK = "0.25"
"""Colour of the error bars on bars, a shade of grey."""

KNOWN = "one standard deviation over seeds"
UNKNOWN = "one seed: spread unknown"


def of_common_seed(by_seed: pd.DataFrame) -> pd.DataFrame:
    """The rows of the trainings that the pictures are of: those of the seed that comes first."""
    return by_seed[by_seed["seed"] == by_seed["seed"].iloc[0]]


def deviations(spread: pd.DataFrame, models: pd.Series, score: str) -> NDArray[np.float64]:
    """The standard deviation of a score by model, in their order; NaN where it is unknown.

    `spread` is the table of that name, see `tables.collect`.
    """
    return spread.set_index("model")[score].reindex(models).to_numpy(np.float64)


def error_bars(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    deviation: NDArray[np.float64],
    along: Literal["x", "y"],
    colour: str,
) -> None:
    """Error bars of one standard deviation `along` x or y, where that is known."""
    known = np.isfinite(deviation)
    if known.any():
        reach = deviation[known]
        axes.errorbar(
            np.asarray(x)[known],
            np.asarray(y)[known],
            xerr=reach if along == "x" else None,
            yerr=reach if along == "y" else None,
            fmt="none",
            ecolor=colour,
            elinewidth=1,
            capsize=2,
            zorder=4,
        )


def label_bars(
    axes: Axes, bars: BarContainer, deviation: NDArray[np.float64], form: str, size: float
) -> None:
    """The length of each horizontal bar behind its end, or behind its error bar."""
    for bar, reach in zip(bars.patches, np.nan_to_num(deviation)):
        length, middle = bar.get_width(), bar.get_y() + bar.get_height() / 2
        axes.annotate(
            form.format(length), (length + reach, middle), (3, 0), textcoords="offset points",
            va="center", fontsize=size,
        )  # fmt: skip


def legend_entry(deviation: NDArray[np.float64]) -> tuple[Artist, str]:
    """What a legend says of the spread: a stroke if any is known, else that it is unknown."""
    if np.isfinite(deviation).any():
        return Line2D([], [], color=INK, lw=1, marker="|", ms=6), KNOWN
    return Line2D([], [], linestyle="none"), UNKNOWN
