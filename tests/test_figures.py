"""Curves, bars and rows of images show the numbers of their tables."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from mnist_autoencoders.figures import draw
from tests import artists

BLUE, ORANGE, AMBER, BLACK = "#0072b2", "#d55e00", "#e69f00", "#000000"
styled = pytest.fixture(autouse=True)(artists.styled)


@pytest.mark.parametrize(
    ("epochs", "published", "marker"), [(3, [0.5, 0.3, 0.2, 0.1], "o"), (39, [], "o"),
                                        (40, [], "None")],
)  # fmt: skip
def test_a_learning_curve_has_both_losses_and_those_printed(
    epochs: int, published: list[float], marker: str
) -> None:
    numbers = range(1, epochs + 1)
    history = pd.DataFrame(
        {"epoch": numbers, "loss": [2 / n for n in numbers], "val_loss": [3 / n for n in numbers]}
    )
    figure = draw.learning_curve(history, published, "nats per pixel")
    (axes,) = figure.axes
    lines = artists.by_label(axes)
    assert artists.points(lines["training"]) == [(n, 2 / n) for n in numbers]
    assert artists.points(lines["validation"]) == [(n, 3 / n) for n in numbers]
    assert artists.look(lines["training"]) == (BLUE, "-", marker)
    assert artists.look(lines["validation"]) == (ORANGE, "-", marker)
    shown = ["published, validation"] if published else []
    for name in shown:
        assert artists.points(lines[name]) == [(1, 0.5), (2, 0.3), (3, 0.2), (4, 0.1)]
        assert artists.look(lines[name]) == (AMBER, "None", "D")
        assert lines[name].get_markersize() == 5
    assert artists.legend(axes) == [*shown, "training", "validation"]
    assert {lines[name].get_markersize() for name in ("training", "validation")} == {3}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss (nats per pixel)")
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    assert artists.size(figure) == (6, 3.4)


def test_a_learning_curve_has_whole_epochs_and_plain_losses() -> None:
    history = pd.DataFrame({"epoch": [1, 2], "loss": [0.71, 0.11], "val_loss": [0.68, 0.12]})
    figure = draw.learning_curve(history, [], "nats per pixel")
    figure.draw_without_rendering()
    (axes,) = figure.axes
    assert all(place == int(place) for place in axes.get_xticks())
    low, high = axes.get_ylim()
    shown = [t.label1.get_text() for t in axes.yaxis.get_major_ticks() if low < t.get_loc() < high]
    assert shown == ["0.12", "0.15", "0.2", "0.3", "0.5", "0.7"]
    assert set(artists.texts(axes.get_yticklabels(minor=True))) <= {""}


SCORES = pd.DataFrame(
    {
        "model": ["plain", "denoiser", "other"],
        "psnr": [21.126, 15.5, 30.0],
        "ssim": [0.811, 0.5, 0.958],
        "input.psnr": [np.nan, 9.25, np.nan],
        "input.ssim": [np.nan, 0.25, np.nan],
    }
)
SPREAD = pd.DataFrame(
    {
        "model": ["other", "plain", "denoiser"],
        "psnr": [np.nan, 0.5, 0.25],
        "ssim": [np.nan, 0.1, 0.05],
    }
)
"""Of `other` there was one seed."""
INK = "#404040"


@pytest.mark.parametrize("noisy", [True, False])
@pytest.mark.parametrize("seeds", [True, False])
def test_bars_of_psnr_and_ssim_are_never_each_others(noisy: bool, seeds: bool) -> None:
    scores = SCORES if noisy else SCORES[["model", "psnr", "ssim"]]
    figure = draw.score_bars(scores, SPREAD if seeds else SPREAD[:1])
    psnr, ssim = figure.axes
    assert (psnr.get_xlabel(), ssim.get_xlabel()) == (
        "PSNR (dB), higher is better",
        "SSIM, higher is better",
    )
    assert artists.bars(psnr) == [[(0, 21.126, BLUE), (1, 15.5, BLUE), (2, 30.0, BLUE)]]
    assert artists.bars(ssim) == [[(0, 0.811, BLUE), (1, 0.5, BLUE), (2, 0.958, BLUE)]]
    # one standard deviation to both sides, and the label behind it
    wanted = {
        psnr: [([(20.626, 0, 21.626, 0), (15.25, 1, 15.75, 1)], INK)],
        ssim: [([(0.711, 0, 0.911, 0), (0.45, 1, 0.55, 1)], INK)],
    }
    assert {axes: artists.error_bars(axes) for axes in wanted} == (
        wanted if seeds else {psnr: [], ssim: []}
    )
    assert [text.xy for text in psnr.texts] == (
        [(21.626, 0), (15.75, 1), (30, 2)] if seeds else [(21.126, 0), (15.5, 1), (30, 2)]
    )
    assert artists.texts(psnr.texts) == ["21.13", "15.50", "30.00"]
    assert artists.texts(ssim.texts) == ["0.81", "0.50", "0.96"]
    assert artists.texts(psnr.get_yticklabels()) == ["plain", "denoiser", "other"]
    for axes, place in ((psnr, 9.25), (ssim, 0.25)):
        assert axes.yaxis_inverted()
        assert axes.margins() == (0.15, 0.02)
        assert artists.has_no_row_lines(axes)
        assert {(text.xyann, text.anncoords) for text in axes.texts} == {((3, 0), "offset points")}
        dots = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
        for inputs in dots:
            assert artists.dots(inputs) == [(place, 1)]
            assert (artists.dot_colour(inputs), artists.shape(inputs)) == (ORANGE, "D")
            assert inputs.get_zorder() == 3
        assert len(dots) == noisy
    said = "one standard deviation over seeds" if seeds else "one seed: spread unknown"
    assert artists.legend(figure) == [*(["its noisy input"] if noisy else []), said]
    assert artists.size(figure) == (9, 2.7)


@pytest.mark.parametrize("seeds", [True, False])
def test_models_stand_beside_pca_with_labels_that_never_meet(seeds: bool) -> None:
    scores = pd.DataFrame(
        {
            "model": ["high", "low", "middle", "alone", "left"],
            "code_size": [10, 10, 10, 100, 6],
            "psnr": [20.5, 20.0, 20.25, 25.0, 19.0],
        }
    )
    deviations = [np.nan, 0.25, 0.5] if seeds else np.nan
    spread = pd.DataFrame({"model": ["high", "alone", "low"], "psnr": deviations})
    curve = pd.DataFrame({"components": [1, 10, 100], "psnr": [11.0, 16.0, 24.0]})
    decoder = pd.DataFrame({"components": [10, 100], "psnr": [17.0, 28.0]})
    figure = draw.beside_pca(scores, spread, curve, decoder)
    (axes,) = figure.axes
    lines = artists.by_label(axes)
    pca, models = lines["PCA, as many components"], lines["autoencoder"]
    sigmoid = lines["PCA decoded by one sigmoid layer"]
    assert artists.points(pca) == [(1, 11), (10, 16), (100, 24)]
    assert artists.points(sigmoid) == [(10, 17), (100, 28)]
    assert artists.points(models) == [(10, 20.5), (10, 20.0), (10, 20.25), (100, 25.0), (6, 19.0)]
    assert artists.look(pca) == (BLACK, "-", ".")
    assert artists.look(sigmoid) == (BLUE, "--", ".")
    assert artists.look(models) == (ORANGE, "None", "o")
    bars = [([(10, 19.5, 10, 20.5), (100, 24.75, 100, 25.25)], ORANGE)]
    assert artists.error_bars(axes) == (bars if seeds else [])
    placed = [(text.get_text(), text.xy, text.xyann, text.get_ha()) for text in axes.texts]
    # 0.65 apart around the mean of the three; on the left where the next size is less than twice
    assert placed == [
        ("left", (6, 19.0), (pytest.approx(4.8), 19.0), "right"),
        ("low", (10, 20.0), (pytest.approx(12.5), pytest.approx(19.6)), "left"),
        ("middle", (10, 20.25), (pytest.approx(12.5), pytest.approx(20.25)), "left"),
        ("high", (10, 20.5), (pytest.approx(12.5), pytest.approx(20.9)), "left"),
        ("alone", (100, 25.0), (pytest.approx(125), 25.0), "left"),
    ]
    assert {(text.get_fontsize(), text.get_va()) for text in axes.texts} == {(9, "center")}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("code size (values)", "PSNR (dB)")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.xaxis.get_major_formatter()(20, 0) == "20"
    assert axes.get_xlim()[0] == 0.35
    assert artists.legend(axes) == [
        "PCA, as many components",
        "PCA decoded by one sigmoid layer",
        "autoencoder",
        "one standard deviation over seeds" if seeds else "one seed: spread unknown",
    ]
    assert corner(axes) == "upper left"
    assert artists.size(figure) == (8, 6.5)


def corner(axes: Axes) -> str:
    """Where the legend stands, by its code in matplotlib."""
    places = {1: "upper right", 2: "upper left", 10: "center"}
    return places[axes.get_legend()._loc]


def test_rows_of_images_stand_in_their_order() -> None:
    shades = np.arange(3, dtype=np.uint8)[:, None, None] + np.zeros((3, 28, 28), np.uint8)
    names = ("original", "input", "reconstruction")
    rows = {name: shades + np.uint8(10 * start) for start, name in enumerate(names)}
    figure = draw.reconstructions(rows)
    panels = np.reshape(np.array(figure.axes, dtype=object), (3, 3))
    for line, (name, images) in zip(panels, rows.items(), strict=True):
        for axes, image in zip(line, images, strict=True):
            np.testing.assert_array_equal(artists.picture(axes), image)
            assert artists.is_bare(axes)
            assert (len(axes.get_xticks()), len(axes.get_yticks())) == (0, 0)
        assert [axes.get_ylabel() for axes in line] == [name, "", ""]
        label = line[0].yaxis.label
        assert (label.get_rotation(), label.get_ha(), label.get_va()) == (0, "right", "center")
    grid = panels[0, 0].get_gridspec()
    assert (grid.wspace, grid.hspace) == (0.05, 0.05)
    assert artists.size(figure) == (5, 3)


def test_a_single_image_is_a_row_too() -> None:
    (axes,) = draw.reconstructions({"only": np.full((1, 28, 28), 7, np.uint8)}).axes
    assert (artists.picture(axes) == 7).all()


def test_code_values_are_counted_as_shares_of_their_model() -> None:
    codes = {
        "sparse": np.array([[0, 0], [0, 1]], np.float32),
        "plain": np.array([[2.0, 2.0], [-2.0, 6.0], [2.0, 2.0]], np.float32),
    }
    scores = pd.DataFrame(
        {
            "model": ["plain", "other", "sparse"],
            "code_mean": [2.5, 9.0, 0.25],
            "code_near_zero": [0.0, 0.5, 0.751],
        }
    )
    figure = draw.code_histogram(codes, scores)
    (axes,) = figure.axes
    assert artists.legend(figure) == [
        "sparse: mean 0.250, variance 0.19, 75% near zero",
        "plain: mean 2.500, variance 5.33, 0% near zero",
    ]
    sparse, plain = axes.containers
    top = 2 + (6 - 2) * (0.999 * 5 - 4)
    edges = np.linspace(-2, top, 61)
    for bars, values, colour in (
        (sparse, [0, 0, 0, 1], BLUE),
        (plain, [2, 2, -2, 6, 2, 2], ORANGE),
    ):
        assert len(bars) == 60
        np.testing.assert_allclose([bar.get_x() for bar in bars], edges[:-1], atol=1e-6)
        within = [[low <= value < high for value in values] for low, high in pairwise(edges)]
        wanted = np.mean(within, axis=1)
        np.testing.assert_allclose([bar.get_height() for bar in bars], wanted)
        faces = {bar.get_facecolor() for bar in bars}
        assert faces == {(*plt.matplotlib.colors.to_rgb(colour), 0.6)}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("code value", "share of the code values")
    assert axes.get_yscale() == "log"
    assert axes.get_title() == "Code values of the test images"
    assert artists.size(figure) == (8, 4.5)


def test_the_sparsity_that_no_scale_changes_is_said_where_it_is_known() -> None:
    scores = pd.DataFrame({"model": ["one"], "code_mean": 1.0, "code_near_zero": 0.5})
    scores = scores.assign(**{"codes.hoyer": 0.256, "codes.participation": 19.04})
    figure = draw.code_histogram({"one": np.array([[0, 2, 0, 2]], np.float32)}, scores)
    assert artists.legend(figure) == [
        "one: mean 1.000, variance 1.00, 50% near zero, Hoyer 0.26, 19.0 of 4 taking part"
    ]
