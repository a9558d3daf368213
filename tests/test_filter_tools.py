"""A tone curve is the best monotone one; tools undo exactly the noise they are made for."""

from pathlib import Path

import numpy as np
import pytest
from skimage import filters, restoration

from mnist_autoencoders.baselines.filters.curve import Curve, fit_curve
from mnist_autoencoders.baselines.filters.methods import METHODS, Method, Stack
from mnist_autoencoders.baselines.filters.tools import (
    methods_for,
    richardson_lucy,
    stretch,
    wiener,
)
from mnist_autoencoders.baselines.filters.tuning import mean_psnr, tune_and_apply
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.read import NoisyImages

BAR = np.zeros((1, 28, 28))
"""A bright bar that reaches one border, in the dark."""
BAR[0, :20, 11:15] = 1


def blurred(images: Stack, sigma: float) -> Stack:
    return noise_of("blur", sigma).apply(images, np.random.default_rng(0))


def row(*values: float) -> Stack:
    return np.array(values, np.float32).reshape(1, 1, -1)


def test_a_curve_joins_the_means_and_pools_what_would_fall() -> None:
    images = row(0.0, 0.25, 0.25, 0.5, 0.75, 0.75, 0.75, 1.0)
    originals = np.array([[[51, 0, 102, 204, 102, 51, 0, 255]]], np.uint8)
    # means .2 .2 .8 .2 1: three of .2 and one of .8 pool into (.8 + 3 * .2) / 4
    curve = fit_curve(images, originals)
    shown = curve.apply(row(0.0, 0.25, 0.5, 0.6, 0.75, 0.875, 1.0))
    expected = row(0.2, 0.2, 0.35, 0.35, 0.35, 0.675, 1.0)
    np.testing.assert_allclose(shown, expected, atol=1e-6)
    assert shown.dtype == np.float32


def test_a_curve_is_level_beyond_its_ends_and_never_falls() -> None:
    curve = fit_curve(row(0.25, 0.5), np.array([[[51, 153]]], np.uint8))
    np.testing.assert_allclose(curve.apply(row(0.0, 0.375, 1.0)), row(0.2, 0.4, 0.6), atol=1e-6)
    inverted = fit_curve(row(0.0, 0.5, 1.0), np.array([[[255, 153, 0]]], np.uint8))
    np.testing.assert_allclose(inverted.apply(row(0.0, 0.3, 1.0)), 136 / 255, rtol=1e-6)


def test_a_curve_is_that_of_a_256th_of_grey_and_less() -> None:
    images, originals = row(0.5, 0.5 + 1 / 512), np.array([[[0, 255]]], np.uint8)
    np.testing.assert_allclose(fit_curve(images, originals).apply(images), row(0, 1), atol=1e-6)


def test_a_curve_goes_straight_between_its_points() -> None:
    curve = Curve(np.array([0.2, 0.6]), np.array([0.1, 0.9]))
    np.testing.assert_allclose(curve.apply(row(0.2, 0.3, 0.6)), row(0.1, 0.3, 0.9), rtol=1e-6)


def test_a_filter_has_one_setting_alone_and_another_before_a_curve(tmp_path: Path) -> None:
    """Wrong greys are worse than a column lost; a curve makes up for greys, not for the column."""
    originals = np.zeros((2, 28, 28), np.uint8)
    originals[:, 14:] = 204
    calls: list[tuple[int, float]] = []

    def apply(images: Stack, setting: float) -> Stack:
        calls.append((len(images), setting))
        if setting == 2:
            return 0.5 * images + 0.3
        mixed = images.copy()
        mixed[:, :, : int(setting)] = 0.4
        return mixed

    for split, count in (("train", 1), ("test", 2)):
        (tmp_path / "noisy").mkdir(exist_ok=True)
        np.save(tmp_path / f"{split}_images.npy", originals)
        np.save(tmp_path / "noisy" / f"{split}_images.npy", originals[:count])
    noisy = NoisyImages("gaussian", 0.5, "", tmp_path / "noisy")
    settings = [1.0, 2.0, 3.0]
    alone, curved = tune_and_apply(tmp_path, noisy, Method(apply, single_peak=False), settings)
    assert (alone[0], curved[0]) == (1, 2)
    np.testing.assert_allclose(alone[1][1, 0, :2], [0.4, 0], atol=1e-6)
    # the grey levels of the curve are rounded
    np.testing.assert_allclose(curved[1], originals / 255, atol=1e-3)
    # one training image at every setting and two test images at the chosen ones, once each
    assert calls == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]


def test_an_equal_setting_filters_the_test_images_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def apply(images: Stack, _: float) -> Stack:
        calls.append(len(images))
        return images

    (tmp_path / "noisy").mkdir()
    for split, count in (("train", 1), ("test", 2)):
        for folder in (tmp_path, tmp_path / "noisy"):
            np.save(folder / f"{split}_images.npy", np.zeros((count, 28, 28), np.uint8))
    tune_and_apply(
        tmp_path, NoisyImages("blur", 0.5, "", tmp_path / "noisy"), Method(apply), [0.0, 1.0]
    )
    assert calls == [1, 1, 2]


def test_a_tool_is_used_on_the_noise_it_is_made_for() -> None:
    assert [*methods_for("tones", 0.1)] == [*METHODS, "stretch"]
    assert [*methods_for("blur", 0.1)] == [*METHODS, "richardson_lucy", "wiener"]
    for kind in ("gaussian", "salt_and_pepper", "speckle", "masking", "marks"):
        assert methods_for(kind, 1) == METHODS


@pytest.mark.parametrize("name", ["richardson_lucy", "wiener"])
def test_tools_against_blur_know_its_strength(name: str) -> None:
    setting = 100.0 if name == "richardson_lucy" else 1e-5
    images = blurred(BAR, 1.5)
    for strength, tool in ((1.5, methods_for("blur", 1.5)), (0.7, methods_for("blur", 0.7))):
        known = {"richardson_lucy": richardson_lucy, "wiener": wiener}[name]
        restored = tool[name].apply(images, setting)
        np.testing.assert_array_equal(restored, known(images, setting, sigma=strength))
    right, wrong = (
        np.square(methods_for("blur", sigma)[name].apply(images, setting) - BAR).mean()
        for sigma in (1.5, 0.7)
    )
    assert right < 0.7 * wrong


def test_stretching_makes_the_darkest_black_and_the_brightest_white() -> None:
    images = 0.2 + 0.5 * np.concatenate([BAR, BAR[:, ::-1] * 0.8])
    np.testing.assert_allclose(
        stretch(images, 0.0), np.concatenate([BAR, BAR[:, ::-1]]), atol=1e-12
    )


def test_stretching_clips_a_share_at_each_end() -> None:
    ramp = np.linspace(0.1, 0.5, 784).reshape(1, 28, 28)
    expected = ((np.linspace(0, 1, 784) - 0.1) / 0.8).clip(0, 1).reshape(1, 28, 28)
    np.testing.assert_allclose(stretch(ramp, 0.1), expected, atol=1e-12)


def test_an_image_of_one_grey_is_not_stretched() -> None:
    grey = np.full((1, 28, 28), 0.3)
    np.testing.assert_array_equal(stretch(grey, 0.0), grey)


@pytest.mark.parametrize("sigma", [0.7, 1.5])
def test_richardson_lucy_is_that_of_scikit_image_where_the_border_is_dark(sigma: float) -> None:
    spot = np.zeros((28, 28))
    spot[12:16, 12:16] = 0.8
    image = blurred(spot, sigma)
    radius = int(4 * sigma + 0.5)
    point = np.zeros((2 * radius + 1, 2 * radius + 1))
    point[radius, radius] = 1
    spread = filters.gaussian(point, sigma)
    # scikit-image starts from a grey of .5: after many steps both are at the same image
    theirs = restoration.richardson_lucy(np.pad(image, radius), spread, num_iter=400, clip=False)
    ours = richardson_lucy(np.stack([image]), 400.0, sigma)[0]
    inner = theirs[radius:-radius, radius:-radius]
    np.testing.assert_allclose(ours, inner, atol=0.02)


def test_a_step_of_richardson_lucy_is_that_of_its_formula() -> None:
    image = blurred(BAR, 1.0)
    kept = filters.gaussian(np.ones((28, 28)), 1.0)
    np.testing.assert_allclose(kept, 1)
    ratio = image / np.maximum(blurred(image, 1.0), 1e-6)
    ratio[image == 0] = 0
    matrix = filters.gaussian(np.eye(28), (1.0, 0))
    light = np.outer(matrix.sum(axis=0), matrix.sum(axis=0))
    expected = image * (matrix.T @ ratio @ matrix) / light
    np.testing.assert_allclose(richardson_lucy(image, 1.0, 1.0), expected.clip(0, 1), atol=1e-5)
    np.testing.assert_array_equal(richardson_lucy(image, 0.0, 1.0), image)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 1.5])
def test_tools_against_blur_mind_the_border(sigma: float) -> None:
    for tool, setting, most in ((richardson_lucy, 300.0, 0.02), (wiener, 1e-5, 0.045)):
        error = np.square(tool(blurred(BAR, sigma), setting, sigma) - BAR).mean(axis=(0, 2))
        assert error[:3].max() < most, tool
        grey = np.full((1, 28, 28), 0.5)
        np.testing.assert_allclose(tool(grey, setting, sigma), grey, atol=1e-4)


@pytest.mark.parametrize(("tool", "setting"), [(richardson_lucy, 30.0), (wiener, 1e-4)])
def test_tools_restore_every_image_alone(tool, setting: float) -> None:
    images = np.random.default_rng(0).random((30, 28, 28))
    together = tool(images, setting, 1.0)
    assert together.shape == images.shape
    np.testing.assert_allclose(together[29:], tool(images[29:], setting, 1.0), atol=1e-9)
    assert 0 <= together.min() < together.max() <= 1


def test_no_blur_at_all_is_undone() -> None:
    for tool, setting in ((richardson_lucy, 10.0), (wiener, 1e-9)):
        np.testing.assert_allclose(tool(BAR, setting, 0.0), BAR, atol=1e-5)


def test_tools_undo_most_of_a_blur() -> None:
    images = np.rint(blurred(BAR, 1.0) * 255) / 255
    originals = (BAR * 255).astype(np.uint8)

    def decibels(restored: Stack) -> float:
        return mean_psnr(originals, restored.astype(np.float32))

    before = decibels(images)
    assert decibels(richardson_lucy(images, 300.0, 1.0)) > before + 9
    assert decibels(wiener(images, 1e-5, 1.0)) > before + 6
