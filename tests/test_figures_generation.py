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


NORMAL = "codes from N(0, I)"
FITTED = "from a normal distribution fitted to the training codes"
MIXTURE = "from a mixture fitted to them"
SEEN = "reconstructions of test images"
LOOKS = {
    NORMAL: ("#0072b2", "s"),
    FITTED: ("#d55e00", "o"),
    MIXTURE: ("#009e73", "^"),
}
PLACES = {
    ("standard_normal", "frechet"): [80.0, 20.0],
    ("standard_normal", "precision"): [0.5, 0.75],
    ("standard_normal", "coverage"): [0.25, 0.375],
    ("fitted_normal", "frechet"): [40.0, np.nan],
    ("fitted_normal", "precision"): [0.625, np.nan],
    ("fitted_normal", "coverage"): [0.125, np.nan],
    ("mixture", "frechet"): [30.0, 25.0],
    ("mixture", "precision"): [0.875, 0.8125],
    ("mixture", "coverage"): [0.0625, 0.3125],
    ("reconstructions", "frechet"): [5.0, 4.0],
    ("reconstructions", "precision"): [0.9375, 0.96875],
    ("reconstructions", "coverage"): [0.6875, 0.5625],
}
GENERATED = pd.DataFrame({"model": ["plain", "vae"]}).assign(
    **{f"generation.{draw}.{score}": places for (draw, score), places in PLACES.items()}
)
WORDS = dict(zip(["standard_normal", "fitted_normal", "mixture", "reconstructions"],
                 [NORMAL, FITTED, MIXTURE, SEEN]))  # fmt: skip
REAL = {
    "train": {"frechet": 0.5, "precision": 0.99, "coverage": 0.95},
    "test": {"frechet": 0.0, "precision": 1.0, "coverage": 1.0},
}


@pytest.mark.parametrize("draws", [[*WORDS], ["standard_normal"], ["mixture", "reconstructions"]])
def test_scores_of_generated_images_stand_by_draw_and_model(draws: list[str]) -> None:
    columns = [name for name in GENERATED if name == "model" or name.split(".")[1] in draws]
    figure = generation.generation_scores(GENERATED[columns], REAL)
    for axes, score in zip(figure.axes, ("frechet", "precision", "coverage"), strict=True):
        shown = {str(dots.get_label()): dots for dots in axes.collections}
        assert list(shown) == [WORDS[draw] for draw in draws]
        for draw in draws:
            dots = shown[WORDS[draw]]
            places = [(x, y) for y, x in enumerate(PLACES[draw, score]) if not np.isnan(x)]
            assert artists.dots(dots) == places
            assert dots.get_zorder() == 3
            if draw == "reconstructions":
                assert (dots.get_sizes(), dots.get_linewidths()) == ([16], [1])
            else:
                assert (artists.dot_colour(dots), artists.shape(dots)) == LOOKS[WORDS[draw]]
        assert axes.get_ylim() == (1.5, -0.5)
        (line,) = axes.lines
        assert line.get_xdata() == [REAL["train"][score]] * 2
        assert artists.look(line) == ("#000000", "--", "None")
    frechet, precision, coverage = figure.axes
    assert artists.texts(frechet.get_yticklabels()) == ["plain", "vae"]
    assert artists.texts(precision.get_yticklabels()) == []
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "Fréchet distance to the test images,\nlower is better",
        "precision: draws that look like digits,\nhigher is better",
        "coverage: test digits near a draw,\nhigher is better",
    ]
    assert [axes.get_xscale() for axes in figure.axes] == ["log", "linear", "linear"]
    assert precision.get_xlim() == coverage.get_xlim() == (-0.03, 1.03)
    assert frechet.xaxis.get_major_formatter()(20, 0) == "20"
    figure.draw_without_rendering()
    assert "60%" in artists.texts(coverage.get_xticklabels())
    assert artists.legend(figure) == [*(WORDS[draw] for draw in draws), "real training images"]
    assert figure.legends[0]._ncols == 3
    assert artists.size(figure) == (12, 2.92)


def test_a_score_that_is_missing_leaves_its_panel_empty() -> None:
    names = [name for name in GENERATED if not name.endswith("coverage")]
    real = {split: {"frechet": 1.0, "precision": 1.0} for split in REAL}
    empty = generation.generation_scores(GENERATED[names], real).axes[2]
    assert not empty.collections
    assert not empty.lines


CONTROLS = pd.DataFrame(
    {
        "method": ["pca", "pca_temple", "dct", "dct", "pca"],
        "components": [32, 32, 32, 64, 32],
        "set": ["noise", "noise", "noise", "noise", "digits"],
        "mse": [0.3, 0.2, 0.1, 0.05, 0.01],
        "relative_mse": [3.0, 1.5, 0.6, 0.3, 0.25],
    }
)


@pytest.mark.parametrize("controls", [True, False])
def test_errors_stand_by_set_and_model_as_they_are_and_relative(controls: bool) -> None:
    table = pd.DataFrame(
        {
            "model": ["a", "a", "b", "b"],
            "set": ["noise", "digits"] * 2,
            "mse": [0.25, 0.125, 0.5, 0.0625],
            "relative_mse": [2.0, 0.75, 4.0, 0.5],
        }
    )
    figure = specificity.errors_by_set(table, CONTROLS if controls else CONTROLS[:0])
    absolute, relative = figure.axes
    # the row of the line is empty
    below = {
        absolute: ([(0.3, 3), (0.2, 4), (0.1, 5), (0.05, 6)], [(0.01, 3)]),
        relative: ([(3, 3), (1.5, 4), (0.6, 5), (0.3, 6)], [(0.25, 3)]),
    }
    places = {
        absolute: {"noise": [(0.25, 0), (0.5, 1)], "digits": [(0.125, 0), (0.0625, 1)]},
        relative: {"noise": [(2, 0), (4, 1)], "digits": [(0.75, 0), (0.5, 1)]},
    }
    for axes, wanted in places.items():
        for name, of_controls in zip(wanted, below[axes]):
            wanted[name] += of_controls if controls else []
        assert {dots.get_label(): artists.dots(dots) for dots in axes.collections} == wanted
        assert [(artists.dot_colour(dots), artists.shape(dots)) for dots in axes.collections] == [
            ("#0072b2", "o"),
            ("#d55e00", "s"),
        ]
        for dots in axes.collections:
            assert (dots.get_sizes(), dots.get_linewidths(), dots.get_zorder()) == ([45], [0], 3)
        assert axes.get_xscale() == "log"
        assert axes.xaxis.get_major_formatter()(0.3, 0) == "0.3"
        assert axes.yaxis_inverted()
        apart = [line for line in axes.lines if line.get_ydata() == [2, 2]]
        assert [artists.look(line) for line in apart] == controls * [("#808080", "-", "None")]
    assert absolute.get_xlabel() == "squared error"
    assert relative.get_xlabel() == "squared error over the set's variance"
    bases = ["PCA of digits, 32", "PCA of the temple, 32", "cosines (DCT), 32", "cosines (DCT), 64"]
    assert artists.texts(absolute.get_yticklabels()) == ["a", "b", *(bases if controls else [])]
    assert list(absolute.get_yticks()) == [0, 1, *([3, 4, 5, 6] if controls else [])]
    assert len(absolute.lines) == controls
    line = relative.lines[-1]
    assert (line.get_xdata(), line.get_linewidth()) == ([1, 1], 0.8)
    assert artists.look(line) == ("#808080", "-", "None")
    assert artists.legend(figure) == ["noise", "digits"]
    assert figure.legends[0]._ncols == 2
    assert artists.size(figure) == (10, 4.25 if controls else 2.5)


def test_many_sets_take_colours_and_markers_again() -> None:
    table = pd.DataFrame(
        {"model": "a", "set": [*"123456789"], "mse": 1.0, "relative_mse": 1.0}, index=range(9)
    )
    dots = specificity.errors_by_set(table, CONTROLS[:0]).axes[0].collections
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
