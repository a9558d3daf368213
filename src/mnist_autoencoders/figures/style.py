"""One look for all figures: readable in print, distinct to colour-blind eyes."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator
from PIL import Image

# Okabe and Ito, "Color universal design", 2008
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C00")
# Petroff, "Accessible color sequences for data visualization", 2021: one for each digit
DIGIT_COLOURS = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

HUGE = 1e6
"""Numbers from which on digits before the point would be no help."""

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
}


def use_style() -> None:
    """Draw all figures of this process in the common style."""
    plt.style.use(STYLE)


class LogTicks(LogLocator):
    """Ticks at `subs` times the powers of ten; where none is in view, at other numbers.

    Matplotlib leaves out all of them where there are many powers, and few values have none near.
    """

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """Where ticks stand between two values."""
        powers = LogLocator()
        powers.set_axis(self.axis)
        for places in (super().tick_values(vmin, vmax), powers.tick_values(vmin, vmax)):
            if any(vmin <= place <= vmax for place in places):
                return places
        return MaxNLocator(5).tick_values(vmin, vmax)


def log_ticks(axis: Axis, digits: tuple[int, ...] = (1, 2, 5)) -> None:
    """Label these times the powers of ten as plain numbers, on a logarithmic axis."""
    axis.set_major_locator(LogTicks(subs=digits))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter("")


def short(value: float, form: str) -> str:
    """A number in a form such as ".2f", a huge one with its power of ten."""
    return f"{value:{form}}" if abs(value) < HUGE else f"{value:.3g}"


def save(figure: Figure, path: Path) -> None:
    """Write a PNG of 256 colours, without the version and date that would make bytes differ."""
    _write(figure, path, dpi=130, colours=256)


def save_sheet(figure: Figure, path: Path) -> None:
    """Write a figure made of many small images, with fewer pixels and colours."""
    _write(figure, path, dpi=75, colours=32)


def _write(figure: Figure, path: Path, dpi: int, colours: int) -> None:
    drawn = BytesIO()
    with warnings.catch_warnings():
        # said once, by whoever puts other people's words into a figure
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        figure.savefig(
            drawn, format="png", dpi=dpi, bbox_inches="tight", metadata={"Software": None}
        )
    with Image.open(drawn) as picture:
        # to colours of its own, and so without dithering, which would show in flat areas
        flat = picture.convert("RGB").quantize(colours)
        flat.save(path, optimize=True)
    plt.close(figure)
