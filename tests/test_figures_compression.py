"""Bytes against distortion: every curve is that of its model, codec or components."""

import pandas as pd
import pytest

from mnist_autoencoders.envelopes import crossings, envelope
from mnist_autoencoders.figures import compression
from tests import artists

styled = pytest.fixture(autouse=True)(artists.styled)

BLUE, ORANGE, GREEN, PINK, BLACK = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"
GREY = "#666666"
"""0.4 of white."""


def codec_table() -> pd.DataFrame:
    """Lossy codecs with two points, lossless ones with one; a sheet takes 20 bytes less."""
    rows = []
    for start, codec in enumerate(["jpeg", "webp"]):
        for quality in (0, 1):
            size, psnr = 100 * (start + 1) + 50 * quality, 20.0 + 10 * quality + start
            rows += [(codec, "single", size, psnr), (codec, "sheet", size - 20, psnr)]
    for start, codec in enumerate(["png", "webp_lossless"]):
        size = 300 - 60 * start
        rows += [(codec, "single", size, 54.0), (codec, "sheet", size - 20, 54.0)]
    return pd.DataFrame(rows, columns=["codec", "layout", "bytes", "psnr"])


COMPONENTS = pd.DataFrame(
    {"components": [4, 4, 8, 8], "bytes": [1, 2, 3, 4], "psnr": [10.0, 11.0, 12.0, 13.0]}
)
MODELS = pd.DataFrame(
    {
        "model": ["big", "poor", "small", "big", "small"],
        "bytes": [8, 3, 1, 4, 2],
        "psnr": [18.0, 11.0, 10.0, 11.5, 12.0],
    }
)


@pytest.mark.parametrize(
    ("sizes", "psnr", "kept"),
    [
        ([1, 2, 4, 8], [10.0, 9.0, 15.0, 16.0], [0, 2, 3]),
        ([8, 4, 2, 1], [16.0, 15.0, 9.0, 10.0], [3, 1, 0]),
        ([1, 1, 2], [5.0, 6.0, 6.0], [1]),
    ],
)
def test_the_envelope_keeps_what_nothing_as_small_beats(
    sizes: list[int], psnr: list[float], kept: list[int]
) -> None:
    models = pd.DataFrame({"bytes": sizes, "psnr": psnr})
    assert list(envelope(models).index) == kept


def test_models_on_the_envelope_are_named_and_the_others_thin() -> None:
    figure = compression.rate_distortion(MODELS, codec_table(), COMPONENTS)
    (axes,) = figure.axes
    lines = artists.by_label(axes)
    small, big = lines["small"], lines["big"]
    assert artists.points(small) == [(1, 10), (2, 12)]
    assert artists.points(big) == [(8, 18)]
    assert artists.look(small) == (BLACK, "None", "o")
    assert artists.look(big) == ("#56b4e9", "None", "s")
    assert {line.get_markersize() for line in (small, big)} == {6}
    thin = {tuple(artists.points(line)): line for line in axes.lines if line.get_linewidth() == 0.8}
    curves = {
        ((3, 11),): "#bfbfbf",
        ((1, 10), (2, 12)): BLACK,
        ((8, 18), (4, 11.5)): "#56b4e9",
        (): "#bfbfbf",
    }
    assert {points: artists.look(line) for points, line in thin.items()} == {
        points: (colour, "-", "None") for points, colour in curves.items()
    }
    assert thin[((3, 11),)].get_zorder() == 1
    assert thin[()].get_label() == "other models"
    assert artists.legend(figure) == [
        "one file for all images",
        "a file for each image",
        "best of the components",
        "best of the autoencoders",
        "small",
        "big",
        "other models",
    ]
    assert {text.get_fontsize() for text in figure.legends[0].get_texts()} == {9}
    assert axes.get_xlabel() == "bytes per image (without the decoder)"
    assert (axes.get_ylabel(), axes.get_title()) == (
        "PSNR (dB)",
        "Rate and distortion; an image has 784 bytes",
    )
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.xaxis.get_major_formatter()(200, 0) == "200"
    assert artists.size(figure) == (9.5, 6)


def test_no_other_models_are_named_where_all_are_on_the_envelope() -> None:
    models = MODELS[MODELS["model"] != "poor"]
    figure = compression.rate_distortion(models, codec_table(), COMPONENTS)
    assert artists.legend(figure)[-2:] == ["small", "big"]


def test_the_best_of_components_and_of_models_are_one_line_each() -> None:
    poor = pd.DataFrame({"components": [16], "bytes": [2.5], "psnr": [10.5]})
    (axes,) = compression.rate_distortion(MODELS, codec_table(), pd.concat([COMPONENTS, poor])).axes
    lines = artists.by_label(axes)
    linear, best = lines["best of the components"], lines["best of the autoencoders"]
    assert artists.points(linear) == [(1, 10), (2, 11), (3, 12), (4, 13)]
    assert (artists.look(linear), linear.get_linewidth()) == (("#4c4c4c", ":", "None"), 2)
    # 11.5 dB of big's 4 bytes are no better than 12 dB of small's 2
    assert artists.points(best) == [(1, 10), (2, 12), (8, 18)]
    assert (artists.look(best), best.get_linewidth()) == (("#cccccc", "-", "None"), 7)
    assert best.get_zorder() == 0.5


ONE = pd.DataFrame({"bytes": [10.0, 1000.0], "psnr": [20.0, 24.0]})


@pytest.mark.parametrize(
    ("sizes", "psnr", "wanted"),
    [
        # fewer bytes at 20 dB and more at 24: as many half-way, in logarithms
        ([100.0, 100.0], [20.0, 24.0], [(100, 22)]),
        ([100.0, 100.0], [21.0, 25.0], [(100, 22)]),
        ([100.0, 1000.0], [20.0, 24.0], []),
        ([1.0, 10.0], [25.0, 26.0], []),
        # three lines of the other one, two places
        ([100.0, 10.0, 10.0, 10000.0], [20.0, 21.0, 22.0, 24.0],
         [(10 ** (4 / 3), 20 + 2 / 3), (10 ** 2.5, 23)]),
    ],
)  # fmt: skip
def test_lines_cross_where_they_have_as_many_bytes(
    sizes: list[float], psnr: list[float], wanted: list[tuple[float, float]]
) -> None:
    other = pd.DataFrame({"bytes": sizes, "psnr": psnr})
    for pair in ((ONE, other), (other, ONE)):
        found = crossings(*pair)
        assert [size for size, _ in found] == pytest.approx([size for size, _ in wanted])
        assert [level for _, level in found] == pytest.approx([level for _, level in wanted])


def test_the_crossing_with_jpeg_in_one_sheet_is_marked() -> None:
    codecs = codec_table()
    jpeg = (codecs["codec"] == "jpeg") & (codecs["layout"] == "sheet")
    codecs.loc[jpeg, "bytes"] = 40
    models = pd.DataFrame({"model": "one", "bytes": [4.0, 400.0], "psnr": [20.0, 30.0]})
    (axes,) = compression.rate_distortion(models, codecs, COMPONENTS).axes
    (ring,) = [line for line in axes.lines if line.get_markersize() == 14]
    assert artists.points(ring) == [(pytest.approx(40), pytest.approx(25))]
    assert (ring.get_markerfacecolor(), artists.look(ring)[0]) == ("none", ORANGE)
    assert "as JPEG: 40 bytes, 25.0 dB" in artists.texts(axes.texts)
    (axes,) = compression.rate_distortion(MODELS, codec_table(), COMPONENTS).axes
    assert not [text for text in artists.texts(axes.texts) if text.startswith("as JPEG")]


def test_codecs_are_named_at_their_outer_ends() -> None:
    (axes,) = compression.rate_distortion(MODELS, codec_table(), COMPONENTS).axes
    shown = {
        (artists.points(line)[0], *artists.look(line), line.get_markerfacecolor())
        for line in axes.lines
        if line.get_marker() in (".", "D") and line.get_linestyle() != "None"
    }
    assert shown == {
        ((100, 20), ORANGE, "--", ".", "white"),
        ((80, 20), ORANGE, "-", ".", "#D55E00"),
        ((200, 21), BLUE, "--", ".", "white"),
        ((180, 21), BLUE, "-", ".", "#0072B2"),
        ((300, 54), PINK, "--", "D", "white"),
        ((280, 54), PINK, "-", "D", "#CC79A7"),
        ((240, 54), GREEN, "--", "D", "white"),
        ((220, 54), GREEN, "-", "D", "#009E73"),
    }
    named = {
        text.get_text(): (text.xy, text.xyann, text.get_ha(), text.get_color())
        for text in axes.texts
    }
    assert named == {
        "JPEG": ((150, 30), (8, 0), "left", "#D55E00"),
        "WebP": ((250, 31), (8, 0), "left", "#0072B2"),
        "PNG": ((300, 54), (8, 0), "left", "#CC79A7"),
        "WebP lossless": ((220, 54), (-8, 0), "right", "#009E73"),
    }
    assert {(text.get_fontsize(), text.get_va(), text.anncoords) for text in axes.texts} == {
        (9, "center", "offset points")
    }
    legend = {str(line.get_label()): line for line in axes.lines}
    assert artists.look(legend["one file for all images"]) == (GREY, "-", "None")
    assert artists.look(legend["a file for each image"]) == (GREY, "--", "None")


def test_no_two_of_many_models_look_alike() -> None:
    count = 72
    models = pd.DataFrame({"model": map(str, range(count)), "bytes": range(1, count + 1),
                           "psnr": map(float, range(count))})  # fmt: skip
    (axes,) = compression.rate_distortion(models, codec_table(), COMPONENTS).axes
    lines = artists.by_label(axes)
    assert len({artists.look(lines[str(number)]) for number in range(count)}) == count
