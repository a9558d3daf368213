"""Random codes have the distribution that they are said to be drawn from."""

import numpy as np
import pytest

from mnist_autoencoders.evaluation.draws import (
    fitted_normal_codes,
    mixture_codes,
    standard_normal_codes,
)

SHEAR = np.array([[1, 0.8], [0, 0.6]])
"""Gives two standard normal values a correlation of 0.8."""


def clusters() -> np.ndarray:
    """Three in four codes around (10, 0), narrow and correlated, the others around (-30, 5)."""
    normal = np.random.default_rng(0).standard_normal((800, 2))
    return np.concatenate([normal[:600] @ SHEAR + [10, 0], 3 * normal[600:] + [-30, 5]])


def test_standard_codes_are_those_of_the_seed() -> None:
    drawn = standard_normal_codes(3, 2, seed=4)
    expected = np.random.default_rng(4).standard_normal((3, 2), np.float32)
    np.testing.assert_array_equal(drawn, expected)


@pytest.mark.parametrize("seed", [0, 1])
def test_fitted_codes_have_the_mean_and_the_covariance_of_the_codes(seed: int) -> None:
    codes = np.random.default_rng(2).normal([1, 5], [2, 0.5], (60, 2))
    codes = np.column_stack([codes, codes.sum(axis=1), np.full(60, 7)]).astype(np.float32)
    drawn = fitted_normal_codes(codes, 1100, seed)
    assert drawn.dtype == np.float32
    # what is drawn are normal values times the root of the covariance
    normal = np.random.default_rng(seed).standard_normal((1100, 4))
    values, vectors = np.linalg.eigh(np.cov(codes.T, bias=True))
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    np.testing.assert_allclose(drawn, codes.mean(axis=0) + normal @ root, atol=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("factor", [1, 1e-4])
def test_a_mixture_draws_from_each_cluster_its_share(seed: int, factor: float) -> None:
    codes = (clusters() * factor).astype(np.float32)
    drawn = mixture_codes(codes, 2, 4000, seed)
    assert (drawn.shape, drawn.dtype) == ((4000, 2), np.float32)
    drawn = drawn / factor
    right = drawn[:, 0] > -10
    # in any order, so that the first hundred are of both
    assert right[:100].mean() == pytest.approx(0.75, abs=0.15)
    assert right.mean() == pytest.approx(0.75, abs=0.03)
    for ours, original in ((drawn[right], clusters()[:600]), (drawn[~right], clusters()[600:])):
        np.testing.assert_allclose(ours.mean(axis=0), original.mean(axis=0), atol=0.4)
        np.testing.assert_allclose(np.cov(ours.T), np.cov(original.T), rtol=0.15, atol=0.4)
    assert np.corrcoef(drawn[right].T)[0, 1] == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("components", [1, 2])
def test_of_long_codes_the_values_that_vary_most_are_mixed_and_the_others_normal(
    components: int,
) -> None:
    rng = np.random.default_rng(3)
    turn, _ = np.linalg.qr(rng.normal(size=(40, 40)))
    latent = rng.standard_normal((800, 40)) * np.linspace(0.5, 0.1, 40)
    latent[:, :2] = clusters()
    codes = (latent @ turn + 7).astype(np.float32)
    drawn = mixture_codes(codes, components, 6000, seed=0)
    found = (drawn - 7) @ turn.T
    np.testing.assert_allclose(found.mean(axis=0), latent.mean(axis=0), atol=0.7)
    np.testing.assert_allclose(found.std(axis=0), latent.std(axis=0), rtol=0.1)
    between = np.mean(np.abs(found[:, 0] + 10) < 10)
    assert (between > 0.1) == (components == 1)


@pytest.mark.parametrize(
    "codes", [np.full((20, 3), 2), np.eye(3), [[1, 2, 3], [1, 0, 3]]], ids=["equal", "unit", "two"]
)
def test_few_codes_and_equal_ones_are_drawn_from_too(codes: list) -> None:
    values = np.array(codes, np.float32)
    drawn = mixture_codes(values, 5, 100, seed=0)
    distances = np.linalg.norm(drawn[:, np.newaxis] - values, axis=2).min(axis=1)
    # one component for each code, as narrow as may be
    assert distances.max() < 0.01
