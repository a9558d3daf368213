"""Each filter is what it says, and is tuned on training images alone."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from mnist_autoencoders.baselines.filters.methods import METHODS, Method, Stack
from mnist_autoencoders.baselines.filters.parameters import FilterParameters
from mnist_autoencoders.baselines.filters.tools import methods_for
from mnist_autoencoders.baselines.filters.tuning import best_setting, mean_psnr, tune_and_apply
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.noise_ladder.read import NoisyImages
from mnist_autoencoders.parameters import load_parameters
from tests.projects import ROOT

SETTINGS = load_parameters(ROOT / "params.yaml").filters.model_dump()
POINT = np.zeros((1, 28, 28))
POINT[0, 14, 14] = 1
STEP = np.zeros((1, 28, 28))
STEP[:, :, 14:] = 1
BLACK = np.zeros((1, 28, 28), np.uint8)


def grey(level: float) -> Stack:
    return np.full((1, 28, 28), level)


def darken(images: Stack, setting: float) -> Stack:
    """A filter whose best setting for black images is their grey level, in hundredths."""
    return np.abs(images - setting / 100)


def best(method: Method, settings: list[float], originals: Images, noisy: Stack) -> float:
    def quality(setting: float) -> float:
        return mean_psnr(originals, method.apply(noisy, setting).clip(0, 1).astype(np.float32))

    return best_setting(settings, method.single_peak, quality)


def test_the_filters_are_those_that_have_settings() -> None:
    tools = {**methods_for("tones", 0.5), **methods_for("blur", 0.5)}
    assert list(tools) == list(FilterParameters.model_fields)
    single = {name for name, method in METHODS.items() if method.single_peak}
    assert single == {"gaussian", "median", "wavelet", "total_variation"}


@pytest.mark.parametrize("name", METHODS)
def test_a_black_and_a_white_image_stay_black_and_white(name: str) -> None:
    images = np.concatenate([grey(0.0), grey(1.0)])
    for setting in SETTINGS[name][1:4]:
        np.testing.assert_allclose(METHODS[name].apply(images, setting), images, atol=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_every_image_is_filtered_alone(name: str) -> None:
    images = np.random.default_rng(0).random((4, 28, 28))
    for setting in SETTINGS[name][2], SETTINGS[name][-1]:
        together = METHODS[name].apply(images, setting)
        assert together.shape == images.shape
        alone = METHODS[name].apply(images[3:], setting)
        np.testing.assert_allclose(together[3:], alone, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_gentlest_setting_leaves_the_image(name: str) -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 28, 28)) / 255
    gentle = METHODS[name].apply(images, SETTINGS[name][0])
    np.testing.assert_allclose(gentle, images, atol=3 / 255 if name == "jpeg" else 0)


def test_gaussian_spreads_a_point_as_a_bell() -> None:
    bell = np.exp(-((np.arange(28) - 14) ** 2) / (2 * 1.5**2))
    blurred = METHODS["gaussian"].apply(POINT, 1.5)
    np.testing.assert_allclose(blurred[0], np.outer(bell, bell) / bell.sum() ** 2, atol=1e-3)


def test_median_is_that_of_a_square() -> None:
    images = np.zeros((1, 28, 28))
    images[0, 10:12, 10:13] = 0.6  # six of the nine pixels around the two in the middle
    images[0, 20, 20:25] = 0.6
    expected = np.zeros((28, 28))
    expected[10:12, 11] = 0.6
    np.testing.assert_array_equal(METHODS["median"].apply(images, 3.0)[0], expected)
    assert not METHODS["median"].apply(images, 5.0).any()


@pytest.mark.parametrize(("period", "least", "most"), [(3, 0, 0.1), (6, 0.2, 0.4), (12, 0.9, 1)])
def test_two_levels_of_wavelets_take_periods_below_eight(
    period: int, least: float, most: float
) -> None:
    wave = np.tile(0.5 + 0.2 * np.cos(2 * np.pi * np.arange(28) / period), (1, 28, 1))
    inner = np.s_[:, 8:20, 8:20]
    kept = METHODS["wavelet"].apply(wave, 5.0)[inner].std() / wave[inner].std()
    assert least <= kept <= most


def test_wavelets_take_noise_of_their_sigma_only() -> None:
    noisy = 0.5 + np.random.default_rng(0).normal(0, 0.1, (1, 28, 28))
    spreads = [METHODS["wavelet"].apply(noisy, sigma).std() for sigma in (0.01, 0.05, 0.1)]
    assert spreads == pytest.approx([0.0997, 0.0805, 0.0257], abs=0.005)


@pytest.mark.parametrize("weight", [0.14, 0.7])
def test_total_variation_moves_the_sides_of_a_step_by_the_weight_over_their_width(
    weight: float,
) -> None:
    flat = METHODS["total_variation"].apply(STEP, weight)
    sides = [flat[0, :, :14].mean(), flat[0, :, 14:].mean()]
    assert sides == pytest.approx([weight / 14, 1 - weight / 14], abs=0.005)


def test_non_local_means_look_five_pixels_far() -> None:
    """If all patches count as similar, a point becomes the mean of 11 by 11 pixels."""
    square = np.zeros((28, 28))
    square[9:20, 9:20] = 1 / 121
    even = METHODS["non_local_means"].apply(POINT, 1000.0)
    np.testing.assert_allclose(even[0], square, rtol=1e-3)


def test_non_local_means_compare_patches_two_pixels_to_each_side() -> None:
    """Patches that hold the point elsewhere than in the middle are twice as far from its own."""
    row = METHODS["non_local_means"].apply(POINT, 0.1)[0, 14, 14:7:-1]
    assert (row > 1e-6).tolist() == [True, False, False, True, True, True, False]


@pytest.mark.parametrize(
    ("quality", "level", "read"),
    [(100, 100.6, 101), (100, 100.4, 100), (100, 255, 255), (50, 1, 0), (1, 128, 128)],
)
def test_jpeg_reads_rounded_bytes(quality: float, level: float, read: int) -> None:
    np.testing.assert_array_equal(METHODS["jpeg"].apply(grey(level / 255), quality), read / 255)


def test_jpeg_of_a_lower_quality_errs_more() -> None:
    stripes = np.zeros((1, 28, 28))
    stripes[:, :, 3::8] = 1
    errors = [np.abs(METHODS["jpeg"].apply(stripes, q) - stripes).mean() for q in (90, 30, 5)]
    assert errors == pytest.approx([0.002, 0.012, 0.047], abs=0.002)


@pytest.mark.parametrize("length", range(1, 22))
def test_the_best_of_a_grid_with_one_peak_is_found_wherever_it_is(length: int) -> None:
    method = Method(darken)
    assert method.single_peak
    settings = [float(3 * number) for number in range(length)]
    for setting in settings:
        assert best(method, settings, BLACK, grey(setting / 100)) == setting


@pytest.mark.parametrize(
    ("length", "place", "tried"),
    [
        (4, 1, [[0, 1, 2]]),
        (8, 1, [[0, 1, 2]]),
        (9, 0, [[0], [2], [1]]),
        (9, 8, [[0, 2, 4, 6, 8], [7]]),
        (16, 3, [[0, 2, 4], [1, 3]]),
        (17, 6, [[0, 4, 8], [2, 6], [5, 7]]),
        (17, 13, [[0, 4, 8, 12, 16], [10, 14], [11, 13]]),
        (18, 17, [[0, 4, 8, 12, 16], [14], [15, 17]]),
    ],
)
def test_a_grid_with_one_peak_is_searched_from_coarse_to_fine_until_it_falls(
    length: int, place: int, tried: list[list[int]]
) -> None:
    calls: list[float] = []

    def apply(images: Stack, setting: float) -> Stack:
        calls.append(setting)
        # a little off, so that no two settings are equally good
        return np.abs(images - (setting + 0.1) / 100)

    settings = [float(number) for number in range(length)]
    assert best(Method(apply), settings, BLACK, grey(place / 100)) == place
    # the neighbours of the best so far are tried in any order
    ordered = [number for numbers in tried for number in numbers]
    assert sorted(calls) == sorted(ordered)
    assert calls[: len(tried[0])] == tried[0]


def test_a_grid_with_several_peaks_is_tried_as_a_whole() -> None:
    def apply(images: Stack, setting: float) -> Stack:
        return images * {1: 0.5, 8: 0.1}.get(int(setting), 0.9)

    # in steps of two, 8 would be left out
    settings = [float(number) for number in range(1, 10)]
    assert best(Method(apply, single_peak=False), settings, BLACK, grey(1.0)) == 8
    assert best(Method(apply), settings, BLACK, grey(1.0)) == 1


def test_a_plateau_is_no_fall() -> None:
    settings = [float(number) for number in range(9)]
    # steps of two: 0 and 2 are equal, 4 is better, 6 is worse
    rising = Method(lambda images, setting: images * [5, 5, 5, 4, 2, 3, 6, 7, 8][int(setting)])
    assert best(rising, settings, BLACK, grey(0.1)) == 4


def test_of_equally_good_settings_the_gentlest_is_taken() -> None:
    for single_peak in (True, False):
        method = Method(lambda images, _: images, single_peak)
        settings = [float(number) for number in range(9)]
        assert best(method, settings, BLACK, grey(0.5)) == 0


def test_the_mean_psnr_decides_and_not_the_mean_error() -> None:
    """40 and 15.2 dB are more than twice 20 dB, though the mean error is .015 instead of .01."""
    levels = {1.0: [0.1, 0.1], 2.0: [0.01, 0.03**0.5]}

    def apply(images: Stack, setting: float) -> Stack:
        return images + np.reshape(levels[setting], (2, 1, 1))

    twice = BLACK.repeat(2, axis=0)
    assert best(Method(apply), [1.0, 2.0], twice, np.zeros((2, 28, 28))) == 2


def test_what_leaves_the_range_of_pixels_is_cut_before_it_is_judged() -> None:
    white = BLACK + np.uint8(255)
    brighten = Method(lambda images, setting: images + setting)
    assert best(brighten, [0.0, 0.4, 3.0], white, grey(0.5)) == 3
    assert best(brighten, [0.0, -0.4, -3.0], BLACK, grey(0.5)) == -3


def test_filters_are_tuned_on_training_images_and_applied_to_test_images(tmp_path: Path) -> None:
    levels = {"train": (10, 10, 200), "test": (30, 240)}
    for split, grades in levels.items():
        originals = np.zeros((len(grades), 28, 28), np.uint8)
        originals[2:] = 7  # a training image more than there are noisy ones
        (tmp_path / "noisy").mkdir(exist_ok=True)
        np.save(tmp_path / f"{split}_images.npy", originals)
        noisy = np.stack([np.full((28, 28), grade, np.uint8) for grade in grades[:2]])
        np.save(tmp_path / "noisy" / f"{split}_images.npy", noisy)
    noisy_images = NoisyImages("gaussian", 0.5, "", tmp_path / "noisy")
    subtract = Method(lambda images, setting: images * 2 - setting / 255, single_peak=False)
    (setting, filtered), _ = tune_and_apply(tmp_path, noisy_images, subtract, [0.0, 20.0, 60.0])
    assert setting == 20
    assert filtered.dtype == np.float32
    np.testing.assert_allclose(filtered[0], 40 / 255, rtol=1e-6)
    np.testing.assert_array_equal(filtered[1], 1)


@pytest.mark.parametrize("settings", [[], [-1.0], ["1"]])
def test_senseless_settings_are_refused(settings: list) -> None:
    FilterParameters.model_validate(SETTINGS)
    for name in METHODS:
        with pytest.raises(ValidationError):
            FilterParameters.model_validate(SETTINGS | {name: settings})
