"""Opponents of denoisers have names, families, and the best of them is the best."""

import pandas as pd
import pytest

from mnist_autoencoders import opponents


@pytest.mark.parametrize(
    ("method", "family", "short", "words"),
    [
        ("none", "filter", "none", "noisy image"),
        ("gaussian", "filter", "Gauss", "gaussian"),
        ("non_local_means", "filter", "NLM", "non local means"),
        ("jpeg", "filter", "JPEG", "jpeg"),
        ("wavelet", "filter", "wavelet", "wavelet"),
        ("gaussian_curve", "filter and tone curve", "Gauss+tone", "gaussian, tone curve"),
        ("total_variation_curve", "filter and tone curve", "TV+tone",
         "total variation, tone curve"),
        ("curve", "filter and tone curve", "tone", "tone curve"),
        ("stretch", "tool for this noise", "stretch", "stretch"),
        ("richardson_lucy", "tool for this noise", "RL", "richardson lucy"),
        ("wiener", "tool for this noise", "Wiener", "wiener"),
        ("linear", "learnt", "linear", "linear map"),
        ("posterior_mean", "learnt", "posterior", "posterior mean"),
    ],
)  # fmt: skip
def test_every_method_has_a_family_and_two_names(
    method: str, family: str, short: str, words: str
) -> None:
    assert opponents.family(method) == family
    assert opponents.short(method) == short
    assert opponents.words(method) == words


TABLE = pd.DataFrame(
    [
        (0.5, "none", 20.04), (0.5, "median", 19.96), (0.5, "median_curve", 20.04),
        (0.7, "none", 12.0), (0.7, "median", 14.0), (0.7, "jpeg", 13.0),
        (0.7, "median_curve", 15.0), (0.7, "curve", 15.5), (0.7, "linear", 11.0),
        (0.7, "posterior_mean", 15.9), (0.7, "wiener", 3.0), (0.7, "stretch", 2.0),
    ],
    columns=["strength", "method", "psnr"],
)  # fmt: skip


def test_the_best_is_the_first_of_what_is_equal_when_rounded() -> None:
    chosen = opponents.best(TABLE)
    assert list(zip(chosen["strength"], chosen["method"])) == [
        (0.5, "none"), (0.7, "posterior_mean")
    ]  # fmt: skip
    plain = opponents.best(opponents.plain(TABLE))
    assert list(zip(plain["strength"], plain["method"])) == [(0.5, "none"), (0.7, "median")]


def test_families_send_their_best_and_all_that_is_learnt() -> None:
    chosen = opponents.best_of_families(TABLE[TABLE["strength"] == 0.7])
    assert chosen["method"].tolist() == [
        "none", "median", "curve", "linear", "posterior_mean", "wiener"
    ]  # fmt: skip
