"""Codes as points, pictures, weights and bars show the values that they are."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from mnist_autoencoders.figures import codes
from mnist_autoencoders.figures.style import DIGIT_COLOURS
from tests import artists

styled = pytest.fixture(autouse=True)(artists.styled)

CLASSES = [*"abcdefghijk"]
"""One more than there are colours."""
LABELS = np.array([1, 0, 10, 1], np.int16)


@pytest.mark.parametrize(
    ("count", "grid", "inches"), [(1, (1, 1), (5, 5)), (2, (1, 2), (10, 5)), (3, (2, 2), (10, 10))]
)
def test_points_of_a_plane_have_the_colour_of_their_label(
    count: int, grid: tuple[int, int], inches: tuple[int, int]
) -> None:
    points = {
        f"plane {number}": np.array([[1, 2], [3, 4], [5, 6], [7, 8]], np.float32) + 10 * number
        for number in range(count)
    }
    scores = {
        title: {"silhouette": 0.125 + number, "knn_accuracy": 0.75 + number / 100}
        for number, title in enumerate(points)
    }
    figure = codes.planes(points, LABELS, CLASSES, scores)
    assert figure.axes[0].get_gridspec().get_geometry() == grid
    assert artists.size(figure) == inches
    for number, axes in enumerate(figure.axes[:count]):
        assert axes.get_title() == (
            f"plane {number}\nneighbours {75 + number}.0% right, silhouette {number}.12"
        )
        by_class = dict(zip(CLASSES, axes.collections, strict=True))
        assert [points.get_label() for points in axes.collections] == CLASSES
        shown = {name: artists.dots(dots) for name, dots in by_class.items()}
        far = 10 * number
        assert shown["a"] == [(3 + far, 4 + far)]
        assert shown["b"] == [(1 + far, 2 + far), (7 + far, 8 + far)]
        assert shown["k"] == [(5 + far, 6 + far)]
        assert not any(shown[name] for name in CLASSES[2:10])
        for label, dots in enumerate(axes.collections):
            assert to_hex(dots.get_facecolor()[0]) == DIGIT_COLOURS[label % 10]
            assert (dots.get_alpha(), dots.get_sizes(), dots.get_linewidths()) == (0.7, [3], [0])
            assert dots.get_rasterized()
        assert artists.is_bare(axes)
        assert (len(axes.get_xticks()), len(axes.get_yticks())) == (0, 0)
    assert not any(axes.axison for axes in figure.axes[count:])
    assert artists.legend(figure) == CLASSES
    assert figure.legends[0].markerscale == 5


@pytest.mark.parametrize(
    ("shape", "drawn_shape", "aspect"),
    [((2, 3, 2), (4, 3), 1.0), ((2, 6, 1), (2, 6), "auto"), ((12,), (12, 1), "auto")],
)
def test_a_code_is_a_picture_below_its_digit_channel_below_channel(
    shape: tuple[int, ...], drawn_shape: tuple[int, int], aspect: float | str
) -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 12) - 3.5
    images = np.arange(2, dtype=np.uint8)[:, None, None] + np.zeros((2, 28, 28), np.uint8)
    figure = codes.code_pictures(images, values, shape)
    panels = np.reshape(np.array(figure.axes, dtype=object), (2, 2))
    for column in range(2):
        digit, code = panels[:, column]
        np.testing.assert_array_equal(artists.picture(digit), images[column])
        (image,) = code.images
        assert image.get_array().shape == drawn_shape
        wanted = values[column].reshape(*drawn_shape[:1], -1)
        if len(shape) == 3 and shape[2] == 2:
            even, odd = values[column][::2], values[column][1::2]
            wanted = np.vstack([even.reshape(2, 3), odd.reshape(2, 3)])
        np.testing.assert_array_equal(image.get_array(), wanted)
        assert image.get_clim() == (-3.5, 19.5)
        assert (image.get_cmap().name, image.get_interpolation()) == ("gray", "nearest")
        assert code.get_aspect() == aspect
        assert artists.is_bare(digit)
        assert artists.is_bare(code)
    assert [axes.get_ylabel() for axes in figure.axes] == ["digit", "", "code", ""]
    for axes in panels[:, 0]:
        label = axes.yaxis.label
        assert (label.get_rotation(), label.get_ha(), label.get_va()) == (0, "right", "center")
    assert figure.get_suptitle() == "Codes as pictures, black -3.5 to white 19.5"
    assert list(panels[0, 0].get_gridspec().get_height_ratios()) == [1, 3]
    assert artists.size(figure) == (1.8, 3.6)


def test_one_digit_alone_stands_above_its_code() -> None:
    figure = codes.code_pictures(np.full((1, 28, 28), 7, np.uint8), np.array([[1.0, 3.0]]), (2,))
    digit, code = figure.axes
    assert (artists.picture(digit) == 7).all()
    assert code.images[0].get_array().tolist() == [[1], [3]]


@pytest.mark.parametrize(
    ("units", "shown", "grid", "inches"),
    [(3, 3, (1, 3), (3.25, 1.35)), (11, 10, (2, 8), (7, 2.1)), (10, 10, (2, 8), (7, 2.1))],
)
def test_weights_are_squares_on_one_scale_of_their_middles(
    units: int, shown: int, grid: tuple[int, int], inches: tuple[float, float]
) -> None:
    weights = np.zeros((28, 28, units), np.float32)
    weights[:, 0] = weights[0] = 99  # the edge counts for no scale
    weights[4:24, 4:24] = -2
    weights[10, 12] = np.arange(units) / 10
    figure = codes.first_layer(weights.reshape(784, units), 10)
    *panels, colourbar = figure.axes
    assert panels[0].get_gridspec().get_geometry() == grid
    drawn = [axes for axes in panels if axes.images]
    assert drawn == panels[:shown]
    for unit, axes in enumerate(drawn):
        (image,) = axes.images
        np.testing.assert_array_equal(image.get_array(), weights[:, :, unit])
        assert image.get_clim() == (-2, 2)
        assert image.get_cmap().name == "RdBu_r"
    assert not any(axes.axison for axes in panels)
    assert colourbar.get_ylabel() == "weight"
    assert colourbar._colorbar.extend == "both"
    assert colourbar._colorbar.mappable is drawn[-1].images[0]
    assert colourbar.get_box_aspect() == 10 * grid[0]
    assert figure.get_suptitle() == f"First layer: {shown} of {units} units"
    assert artists.size(figure) == inches


def test_the_scale_of_weights_leaves_out_the_largest_and_is_never_nothing() -> None:
    middle = np.zeros((28, 28, 1), np.float32)
    assert codes.first_layer(middle.reshape(784, 1)).axes[0].images[0].get_clim() == (-1, 1)
    middle[4:24, 4:24, 0] = np.arange(400).reshape(20, 20) / 399
    middle[23, 23] = 50
    low, high = codes.first_layer(middle.reshape(784, 1)).axes[0].images[0].get_clim()
    # place 0.995 * 399 = 397.005 of the sorted
    assert (low, high) == pytest.approx((-high, 397.005 / 399))


def test_no_more_than_32_units_are_shown() -> None:
    figure = codes.first_layer(np.ones((784, 40), np.float32))
    assert sum(len(axes.images) for axes in figure.axes) == 32
    assert figure.get_suptitle() == "First layer: 32 of 40 units"


@pytest.mark.parametrize("seeds", [True, False])
def test_bars_of_accuracy_stand_in_pairs_the_first_model_on_top(seeds: bool) -> None:
    scores = pd.DataFrame(
        {
            "model": ["a", "b"],
            "codes.knn_accuracy": [0.25, 0.75],
            "codes.probe_accuracy": [0.5, 0.8125],
        }
    )
    spread = pd.DataFrame({"model": ["b", "a"], "codes.knn_accuracy": [0.02, np.nan],
                           "codes.probe_accuracy": [0.01, np.nan]})  # fmt: skip
    figure = codes.code_accuracy(scores, spread if seeds else spread[1:])
    (axes,) = figure.axes
    assert artists.bars(axes) == [
        [(-0.2, 50, "#0072b2"), (0.8, 81.25, "#0072b2")],
        [(0.2, 25, "#e69f00"), (1.2, 75, "#e69f00")],
    ]
    spreads = [([(80.25, 0.8, 82.25, 0.8)], "#404040"), ([(73, 1.2, 77, 1.2)], "#404040")]
    assert artists.error_bars(axes) == (spreads if seeds else [])
    bars = [bar for bar in axes.patches if bar.get_width()]
    assert {round(bar.get_height(), 6) for bar in bars} == {0.38}
    assert artists.texts(axes.texts) == ["50.0", "81.2", "25.0", "75.0"]
    assert {(text.get_fontsize(), text.xyann) for text in axes.texts} == {(9, (3, 0))}
    assert artists.legend(figure) == [
        "linear classifier of the code",
        "nearest neighbours in the code",
        "one standard deviation over seeds" if seeds else "one seed: spread unknown",
    ]
    assert figure.legends[0]._ncols == 3
    assert artists.texts(axes.get_yticklabels()) == ["a", "b"]
    assert list(axes.get_yticks()) == [0, 1]
    assert axes.yaxis_inverted()
    assert (axes.get_xlabel(), axes.get_xlim()) == ("test images recognised (%)", (0, 110))
    assert artists.has_no_row_lines(axes)
    assert artists.size(figure) == (8, 2.5)
