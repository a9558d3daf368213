"""Denoisers learnt from training images are what they say, and learn from no image they see."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import Ridge

from mnist_autoencoders.baselines.learnt.learning import learn_linear, learn_posterior_mean
from mnist_autoencoders.baselines.learnt.linear import fit
from mnist_autoencoders.baselines.learnt.noisy_copies import BLOCK, noisy_copies
from mnist_autoencoders.baselines.learnt.parameters import (
    LearntParameters,
    LinearParameters,
    PosteriorMeanParameters,
)
from mnist_autoencoders.baselines.learnt.posterior_mean import BLOCK as CLEAN_BLOCK
from mnist_autoencoders.baselines.learnt.posterior_mean import QUERIES, posterior_means
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.read import NoisyImages, read_ladder
from mnist_autoencoders.noise_ladder.write import write_rungs
from mnist_autoencoders.parameters import load_parameters
from tests.projects import ROOT

GREY = 1 / 255


def images(count: int, seed: int, side: int = 28) -> Images:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), np.uint8)


@pytest.fixture
def noisy(clean: Path, tmp_path: Path) -> NoisyImages:
    """Twenty training and twelve test images with Gaussian noise."""
    (tmp_path / "gaussian").mkdir()
    noises = [noise_of("gaussian", 0.5)]
    write_rungs(clean, tmp_path / "gaussian", noises, {"train": 20, "test": 12}, seed=0)
    return read_ladder(tmp_path, ["gaussian"])[0]


def test_the_linear_map_is_a_ridge_regression() -> None:
    clean = images(300, 0, 6)
    noisy = ((clean.astype(int) + clean[:, ::-1] + images(300, 1, 6)) // 3).astype(np.uint8)
    learnt = fit([(clean[:100], noisy[:100]), (clean[100:], noisy[100:])])
    for penalty in (1e-4, 0.05):
        flat = noisy.reshape(300, -1) / 255
        # of 300 images, scikit-learn penalises the sum and not the mean of squares
        ridge = Ridge(alpha=penalty * 300).fit(flat, clean.reshape(300, -1) / 255)
        other = images(50, 2, 6)
        expected = ridge.predict(other.reshape(50, -1) / 255).clip(0, 1).reshape(50, 6, 6)
        denoised = learnt.apply(other, penalty)
        assert denoised.dtype == np.float32
        np.testing.assert_allclose(denoised, expected, atol=2e-5)


def test_a_linear_map_of_pixels_that_are_always_black_is_no_number_too_many() -> None:
    clean = images(400, 0, 12)
    clean[:, :4] = 0
    denoised = fit([(clean, clean)]).apply(clean, 1e-6)
    assert np.isfinite(denoised).all()
    np.testing.assert_allclose(denoised, clean / 255, atol=0.01)


def test_copies_have_the_noise_of_no_other_set() -> None:
    originals = images(BLOCK + 5, 0)[:, :4, :4]
    noise = noise_of("gaussian", 0.1)
    blocks = list(noisy_copies(originals, noise, seed=3))
    assert [len(block) for block, _ in blocks] == [BLOCK, 5]
    np.testing.assert_array_equal(np.concatenate([block for block, _ in blocks]), originals)
    grey = np.full((2 * BLOCK, 4, 4), 128, np.uint8)

    def drawn(kind: str, strength: float, seed: int) -> np.ndarray:
        copies = noisy_copies(grey, noise_of(kind, strength), seed)
        return np.concatenate([copy for _, copy in copies]) / 255 - 128 / 255

    errors = drawn("gaussian", 0.1, 3)
    assert errors.std() == pytest.approx(0.1, abs=0.002)
    np.testing.assert_array_equal(errors, drawn("gaussian", 0.1, 3))
    for other in (
        drawn("gaussian", 0.1, 4),
        drawn("gaussian", 0.11, 3),
        errors[::-1],
        np.roll(errors, BLOCK, axis=0),
        drawn("speckle", 0.2, 3),
    ):
        assert abs(np.corrcoef(errors.ravel(), other.ravel())[0, 1]) < 0.03


def test_a_posterior_mean_is_weighted_by_likelihood() -> None:
    clean = np.zeros((3, 1, 2), np.uint8)
    clean[1], clean[2] = (100, 0), (0, 200)
    noisy = np.array([[[40, 10]]], np.uint8)
    apart = np.array([40**2 + 10**2, 60**2 + 10**2, 40**2 + 190**2]) * GREY**2
    for sigma, temperature in ((0.2, 1.0), (0.2, 3.0), (0.5, 1.0)):
        variance = sigma**2 + GREY**2 / 12
        weights = np.exp(-apart / (2 * variance * temperature))
        expected = np.tensordot(weights / weights.sum(), clean / 255, 1)
        (guess,) = posterior_means(noisy, clean, sigma, [temperature])
        np.testing.assert_allclose(guess[0], expected, atol=1e-6)
        assert guess.dtype == np.float32


def test_temperatures_come_in_their_order() -> None:
    clean, noisy = images(50, 0), images(3, 1)
    together = posterior_means(noisy, clean, 2.0, [1.0, 1e6])
    for guess, temperature in zip(together, (1.0, 1e6)):
        np.testing.assert_array_equal(guess, posterior_means(noisy, clean, 2.0, [temperature])[0])
    # where it is hot, all images weigh the same
    np.testing.assert_allclose(together[1], [clean.mean(axis=0) / 255] * 3, atol=1e-3)


def test_without_noise_the_nearest_image_is_the_guess() -> None:
    clean = images(20, 0)
    (guess,) = posterior_means(clean[[7, 3]], clean, 0.0, [1.0])
    np.testing.assert_allclose(guess, clean[[7, 3]] / 255, atol=1e-7)


def test_blocks_of_images_are_put_together() -> None:
    clean = np.zeros((CLEAN_BLOCK + 3, 1, 2), np.uint8)
    clean[-1] = (250, 5)
    clean[5] = (9, 130)
    noisy = np.zeros((QUERIES + 2, 1, 2), np.uint8)
    noisy[0] = (9, 131)
    noisy[-1] = (250, 6)
    (guess,) = posterior_means(noisy, clean, 0.01, [1.0])
    np.testing.assert_allclose(guess[[0, 1, -1]] * 255, [[[9, 130]], [[0, 0]], [[250, 5]]])


def test_nothing_is_learnt_from_the_images_that_settings_are_chosen_on(
    clean: Path, noisy: NoisyImages
) -> None:
    train = open_images(clean, "train")
    seen = [
        (copy, other) for copy, other in noisy_copies(train[20:80], noise_of("gaussian", 0.5), 9)
    ]
    learnt = fit(seen)
    penalties = [1e4, 1e-3, 1e6]
    penalty, denoised = learn_linear(
        clean, noisy, LinearParameters(images=60, penalties=penalties), 9
    )
    np.testing.assert_array_equal(denoised, learnt.apply(noisy.images("test"), penalty))
    errors = [
        np.square(learnt.apply(noisy.images("train"), each) - train[:20] / 255).mean()
        for each in penalties
    ]
    assert penalties.index(penalty) == np.argmin(errors) == 1

    temperatures = [1e5, 0.5, 1e6]
    temperature, denoised = learn_posterior_mean(
        clean,
        noisy,
        PosteriorMeanParameters(images=999, kinds=["gaussian"], temperatures=temperatures),
    )
    assert temperature == 0.5
    (expected,) = posterior_means(noisy.images("test"), train[20:], 0.5, [0.5])
    np.testing.assert_array_equal(denoised, expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": 0}, "greater than or equal to 1"),
        ({"temperatures": [0.0]}, "greater than or equal to 0.0000"),
        ({"temperatures": []}, "at least 1 item"),
        ({"kinds": ["gausian"]}, "no kind of noise 'gausian'; did you mean 'gaussian'?"),
    ],
)
def test_senseless_parameters_are_refused(change: dict, message: str) -> None:
    valid = load_parameters(ROOT / "params.yaml").learnt_denoisers.model_dump()
    LearntParameters.model_validate(valid)
    with pytest.raises(ValidationError) as error:
        PosteriorMeanParameters.model_validate(valid["posterior_mean"] | change)
    assert message in str(error.value)
    for penalties in ([], [0.0]):
        with pytest.raises(ValidationError):
            LinearParameters.model_validate(valid["linear"] | {"penalties": penalties})
