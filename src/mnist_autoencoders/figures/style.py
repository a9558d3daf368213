"""One look for all figures: readable in print, distinct to colour-blind eyes."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.figure import Figure

# Okabe and Ito, "Color universal design", 2008
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

STYLE: dict[str, Any] = {
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "savefig.dpi": 130,
}


def use_style() -> None:
    """Draw all figures of this process in the common style."""
    plt.style.use(STYLE)


def save(figure: Figure, path: Path) -> None:
    """Write a PNG without the version and date that would make the bytes differ."""
    figure.savefig(path, metadata={"Software": None})
