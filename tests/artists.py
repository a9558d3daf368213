"""What a figure shows, read from its artists."""

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from mnist_autoencoders.figures.style import use_style


def styled() -> Iterator[None]:
    """The body of a fixture: the common style for one test, and no figure left open."""
    with plt.rc_context():
        use_style()
        yield
        plt.close("all")


def points(line: Line2D) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]


def look(line: Line2D) -> tuple[str, str, str]:
    """Colour, style and marker; "None" for none."""
    return to_hex(line.get_color()), str(line.get_linestyle()), str(line.get_marker())


def by_label(axes: Axes) -> dict[str, Line2D]:
    return {str(line.get_label()): line for line in axes.lines}


def bars(axes: Axes) -> list[list[tuple[float, float, str]]]:
    """Of every series of horizontal bars: place, length and colour of each bar."""
    return [
        [
            (
                round(bar.get_y() + bar.get_height() / 2, 6),
                float(bar.get_width()),
                to_hex(bar.get_facecolor()),
            )
            for bar in container.patches
        ]
        for container in axes.containers
        if isinstance(container, BarContainer)
    ]


def dots(collection: PathCollection) -> list[tuple[float, float]]:
    """The places of the dots of a scatter, without those of missing numbers."""
    places = collection.get_offsets().tolist()
    return [(x, y) for x, y in places if x is not None and y is not None]


def shape(collection: PathCollection) -> str:
    """The marker of a scatter, by its outline."""
    drawn = collection.get_paths()[0].vertices
    for marker in "os^DvPX*":
        style = MarkerStyle(marker)
        outline = style.get_path().transformed(style.get_transform()).vertices
        if outline.shape == drawn.shape and (outline == drawn).all():
            return marker
    raise AssertionError("an unknown marker")


def dot_colour(collection: PathCollection) -> str:
    return to_hex(collection.get_facecolor()[0])


def error_bars(axes: Axes) -> list[tuple[list[tuple[float, float, float, float]], str]]:
    """Of every series of error bars: where each bar begins and ends, x, y, x, y, and its colour."""
    series = []
    for container in axes.containers:
        if isinstance(container, ErrorbarContainer):
            (bars,) = container.lines[2]
            ends = [tuple(segment.ravel().round(6).tolist()) for segment in bars.get_segments()]
            series.append((ends, to_hex(bars.get_colors()[0])))
    return series


def texts(artists: Any) -> list[str]:
    return [text.get_text() for text in artists]


def legend(of: Axes | Figure) -> list[str]:
    """The words of the only legend."""
    legends = of.legends if isinstance(of, Figure) else [of.get_legend()]
    (only,) = legends
    return texts(only.get_texts())


def picture(axes: Axes) -> Any:
    """The array of the only image, once its scale is that of bytes, 0 black and 255 white."""
    (image,) = axes.images
    assert image.get_cmap().name == "gray"
    assert image.get_clim() == (0, 255)
    return image.get_array()


def is_bare(axes: Axes) -> bool:
    """Whether there is neither a frame nor a grid."""
    axes.figure.draw_without_rendering()
    grid = [*axes.xaxis.get_gridlines(), *axes.yaxis.get_gridlines()]
    return not any(artist.get_visible() for artist in [*axes.spines.values(), *grid])


def has_no_row_lines(axes: Axes) -> bool:
    """Whether the grid has lines across the columns only, as bars want."""
    axes.figure.draw_without_rendering()
    across, along = (
        {line.get_visible() for line in axis.get_gridlines()} for axis in (axes.xaxis, axes.yaxis)
    )
    return across == {True} and along == {False}


def size(figure: Figure) -> tuple[float, float]:
    """Width and height in inches."""
    width, height = figure.get_size_inches()
    return round(float(width), 4), round(float(height), 4)
