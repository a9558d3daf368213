"""Figures look alike, are light to draw, and lie in files of few colours."""

import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from mnist_autoencoders.figures.style import (
    COLOURS,
    DIGIT_COLOURS,
    MARKERS,
    log_ticks,
    save,
    save_sheet,
)
from tests import artists
from tests.projects import ROOT

styled = pytest.fixture(autouse=True)(artists.styled)


def test_what_shows_results_never_starts_tensorflow() -> None:
    script = (
        "import sys; sys.path.insert(0, 'src');"
        "import mnist_autoencoders.figures.comparisons, mnist_autoencoders.figures.of_model;"
        "import mnist_autoencoders.page.render, mnist_autoencoders.timings.timing;"
        "print({'tensorflow', 'keras', 'mlflow', 'dvc'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", script]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == "set()\n"


def test_every_colour_and_marker_tells_something_apart() -> None:
    assert len({*COLOURS, *DIGIT_COLOURS}) == 8 + 10
    assert len(set(MARKERS)) == 8
    axes = plt.figure().subplots()
    assert [artists.look(axes.plot([0, 1])[0])[0] for _ in COLOURS] == [
        colour.lower() for colour in COLOURS
    ]


def test_the_style_is_light() -> None:
    figure, axes = plt.subplots()
    axes.plot([0, 1], label="line")
    assert not axes.legend().get_frame_on()
    assert {name: spine.get_visible() for name, spine in axes.spines.items()} == {
        "left": True, "bottom": True, "top": False, "right": False,
    }  # fmt: skip
    figure.draw_without_rendering()
    for line in axes.xaxis.get_gridlines():
        assert (line.get_visible(), line.get_alpha()) == (True, 0.3)
    assert (figure.dpi, axes.xaxis.label.get_size()) == (100, 11)
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"


def shades() -> Figure:
    """A figure of 2 x 1 inches, one grey or green shade a column."""
    figure = plt.figure(figsize=(2, 1), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    ramp = np.linspace(0, 1, 400)
    colours = np.stack([ramp, np.sqrt(ramp), ramp**2], axis=-1)
    axes.imshow(colours[None], aspect="auto", interpolation="nearest")
    return figure


@pytest.mark.parametrize(
    ("write", "pixels", "fewest", "most"),
    [(save, (286, 156), 200, 256), (save_sheet, (165, 90), 25, 32)],
)
def test_files_have_few_colours_and_are_the_same_bytes_again(
    tmp_path: Path, write: object, pixels: tuple[int, int], fewest: int, most: int
) -> None:
    assert callable(write)
    for name in ("first", "second"):
        write(shades(), tmp_path / f"{name}.png")
        assert plt.get_fignums() == []
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    with Image.open(tmp_path / "first.png") as picture:
        # a tenth of an inch of margin on every side
        assert (picture.format, picture.mode, picture.size) == ("PNG", "P", pixels)
        assert "Software" not in picture.info
        colours = np.asarray(picture)
    assert fewest <= len(np.unique(colours)) <= most
    # dithering would mix colours within a column
    rows = colours[len(colours) // 4 : -len(colours) // 4]
    assert (rows == rows[0]).all()


def test_a_logarithmic_axis_has_plain_numbers() -> None:
    figure, axes = plt.subplots()
    axes.set(xscale="log", xlim=(0.15, 60))
    log_ticks(axes.xaxis)
    figure.draw_without_rendering()
    shown = [t.label1.get_text() for t in axes.xaxis.get_major_ticks() if 0.15 < t.get_loc() < 60]
    assert shown == ["0.2", "0.5", "1", "2", "5", "10", "20", "50"]
    assert set(artists.texts(axes.get_xticklabels(minor=True))) == {""}
