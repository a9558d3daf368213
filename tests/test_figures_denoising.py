"""Denoisers and filters: points belong to their series, the best filter is named, bars ranked."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from mnist_autoencoders.figures import denoising
from tests import artists

styled = pytest.fixture(autouse=True)(artists.styled)

BLUE, ORANGE, AMBER, GREEN, BLACK = "#0072b2", "#d55e00", "#e69f00", "#009e73", "#000000"

FILTERS = pd.DataFrame(
    [
        # at .5 both filters and none are equal when rounded, at .7 total variation is the best
        # filter and a tone curve better
        ("salt_and_pepper", 0.5, "none", 20.04, 0.5),
        ("salt_and_pepper", 0.5, "median", 19.96, 0.625),
        ("salt_and_pepper", 0.5, "total_variation", 20.01, 0.75),
        ("salt_and_pepper", 0.7, "none", 12.0, 0.25),
        ("salt_and_pepper", 0.7, "median", 14.06, 0.375),
        ("salt_and_pepper", 0.7, "total_variation", 16.0, 0.125),
        ("salt_and_pepper", 0.7, "median_curve", 16.5, 0.25),
        ("salt_and_pepper", 0.7, "linear", 11.0, 0.5),
        ("blur", 1.0, "none", 22.0, 0.875),
        ("blur", 1.0, "median", 24.0, 0.8125),
    ],
    columns=["kind", "strength", "method", "psnr", "ssim"],
)
DENOISERS = pd.DataFrame(
    [
        ("net_b", "salt_and_pepper", 0.5, 21.0, 0.9),
        ("net_b", "salt_and_pepper", 0.7, 15.04, 0.6),
        ("net_b", "blur", 1.0, 10.0, 0.1),
        ("none", "salt_and_pepper", 0.5, 18.0, 0.8),
        ("none", "salt_and_pepper", 0.7, 13.0, 0.55),
        ("none", "blur", 1.0, 30.0, 0.95),
    ],
    columns=["model", "kind", "strength", "psnr", "ssim"],
)
MEANS = DENOISERS
DENOISERS = pd.concat(
    [MEANS.assign(seed=0), MEANS[:2].assign(psnr=[23.0, 17.04], ssim=[0.8, 0.4], seed=1)]
)
"""Of net_b under the first kind two seeds."""
UNITS = {"blur": "sigma (pixels)", "salt_and_pepper": "share of the pixels"}


def test_each_kind_of_noise_has_a_panel_of_models_and_the_best_filter() -> None:
    figure = denoising.psnr_over_strength(FILTERS, DENOISERS, UNITS)
    salt, blur, words = figure.axes
    wanted = {
        salt: {
            "net_b": [(0.5, 22.0), (0.7, 16.04)],
            "none": [(0.5, 18.0), (0.7, 13.0)],
            "best opponent (named)": [(0.5, 20.04), (0.7, 16.5)],
            "best plain filter": [(0.5, 20.04), (0.7, 16.0)],
            "noisy image": [(0.5, 20.04), (0.7, 12.0)],
        },
        blur: {
            "net_b": [(1, 10)],
            "none": [(1, 30)],
            "best opponent (named)": [(1, 24)],
            "best plain filter": [(1, 24)],
            "noisy image": [(1, 22)],
        },
    }
    for axes, shown in wanted.items():
        lines = artists.by_label(axes)
        lines = {name: line for name, line in lines.items() if not name.startswith("_")}
        assert {name: artists.points(line) for name, line in lines.items()} == shown
        assert [artists.look(line) for line in lines.values()] == [
            (BLUE, "-", "o"),
            (ORANGE, "-", "s"),
            (BLACK, "--", "."),
            (BLACK, "-", "None"),
            ("#808080", ":", "."),
        ]
        assert {lines[name].get_markersize() for name in ("net_b", "none")} == {4}
        assert lines["best plain filter"].get_linewidth() == 0.8
        assert axes.margins()[0] == 0.1
        assert axes.yaxis.get_tick_params()["labelleft"]
    # the standard deviation of 21 and 23, and of 15.04 and 17.04, to both sides
    root = round(2**0.5, 6)
    assert artists.error_bars(salt) == [
        ([(0.5, 22 - root, 0.5, 22 + root), (0.7, 16.04 - root, 0.7, 16.04 + root)], BLUE)
    ]
    assert artists.error_bars(blur) == []
    named = {axes: [(text.get_text(), text.xy) for text in axes.texts] for axes in (salt, blur)}
    assert named[salt] == [("none", (0.5, 0.02)), ("median+tone", (0.7, 0.02))]
    assert named[blur] == [("median", (1.0, 0.02))]
    for text in (*salt.texts, *blur.texts):
        assert text.xycoords == ("data", "axes fraction")
        assert (text.get_rotation(), text.get_ha(), text.get_va()) == (90, "center", "bottom")
        assert text.get_fontsize() == 8
    assert (salt.get_title(), salt.get_xlabel()) == ("salt and pepper", "share of the pixels")
    assert (blur.get_title(), blur.get_xlabel()) == ("blur", "sigma (pixels)")
    assert (salt.get_ylabel(), blur.get_ylabel()) == ("PSNR (dB)", "")
    # 10 to 30 with margins of a twentieth, and room for the names: 24 % of that below
    assert salt.get_ylim() == blur.get_ylim() == pytest.approx((9 - 0.24 * 22, 31))
    assert not words.axison
    assert artists.legend(words) == [
        "net_b",
        "none",
        "best opponent (named)",
        "best plain filter",
        "noisy image",
        "one standard deviation over seeds",
    ]
    assert words.get_legend()._loc == 10
    assert artists.size(figure) == (10.8, 3.6)


@pytest.mark.parametrize(
    ("kinds", "grid", "legend_at"),
    [(1, (1, 2), 1), (3, (1, 4), 3), (4, (2, 4), 4), (7, (2, 4), 7), (8, (3, 4), 8)],
)
def test_panels_stand_four_a_row_with_the_legend_after_the_last(
    kinds: int, grid: tuple[int, int], legend_at: int
) -> None:
    names = [f"kind_{number}" for number in range(kinds)]
    filters = pd.concat(FILTERS[-2:].assign(kind=name) for name in names).reset_index(drop=True)
    models = pd.concat(DENOISERS[2:3].assign(kind=name) for name in names)
    figure = denoising.psnr_over_strength(filters, models, dict.fromkeys(names, "unit"))
    assert figure.axes[0].get_gridspec().get_geometry() == grid
    assert [bool(axes.get_legend()) for axes in figure.axes].index(True) == legend_at
    assert [axes.axison for axes in figure.axes] == [at < kinds for at in range(len(figure.axes))]
    first = [axes.get_ylabel() for axes in figure.axes]
    assert first == [*["PSNR (dB)", "", "", ""][: grid[1]]] * grid[0]


def test_a_kind_that_is_undone_has_a_scale_of_its_own() -> None:
    undone = pd.DataFrame([("blur", 1.0, "richardson_lucy", 32.01, 1.0)], columns=FILTERS.columns)
    one_seed = DENOISERS[DENOISERS["seed"] == 0]
    figure = denoising.psnr_over_strength(
        pd.concat([FILTERS, undone], ignore_index=True), one_seed, UNITS
    )
    salt, blur, words = figure.axes
    assert (salt.get_title(), blur.get_title()) == ("salt and pepper", "blur (own scale)")
    # 12 to 21 with margins of a twentieth
    assert salt.get_ylim() == pytest.approx((11.55 - 0.24 * 9.9, 21.45))
    low, high = 10 - 0.05 * 22.01, 32.01 + 0.05 * 22.01
    assert blur.get_ylim() == pytest.approx((low - 0.24 * 22.01 * 1.1, high))
    assert artists.texts(blur.texts) == ["RL"]
    assert artists.legend(words)[-1] == "one seed: spread unknown"
    undone["psnr"] = 32.0
    figure = denoising.psnr_over_strength(
        pd.concat([FILTERS, undone], ignore_index=True), one_seed, UNITS
    )
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_many_denoisers_each_have_a_look_of_their_own() -> None:
    models = pd.concat(DENOISERS[2:3].assign(model=str(number)) for number in range(24))
    axes = denoising.psnr_over_strength(FILTERS[-2:], models, UNITS).axes[0]
    assert len({artists.look(line) for line in axes.lines[:24]}) == 24
    colours = {artists.look(line)[0] for line in axes.lines[:24]}
    assert BLACK not in colours


def ranked(axes: Axes) -> list[tuple[str, float, str]]:
    """Name, length and colour of the bars from the top down."""
    (series,) = artists.bars(axes)
    places = dict(zip(axes.get_yticks(), artists.texts(axes.get_yticklabels()), strict=True))
    rows = [(places[place], length, colour) for place, length, colour in reversed(series)]
    assert not axes.yaxis_inverted()
    return rows


def test_models_and_filters_under_one_noise_stand_best_first() -> None:
    figure = denoising.scores_at(FILTERS, DENOISERS, "salt_and_pepper", 0.7)
    psnr, ssim = figure.axes
    # the median is neither the best filter nor learnt
    assert ranked(psnr) == [
        ("median, tone curve", 16.5, ORANGE),
        ("net_b", 16.04, BLUE),
        ("total variation", 16.0, AMBER),
        ("none", 13.0, BLUE),
        ("noisy image", 12.0, "#999999"),
        ("linear map", 11.0, GREEN),
    ]
    (lengths,) = artists.bars(ssim)
    assert [length for _, length, _ in reversed(lengths)] == [0.25, 0.5, 0.125, 0.55, 0.25, 0.5]
    assert artists.texts(psnr.texts) == ["11.0", "12.0", "13.0", "16.0", "16.0", "16.5"]
    assert artists.texts(ssim.texts) == ["0.50", "0.25", "0.55", "0.12", "0.50", "0.25"]
    root = 2**0.5
    wanted = {psnr: (16.04 - root, 4, 16.04 + root, 4),
              ssim: (0.5 - root / 10, 4, 0.5 + root / 10, 4)}  # fmt: skip
    for axes, place in wanted.items():
        (((ends,), colour),) = artists.error_bars(axes)
        assert (ends, colour) == (pytest.approx(place), "#404040")
    assert psnr.get_xlabel() == "PSNR (dB), higher is better"
    assert ssim.get_xlabel() == "SSIM, higher is better"
    for axes in (psnr, ssim):
        assert axes.margins()[0] == 0.12
        assert {text.xyann for text in axes.texts} == {(3, 0)}
        assert artists.has_no_row_lines(axes)
    assert figure.get_suptitle() == "salt and pepper 0.7: autoencoders and their best opponents"
    assert artists.legend(figure) == [
        "autoencoder",
        "filter",
        "filter and tone curve",
        "learnt",
        "one standard deviation over seeds",
    ]
    colours = [to_hex(patch.get_facecolor()) for patch in figure.legends[0].get_patches()]
    assert colours == [BLUE, AMBER, ORANGE, GREEN]
    assert artists.size(figure) == (9, 3.64)


def test_of_one_seed_no_spread_is_drawn() -> None:
    figure = denoising.scores_at(FILTERS, DENOISERS[2:3], "blur", 1.0)
    assert artists.legend(figure) == ["autoencoder", "filter", "one seed: spread unknown"]
    assert artists.error_bars(figure.axes[0]) == []


def test_models_by_noise_have_a_row_each_and_a_column_a_kind() -> None:
    other = pd.concat(
        MEANS[MEANS["kind"] == "blur"].assign(strength=strength, psnr=psnr)
        for strength, psnr in ((0.5, 99.0), (1.5, 1.0))
    )
    models = pd.concat([MEANS, other])
    figure = denoising.psnr_by_noise(models, {"none": "blur 1.5", "net_b": "marks 3"})
    axes, colourbar = figure.axes
    (image,) = axes.images
    # the middle strengths: the upper of two, the second of three
    np.testing.assert_array_equal(image.get_array(), [[15.04, 10.0], [13.0, 30.0]])
    assert (image.get_cmap().name, axes.get_aspect()) == ("viridis", "auto")
    assert artists.texts(axes.get_xticklabels()) == ["salt\nand\npepper\n0.7", "blur\n1"]
    assert artists.texts(axes.get_yticklabels()) == ["net_b (marks 3)", "none (blur 1.5)"]
    shown = {text.get_position(): (text.get_text(), text.get_color()) for text in axes.texts}
    # white where darker than 0.4 * 10 + 0.6 * 30 = 22
    assert shown == {
        (0, 0): ("15.0", "white"),
        (1, 0): ("10.0", "white"),
        (0, 1): ("13.0", "white"),
        (1, 1): ("30.0", "black"),
    }
    assert {(text.get_ha(), text.get_va()) for text in axes.texts} == {("center", "center")}
    assert axes.get_xlabel() == "noise of the test images"
    assert axes.get_ylabel() == "model (its training images)"
    assert (colourbar.get_ylabel(), colourbar._colorbar.mappable) == ("PSNR (dB)", image)
    assert artists.is_bare(axes)
    assert artists.size(figure) == (5.5, 2.64)


@pytest.mark.parametrize(("psnr", "colour"), [(21.9, "white"), (22.1, "black")])
def test_a_cell_is_written_in_white_on_the_darker_part_of_the_scale(
    psnr: float, colour: str
) -> None:
    models = MEANS[MEANS["strength"] != 0.5].assign(psnr=[10.0, psnr, 30.0, 30.0])
    axes = denoising.psnr_by_noise(models, {"none": "", "net_b": ""}).axes[0]
    assert axes.texts[1].get_color() == colour
