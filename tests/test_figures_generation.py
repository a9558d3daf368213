"""Sheets, grids and lines of generated images keep their order; their scores are those measured."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from mnist_autoencoders.figures import generation, specificity
from tests import artists

styled = pytest.fixture(autouse=True)(artists.styled)


def shades(*shape: int) -> np.ndarray:
    """Images of one shade each: 1, 2, 3, ... in order."""
    count = int(np.prod(shape))
    return (
        np.arange(1, count + 1, dtype=np.uint8).reshape(*shape, 1, 1).repeat(28, -2).repeat(28, -1)
    )


def tiles(axes: Axes) -> list[list[int]]:
    """The shades of a panel made of images of one shade each, as they stand."""
    drawn = artists.picture(axes)
    rows = drawn[::28, ::28]
    np.testing.assert_array_equal(drawn, rows.repeat(28, 0).repeat(28, 1))
    return rows.tolist()


@pytest.mark.parametrize(
    ("scores", "title"),
    [
        (None, "net: images from random codes"),
        (
            {"confidence": 0.9126, "balance": 0.8125, "frechet": 12.34, "confident": 0.1},
            "net: images from random codes\nconfidence 91.3%, balance 0.812, Fréchet distance 12.3",
        ),
    ],
)
def test_generated_images_stand_ten_a_row(scores: dict[str, float] | None, title: str) -> None:
    figure = generation.generated_sheet("net", shades(21), scores)
    (axes,) = figure.axes
    assert tiles(axes) == [[*range(1, 11)], [*range(11, 21)], [21, *[0] * 9]]
    assert axes.get_title() == title
    assert artists.is_bare(axes)
    assert (len(axes.get_xticks()), len(axes.get_yticks())) == (0, 0)
    assert artists.size(figure) == (6, 2.3)


@pytest.mark.parametrize(
    ("slices", "inches", "titles"),
    [
        (1, (7, 7.2), [""]),
        (3, (10.8, 4.1), [f"third code value {z}" for z in ("-1.00", "0.00", "1.00")]),
    ],
)
def test_a_grid_names_the_ends_of_each_code_value(
    slices: int, inches: tuple[float, float], titles: list[str]
) -> None:
    ranges = np.array([[-1.5, 2.5], [-3.25, 4.125], [-1.0, 0.998]])[: 2 + (slices > 1)]
    figure = generation.code_grid("net", shades(slices, 2, 3), ranges)
    for number, axes in enumerate(figure.axes):
        assert artists.is_bare(axes)
        first = 6 * number
        assert tiles(axes) == [
            [first + 1, first + 2, first + 3],
            [first + 4, first + 5, first + 6],
        ]
        # in the middle of the first and the last image
        assert list(axes.get_xticks()) == [14, 70]
        assert artists.texts(axes.get_xticklabels()) == ["-1.50", "2.50"]
        assert list(axes.get_yticks()) == [42, 14]
        assert artists.texts(axes.get_yticklabels()) == ["-3.25", "4.12"]
        assert axes.get_xlabel() == "first code value"
        assert axes.title.get_fontsize() == (11 if titles[number] else axes.title.get_fontsize())
    assert [axes.get_title() for axes in figure.axes] == titles
    assert [axes.get_ylabel() for axes in figure.axes] == ["second code value", "", ""][:slices]
    assert figure.get_suptitle() == "net: decoded grid over the middle 90 % of each code value"
    assert artists.size(figure) == inches


@pytest.mark.parametrize("labelled", [True, False])
def test_lines_through_the_code_are_between_images_and_between_classes(labelled: bool) -> None:
    pairs, means = shades(2, 3), shades(4, 2) + np.uint8(100)
    figure = generation.walks("net", pairs, means if labelled else None)
    shown = dict(zip([axes.get_title() for axes in figure.axes], figure.axes, strict=True))
    wanted = {"between the codes of two test images": [[1, 2, 3], [4, 5, 6]]}
    if labelled:
        wanted["between the mean codes of classes"] = [
            [101, 102], [103, 104], [105, 106], [107, 108],
        ]  # fmt: skip
    assert {title: tiles(axes) for title, axes in shown.items()} == wanted
    for axes in figure.axes:
        assert (axes.get_anchor(), axes.title.get_fontsize()) == ("N", 11)
        assert artists.is_bare(axes)
    assert figure.get_suptitle() == "net: straight lines through the code"
    assert artists.size(figure) == ((11.2, 2.9) if labelled else (5.6, 1.8))


FITTED = "codes from a normal distribution fitted to the training codes"
NORMAL = "codes from N(0, I)"
GENERATED = pd.DataFrame(
    {
        "model": ["plain", "vae"],
        "generation.standard_normal.frechet": [80.0, 20.0],
        "generation.standard_normal.confidence": [0.5, 0.75],
        "generation.fitted_normal.frechet": [40.0, np.nan],
        "generation.fitted_normal.confidence": [0.625, np.nan],
    }
)
REAL = {
    "train": {"frechet": 0.5, "confidence": 0.99},
    "test": {"frechet": 0.0, "confidence": 0.98},
}


@pytest.mark.parametrize("fitted", [True, False])
def test_scores_of_generated_images_stand_by_draw_and_model(fitted: bool) -> None:
    columns = GENERATED.columns if fitted else GENERATED.columns[:3]
    figure = generation.generation_scores(GENERATED[columns], REAL)
    frechet, confidence = figure.axes
    places = {
        frechet: {FITTED: [(40, 0)], NORMAL: [(80, 0), (20, 1)]},
        confidence: {FITTED: [(0.625, 0)], NORMAL: [(0.5, 0), (0.75, 1)]},
    }
    looks = {FITTED: ("#0072b2", "o"), NORMAL: ("#d55e00", "s")}
    for axes, wanted in places.items():
        shown = {str(dots.get_label()): dots for dots in axes.collections}
        assert list(shown) == ([FITTED, NORMAL] if fitted else [NORMAL])
        for name, dots in shown.items():
            assert artists.dots(dots) == wanted[name]
            assert (artists.dot_colour(dots), artists.shape(dots)) == looks[name]
            assert dots.get_zorder() == 3
        assert axes.get_ylim() == (1.5, -0.5)
    assert artists.texts(frechet.get_yticklabels()) == ["plain", "vae"]
    assert artists.texts(confidence.get_yticklabels()) == []
    for axes, place in ((frechet, 0.5), (confidence, 0.98)):
        (line,) = axes.lines
        assert line.get_xdata() == [place, place]
        assert artists.look(line) == ("#000000", "--", "None")
    assert frechet.get_xlabel() == "Fréchet distance to the test images, lower is better"
    assert confidence.get_xlabel() == "confidence of the classifier, higher is better"
    assert (frechet.get_xscale(), confidence.get_xscale()) == ("log", "linear")
    assert frechet.xaxis.get_major_formatter()(20, 0) == "20"
    figure.draw_without_rendering()
    percents = artists.texts(confidence.get_xticklabels())
    assert "60%" in percents
    assert len(set(percents)) == len(percents)
    assert artists.legend(figure) == [*([FITTED] if fitted else []), NORMAL, "real images"]
    assert figure.legends[0]._ncols == 3
    assert artists.size(figure) == (10, 2.62)


def test_errors_stand_by_set_and_model_as_they_are_and_relative() -> None:
    table = pd.DataFrame(
        {
            "model": ["a", "a", "b", "b"],
            "set": ["noise", "digits"] * 2,
            "mse": [0.25, 0.125, 0.5, 0.0625],
            "relative_mse": [2.0, 0.75, 4.0, 0.5],
        }
    )
    figure = specificity.errors_by_set(table)
    absolute, relative = figure.axes
    places = {
        absolute: {"noise": [(0.25, 0), (0.5, 1)], "digits": [(0.125, 0), (0.0625, 1)]},
        relative: {"noise": [(2, 0), (4, 1)], "digits": [(0.75, 0), (0.5, 1)]},
    }
    for axes, wanted in places.items():
        assert {dots.get_label(): artists.dots(dots) for dots in axes.collections} == wanted
        assert [(artists.dot_colour(dots), artists.shape(dots)) for dots in axes.collections] == [
            ("#0072b2", "o"),
            ("#d55e00", "s"),
        ]
        for dots in axes.collections:
            assert (dots.get_sizes(), dots.get_linewidths(), dots.get_zorder()) == ([45], [0], 3)
        assert axes.get_xscale() == "log"
        assert axes.xaxis.get_major_formatter()(0.5, 0) == "0.5"
        assert axes.yaxis_inverted()
    assert absolute.get_xlabel() == "squared error"
    assert relative.get_xlabel() == "squared error over the set's variance"
    assert artists.texts(absolute.get_yticklabels()) == ["a", "b"]
    assert not absolute.lines
    (line,) = relative.lines
    assert (line.get_xdata(), line.get_linewidth()) == ([1, 1], 0.8)
    assert artists.look(line) == ("#808080", "-", "None")
    assert artists.legend(figure) == ["noise", "digits"]
    assert figure.legends[0]._ncols == 2
    assert artists.size(figure) == (10, 2.5)


def test_many_sets_take_colours_and_markers_again() -> None:
    table = pd.DataFrame(
        {"model": "a", "set": [*"123456789"], "mse": 1.0, "relative_mse": 1.0}, index=range(9)
    )
    dots = specificity.errors_by_set(table).axes[0].collections
    assert len({(artists.dot_colour(one), artists.shape(one)) for one in dots[:8]}) == 8
    assert artists.dot_colour(dots[8]) == artists.dot_colour(dots[0])


@pytest.mark.parametrize("names", [["digits", "flower", "noise"], ["flower"]])
def test_examples_stand_above_their_reconstructions_with_their_auroc(names: list[str]) -> None:
    sets = {name: shades(2, 3) + np.uint8(10 * number) for number, name in enumerate(names)}
    table = pd.DataFrame({"set": ["noise", "flower", "digits"], "auroc": [0.126, 0.875, 0.5]})
    figure = specificity.examples(sets, table)
    labels = {"digits": "digits", "flower": "flower\nAUROC 0.88", "noise": "noise\nAUROC 0.13"}
    assert [axes.get_ylabel() for axes in figure.axes] == [labels[name] for name in names]
    for number, axes in enumerate(figure.axes):
        start = 10 * number
        assert tiles(axes) == [[start + n for n in (1, 2, 3)], [start + n for n in (4, 5, 6)]]
        label = axes.yaxis.label
        assert (label.get_rotation(), label.get_ha(), label.get_va()) == (0, "right", "center")
        assert artists.is_bare(axes)
        assert (len(axes.get_xticks()), len(axes.get_yticks())) == (0, 0)
    assert figure.get_suptitle() == "Image above reconstruction"
    assert artists.size(figure) == (3.06, round(1.32 * len(names), 4))
