"""Noise, filters, choice and packing of the page's laboratory, against what they are copies of."""

import base64
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from skimage.draw import line_aa

from mnist_autoencoders.baselines.filters.methods import METHODS
from mnist_autoencoders.laboratory import bundle
from mnist_autoencoders.laboratory.bundle import FILTERS, SCRIPTS, choose
from mnist_autoencoders.laboratory.pack import LARGE, pack_numbers, squeezed
from mnist_autoencoders.noise.noise import KINDS, noise_of
from mnist_autoencoders.stagecraft.schema import kinds
from tests import browsers, laboratories

browser = pytest.fixture(scope="module")(browsers.browser)
blank = pytest.fixture(scope="module")(laboratories.blank)

Image = NDArray[np.float64]


@pytest.fixture
def digit() -> Image:
    """A ring of greys, with noise around it."""
    rows, columns = np.mgrid[:28, :28] - 13.5
    ring = np.exp(-((np.hypot(rows, columns) - 7) ** 2) / 6)
    return np.clip(ring + np.random.default_rng(0).normal(0, 0.1, ring.shape), 0, 1)


def in_page(page: Page, call: str, image: Image, *arguments: object) -> Image:
    script = f"([image, rest]) => [...laboratory.{call}(image, ...rest)]"
    values = page.evaluate(script, [image.ravel().tolist(), list(arguments)])
    return np.array(values).reshape(28, 28)


def test_every_script_is_in_the_page() -> None:
    folder = Path(bundle.__file__).parent / "scripts"
    assert sorted(SCRIPTS) == sorted(path.stem for path in folder.iterdir())


def test_every_kind_of_noise_is_there_with_its_unit(blank: Page) -> None:
    units = blank.evaluate(
        "() => Object.fromEntries(Object.entries(laboratory.NOISES).map(([k, n]) => [k, n.unit]))"
    )
    assert units == {kind: type(noise_of(kind, 1)).unit for kind in kinds(KINDS)}


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        ("gaussian", 0.7),
        ("salt_and_pepper", 0.3),
        ("speckle", 0.9),
        ("masking", 0.5),
        ("tones", 0.6),
        ("marks", 4),
        ("gaussian_up_to", 1.0),
    ],
)
def test_noise_changes_pixels_as_the_pipeline_does(
    blank: Page, digit: Image, kind: str, strength: float
) -> None:
    """Random numbers are others, so means over many draws are compared: of values and squares."""
    count = 100
    script = """([image, kind, strength, count]) => Array.from({length: count},
      (_, seed) => [...laboratory.addNoise(image, kind, strength, seed)])"""
    drawn = np.array(blank.evaluate(script, [digit.ravel().tolist(), kind, strength, count]))
    stack = np.repeat(digit[np.newaxis], count, axis=0)
    wanted = noise_of(kind, strength).apply(stack, np.random.default_rng(1)).reshape(count, -1)
    # three and a half standard deviations of the mean over images, which differ as wholes
    for power in (1, 2):
        means, expected = (np.mean(each**power, axis=1) for each in (drawn, wanted))
        spread = math.hypot(means.std(), expected.std()) / math.sqrt(count)
        assert abs(means.mean() - expected.mean()) < 3.5 * spread + 1e-9
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_the_same_seed_gives_the_same_noise(blank: Page, digit: Image) -> None:
    first, again, other = (
        in_page(blank, "addNoise", digit, "gaussian", 0.5, seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.5


@pytest.mark.parametrize("sigma", [0.0, 0.5, 1.5, 4.0])
def test_blur_is_that_of_the_pipeline(blank: Page, digit: Image, sigma: float) -> None:
    wanted = noise_of("blur", sigma).apply(digit, np.random.default_rng(0))
    given = in_page(blank, "addNoise", digit, "blur", sigma, 1)
    np.testing.assert_allclose(given, wanted, atol=1e-12)


@pytest.mark.parametrize("ends", [(0, 0, 27, 27), (3, 20, 19, 2), (5, 5, 5, 5), (9, 1, 2, 26)])
def test_strokes_cover_what_those_of_the_pipeline_do(blank: Page, ends: tuple[int, ...]) -> None:
    script = """(ends) => {
      const all = [];
      laboratory.line(...ends, (...pixel) => all.push(pixel));
      return all;
    }"""
    wanted = zip(*(values.tolist() for values in line_aa(*ends)))
    np.testing.assert_allclose(sorted(blank.evaluate(script, ends)), sorted(wanted), atol=1e-12)


@pytest.mark.parametrize(
    ("method", "setting", "within"),
    [
        ("gaussian", 0, 1e-12),
        ("gaussian", 1.2, 1e-12),
        ("median", 1, 1e-12),
        ("median", 5, 1e-12),
        ("total_variation", 0, 1e-12),
        ("total_variation", 0.3, 1e-9),
        ("non_local_means", 0, 1e-12),
        # scikit-image's exponential is a rough one
        ("non_local_means", 0.25, 5e-3),
    ],
)
def test_filters_are_those_of_the_pipeline(
    blank: Page, digit: Image, method: str, setting: float, within: float
) -> None:
    wanted = METHODS[method].apply(digit[np.newaxis], setting)[0]
    given = in_page(blank, "filtered", digit, method, setting)
    np.testing.assert_allclose(given, wanted, atol=within)


def test_psnr_is_that_of_the_tables(blank: Page) -> None:
    script = (
        "(error) => laboratory.psnr(new Array(784).fill(0.5), new Array(784).fill(0.5 + error))"
    )
    # 0.1 squared is 10 dB each way, and nothing counts as half of 1 / 255
    assert blank.evaluate(script, 0.1) == pytest.approx(20.0)
    assert blank.evaluate(script, 0) == pytest.approx(20 * math.log10(510))


def test_the_page_has_filters_that_the_pipeline_tunes() -> None:
    assert set(FILTERS) <= set(METHODS)


def test_what_fits_is_chosen_by_use_and_then_by_size() -> None:
    def model(name: str, length: int, **values: object) -> dict:
        plain = {"name": name, "noise": None, "variational": False, "size": 32}
        return plain | values | {"network": "w" * length}

    models = [
        model("large", 300_000),
        model("small", 100_000),
        model("vae", 400_000, variational=True),
        model("plane", 200_000, size=2),
        model("denoiser", 500_000, noise="gaussian 0.5"),
        model("middle", 200_000),
        model("strange", 0) | {"network": None},
    ]
    names = [each["name"] for each in models]
    for megabytes, wanted in (
        (9, ["large", "small", "vae", "plane", "denoiser", "middle"]),
        # 200 + 400 + 500 of those of use; then 100, and 200 no longer fits
        (1.25, ["small", "vae", "plane", "denoiser"]),
        # 200 + 400, and 500 no longer fits, but those after it do
        (0.95, ["small", "vae", "plane", "middle"]),
        (0, []),
    ):
        chosen, left_out = choose(models, megabytes)
        assert [each["name"] for each in chosen] == wanted
        assert left_out == [name for name in names if name not in wanted]


@pytest.mark.parametrize("black", [0, 1, 254, 255, 256, 600])
def test_black_pixels_are_counted_and_come_back(blank: Page, black: int) -> None:
    pixels = np.array([7, *[0] * black, 255, 0], np.uint8)
    packed = squeezed(pixels)
    given = blank.evaluate("(text) => [...laboratory.pixelsOf(text)]", packed)
    np.testing.assert_allclose(given, pixels / 255, atol=1e-12)
    assert len(base64.b64decode(packed)) <= 4 + 2 * math.ceil(black / 255)


@pytest.mark.parametrize("rows", [64, 65])
def test_many_weights_take_two_bytes_each_and_few_four(rows: int) -> None:
    weights = np.random.default_rng(0).normal(0, 3, (rows, 128)).astype(np.float32)
    weights[:, 5], weights[:, 6] = 0, 1e-42
    with np.errstate(all="raise", under="ignore"):
        packed = pack_numbers(weights)
    assert packed["shape"] == [rows, 128]
    if weights.size <= LARGE:
        assert packed.keys() == {"shape", "float32"}
        found = np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(rows, 128)
        np.testing.assert_array_equal(found, weights)
        return
    steps = np.frombuffer(base64.b64decode(packed["int16"]), "<i2").reshape(rows, 128)
    scale = np.frombuffer(base64.b64decode(packed["scale"]), "<f4")
    # half a step, of which the largest weight of a column has 32,766
    error = np.abs(steps * scale - weights).max(axis=0)
    assert (error <= np.abs(weights).max(axis=0) / 32766 * 0.51 + 1e-41).all()
