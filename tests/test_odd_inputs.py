"""Odd but legal values in the measures and figures: one image, equal ones, codes of any size."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from mnist_autoencoders.baselines.pca.curves import error_curve, rate_curves
from mnist_autoencoders.components.pca import fit
from mnist_autoencoders.embedding.embed import pixel_planes
from mnist_autoencoders.embedding.tsne import tsne
from mnist_autoencoders.evaluation.draws import mixture_codes
from mnist_autoencoders.figures import codes, compression, draw, generation, specificity
from mnist_autoencoders.figures.names import missing_letters, one_line, warning_of
from mnist_autoencoders.figures.style import log_ticks, save, short
from mnist_autoencoders.measures.planes import plane_scores
from mnist_autoencoders.page.render import _number
from mnist_autoencoders.published.read import compare_with_published
from mnist_autoencoders.strange_images.errors import set_errors
from tests import artists
from tests.test_same_figures import blobs

styled = pytest.fixture(autouse=True)(artists.styled)
# a warning on the terminal is a finding too
pytestmark = pytest.mark.filterwarnings("error")

CLOUD = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
ONE = np.array([0], np.int16)


@pytest.mark.parametrize("points", [CLOUD[:1], CLOUD[:1].repeat(9, axis=0), np.zeros((9, 1))])
def test_equal_points_lie_at_one_place(points: np.ndarray) -> None:
    plane = tsne(points.astype(np.float32), 30.0, 0)
    assert (plane.shape, plane.dtype) == ((len(points), 2), np.float32)
    assert not plane.any()


@pytest.mark.parametrize("count", [2, 3, 40])
def test_codes_of_one_value_are_laid_out_in_a_plane(count: int) -> None:
    plane = tsne(CLOUD[:count, :1], 30.0, 0)
    assert (plane.shape, plane.dtype) == ((count, 2), np.float32)
    assert len(np.unique(plane[:, 0])) == count


@pytest.mark.parametrize("power", [99, -99])
def test_points_of_any_size_are_laid_out_alike(power: int) -> None:
    # the same to the bit where the largest is between 0.5 and 1
    points = CLOUD - CLOUD.mean(axis=0)
    points *= 0.75 / np.abs(points).max()
    np.testing.assert_array_equal(tsne(np.ldexp(points, power), 5.0, 0), tsne(points, 5.0, 0))


def test_a_component_alone_is_a_plane_with_a_second_coordinate_of_nothing() -> None:
    images = blobs(12, 0)
    planes = pixel_planes(images, fit(images[:1]), 50, 30.0, 0)
    assert {name: plane.shape for name, plane in planes.items()} == {
        "pca": (12, 2), "tsne_pixels": (12, 2),
    }  # fmt: skip
    assert not planes["pca"][:, 1].any()


def test_more_components_than_there_are_leave_tables_without_rows(tmp_path: Path) -> None:
    images = blobs(12, 0)
    one = fit(images[:1])
    errors, rates = (
        error_curve(one, images, [2]), rate_curves(one, images, images, [2], [1], 9),
    )  # fmt: skip
    for table, columns in (
        (errors, ["components", "mse", "psnr"]),
        (rates, ["components", "bits", "bytes", "mse", "psnr"]),
    ):
        table.to_csv(tmp_path / "table.csv", index=False)
        read = pd.read_csv(tmp_path / "table.csv")
        assert (list(read), len(read)) == (columns, 0)


@pytest.mark.parametrize("level", [0, 77, 255])
def test_images_of_one_grey_have_no_error_relative_to_their_variance(level: int) -> None:
    images = np.full((30, 28, 28), level, np.uint8)
    assert set_errors(images, np.array([0.5, 0.25]))["relative_mse"] is None
    images[0, 0, 0] = level ^ 1
    assert set_errors(images, np.array([0.5, 0.25]))["relative_mse"] > 1


def test_a_point_alone_is_judged_by_no_other() -> None:
    assert plane_scores({"a": CLOUD[:1, :2]}, ONE, 5, 10, 0) == {}
    assert plane_scores({"a": CLOUD[:2, :2]}, ONE.repeat(2), 5, 10, 0)["a"]["knn_accuracy"] == 1


def test_a_code_alone_is_drawn_as_it_is() -> None:
    drawn = mixture_codes(CLOUD[:1], 3, 7, seed=0)
    assert drawn.dtype == np.float32
    np.testing.assert_array_equal(drawn, CLOUD[[0] * 7])


def test_trainings_that_end_alike_are_no_number_of_deviations_away() -> None:
    curves = pd.DataFrame({"model": "vae", "seed": [0, 1], "epoch": 10, "val_loss": 103.88})
    scores = pd.DataFrame({"model": "vae", "seed": [0, 1], "code_mean": 1.0})
    (row,) = compare_with_published(scores, curves).to_dict("records")
    assert (row["sd"], row["lowest"], row["highest"]) == (0, 103.88, 103.88)
    assert np.isnan(row["z"])


NAMES = ["three", "a$b$", "_hidden", "two\nlines", "七 и 😀", "x" * 30, " "]


def test_classes_of_any_name_are_named_as_they_are() -> None:
    points = {"plane": CLOUD[:7, :2]}
    scores = {"plane": {"knn_accuracy": 0.5, "silhouette": 0.25}}
    figure = codes.planes(points, np.arange(7, dtype=np.int16), NAMES, scores)
    assert artists.legend(figure) == [
        "three", "a$b$", "_hidden", "two lines", "七 и 😀", "x" * 23 + "…", "' '",
    ]  # fmt: skip
    assert not any(text.get_parse_math() for text in figure.legends[0].get_texts())


@pytest.mark.parametrize(
    ("count", "columns", "last"),
    [(20, 1, "19"), (21, 2, "20"), (60, 3, "59"), (61, 4, "and 1 more"), (100, 4, "and 40 more")],
)
def test_of_many_classes_the_first_are_named(count: int, columns: int, last: str) -> None:
    labels = np.arange(count).astype(np.int16)
    scores = {"plane": {"knn_accuracy": 0.5, "silhouette": 0.25}}
    points = {"plane": np.zeros((count, 2), np.float32)}
    figure = codes.planes(points, labels, [*map(str, range(count))], scores)
    shown = artists.legend(figure)
    assert (len(shown), shown[-1]) == (min(count, 61), last)
    assert figure.legends[0]._ncols == columns
    looks = {
        (artists.dot_colour(dots), artists.shape(dots)) for dots in figure.axes[0].collections[:80]
    }
    assert len(looks) == min(count, 80)


def test_letters_that_the_font_lacks_are_said_once_and_in_one_line(tmp_path: Path) -> None:
    assert missing_letters(["three", "три", "a b"]) == ""
    assert missing_letters(["七", "七八", "😀 7", "x" * 30 + "九"]) == "七八"
    assert warning_of("七八") == (
        "the font of the figures lacks letters of the classes' names, "
        "which are drawn as boxes: 七 八"
    )
    figure = Figure()
    figure.text(0.5, 0.5, "七")
    save(figure, tmp_path / "a.png")


def test_a_name_is_one_short_line() -> None:
    assert [one_line(name) for name in ("a\r\n b", "x" * 24, "x" * 25)] == [
        "a b", "x" * 24, "x" * 23 + "…",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(3.14159, ".2f", "3.14"), (-0.001, "z.2f", "0.00"), (999_999, ".1f", "999999.0"),
     (1e6, ".1f", "1e+06"), (-1.23456e30, ".2f", "-1.23e+30")],
)  # fmt: skip
def test_huge_numbers_are_short(value: float, form: str, text: str) -> None:
    assert short(value, form) == text


@pytest.mark.parametrize(
    ("value", "text"), [(12_345.6789, "12,345.679"), (-2.5e30, "-2.5e+30"), (None, "–")]
)
def test_huge_numbers_are_short_on_the_page(value: float | None, text: str) -> None:
    assert _number(value) == text


@pytest.mark.parametrize(("losses", "scale"), [([0.5, 0.1], "log"), ([0.5, 0.0], "linear")])
def test_a_loss_of_nothing_has_a_place_too(losses: list[float], scale: str) -> None:
    history = pd.DataFrame({"epoch": [1, 2], "loss": [0.9, 0.8], "val_loss": losses})
    figure = draw.learning_curve(history, [], "nats per pixel")
    assert figure.axes[0].get_yscale() == scale
    assert figure.axes[0].get_ylim()[0] < min(losses)


@pytest.mark.parametrize(("distance", "scale"), [(0.0, "linear"), (2.0, "log")])
def test_images_at_no_distance_have_a_place_too(distance: float, scale: str) -> None:
    scores = pd.DataFrame({"model": ["plain"], "generation.mixture.frechet": [distance]})
    figure = generation.generation_scores(scores, {"train": {"frechet": 0.0}})
    figure.draw_without_rendering()
    assert figure.axes[0].get_xscale() == scale


@pytest.mark.parametrize("value", [0.0, 3.5, 1e30])
def test_codes_that_are_all_equal_are_counted_at_their_place(value: float) -> None:
    scores = pd.DataFrame({"model": ["dead"], "code_mean": [value], "code_near_zero": [0.0]})
    figure = draw.code_histogram({"dead": np.full((5, 2), value, np.float32)}, scores)
    (axes,) = figure.axes
    (bar,) = (bar for bar in axes.patches if bar.get_height())
    assert bar.get_height() == pytest.approx(1)
    assert bar.get_width() > 0
    assert max(len(text) for text in artists.legend(figure)) < 60


def test_labels_of_near_points_stay_in_the_axes() -> None:
    scores = pd.DataFrame({"model": [*"abc"], "code_size": 2, "psnr": [6.0, 6.01, 6.02]})
    spread = pd.DataFrame({"model": [*"abc"], "psnr": np.nan})
    nothing = pd.DataFrame(columns=["components", "psnr"])
    (axes,) = draw.beside_pca(scores, spread, nothing, nothing).axes
    low, high = axes.get_ylim()
    # 0.65 apart around 6.01
    assert (low, high) == pytest.approx((4.71, 7.31))
    assert all(low < text.xyann[1] < high for text in axes.texts)
    assert "PCA, as many components" not in artists.legend(axes)


def test_labels_are_further_apart_on_a_tall_axis() -> None:
    scores = pd.DataFrame({"model": [*"ab"], "code_size": 2, "psnr": [6.0, 6.0]})
    spread = pd.DataFrame({"model": [*"ab"], "psnr": np.nan})
    curve = pd.DataFrame({"components": [2, 784], "psnr": [6.0, 60.0]})
    (axes,) = draw.beside_pca(scores, spread, curve, curve[:0]).axes
    low, high = (text.xyann[1] for text in axes.texts)
    # 54 dB and a twentieth of them on either side
    assert high - low == pytest.approx(0.65 * 1.1 * 54 / 30)


@pytest.mark.parametrize(
    ("losses", "words"),
    [((0.617, 0.41), ["0.45", "0.5", "0.55", "0.6"]), ((0.301, 0.302), ["0.3012", "0.3014"])],
)
def test_a_single_epoch_has_a_whole_number_and_losses_that_differ(
    losses: tuple[float, float], words: list[str]
) -> None:
    history = pd.DataFrame({"epoch": [1], "loss": losses[:1], "val_loss": losses[1:]})
    (axes,) = draw.learning_curve(history, [], "nats").axes
    axes.figure.draw_without_rendering()
    low, high = axes.get_xlim()
    assert [place for place in axes.get_xticks() if low < place < high] == [1]
    shown = artists.texts(axes.get_yticklabels())
    assert len(set(shown)) == len(shown)
    assert set(words) <= set(shown)


@pytest.mark.parametrize(("low", "words"), [(1e-14, ["1e−09", "0.001"]), (0.02, ["0.03", "0.1"])])
def test_many_powers_of_ten_have_ticks_too(low: float, words: list[str]) -> None:
    axes = Figure(figsize=(4, 2)).subplots()
    axes.plot([low, 1], [0, 1])
    axes.set_xscale("log")
    log_ticks(axes.xaxis, (1, 3))
    assert set(words) <= set(artists.texts(axes.get_xticklabels()))


def test_bytes_stand_without_components() -> None:
    columns = ["bytes", "psnr"]
    models = pd.DataFrame({"model": "plain", "bytes": [1.0, 2.0], "psnr": [10.0, 12.0]})
    codecs = pd.DataFrame(
        [
            (codec, place, 99.0, 30.0)
            for codec in compression.CODECS
            for place in compression.LAYOUTS
        ],
        columns=["codec", "layout", *columns],
    )  # fmt: skip
    figure = compression.rate_distortion(models, codecs, pd.DataFrame(columns=columns))
    assert "best of the components" not in artists.legend(figure)


def test_a_set_of_one_image_stands_above_sets_of_more() -> None:
    sets = {
        "digits": np.zeros((2, 1, 28, 28), np.uint8),
        "noise": np.zeros((2, 8, 28, 28), np.uint8),
    }
    table = pd.DataFrame({"set": [*sets], "auroc": 0.5})
    assert artists.size(specificity.examples(sets, table))[0] == pytest.approx(0.62 * 8 + 1.2)


@pytest.mark.parametrize("count", [1, 2])
def test_one_image_leaves_room_for_the_words_beside_it(count: int) -> None:
    images = np.zeros((count, 28, 28), np.uint8)
    rows = {"total variation, tone curve": images, "a": images}
    draw.reconstructions(rows).draw_without_rendering()
    values = np.arange(count * 8, dtype=np.float32).reshape(count, 8)
    for shape in ((8,), (2, 2, 2)):
        codes.code_pictures(images, values, shape).draw_without_rendering()
