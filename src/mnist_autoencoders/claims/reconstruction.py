"""Claims 1 to 3: what codes keep of an image."""

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.parts import (
    Judgement,
    Part,
    difference,
    interval,
    settle,
    share,
)

SHALLOW = ("simple", "basic", "sparse_plain")
"""A hidden layer that is the code, without a penalty on it."""

CLEAN = (
    *SHALLOW, "basic_sparse", "sparse", "mlp_tanh", "deep", "hidden", "stacked", "stacked_glorot",
    "embedding_2d", "embedding_2d_glorot", "vae", "dense_32", "cnn", "cnn_small", "cnn_strided",
    "cnn_32",
)  # fmt: skip
"""The non-linear models of clean images that are judged; a further one changes no verdict."""

EQUAL_EPOCHS = 50
"""After which D1 was published."""


def like_pca(evidence: Evidence) -> Judgement:
    """PSNR against PCA, and against PCA with the decoder of a shallow autoencoder."""
    thresholds = evidence.thresholds
    above = {model: _above_pca(evidence, model) for model in ("linear", *CLEAN)}
    linear = above.pop("linear")
    shallow = {model: thresholds.close - above[model].abs() for model in SHALLOW}
    decoder = evidence.tables["pca_decoder"].set_index("components")["psnr"]
    sizes = {model: int(evidence.of(model, "code_size").iloc[0]) for model in CLEAN}
    same = {
        model: evidence.of(model, "psnr") - decoder[size]
        for model, size in sizes.items()
        if size in decoder.index
    }
    parts = [
        Part(
            f"a linear autoencoder is within {thresholds.same:g} dB of PCA",
            f"{linear.mean():+.3f} dB",
            linear.abs() <= thresholds.same,
        ),
        share(
            f"one hidden layer is within {thresholds.close:g} dB of PCA",
            shallow,
            _listed({model: above[model] for model in SHALLOW}, sizes),
        ),
        share("a non-linear model beats PCA", above, _listed(above, sizes)),
        share("it beats PCA decoded by one sigmoid layer", same, _listed(same, sizes)),
    ]
    return settle(parts)


def convolutions_and_depth(evidence: Evidence) -> Judgement:
    """A pair of equal weights, the authors' own pairs, and depth at equal epochs."""
    pairs = [
        ("convolutions over dense layers of as many weights", "cnn_32", "dense_32"),
        ("C2 over C1", "cnn_strided", "mlp_tanh"),
        ("D4 over D1", "cnn_small", "basic"),
        ("D4 over D3", "cnn_small", "deep"),
        ("D3 over D1, of half as many epochs", "deep", "basic"),
    ]
    parts = [
        difference(f"{words} ({model} over {other})", evidence.over(model, other, "psnr"), "dB")
        for words, model, other in pairs
    ]
    errors = [evidence.at_epoch(model, "val_mse", EQUAL_EPOCHS) for model in ("basic", "deep")]
    gain = (10 * np.log10(errors[0] / errors[1])).dropna()
    words = f"D3 over D1 after {EQUAL_EPOCHS} epochs each, by the mean squared error"
    return settle([*parts, difference(words, gain, "dB")])


def sparsity(evidence: Evidence) -> Judgement:
    """E3 and D2 against their twins without a penalty, by measures that no scale changes."""
    thresholds = evidence.thresholds
    parts = []
    for sparse, plain in (("sparse", "sparse_plain"), ("basic_sparse", "basic")):
        cost = evidence.over(plain, sparse, "psnr")
        taking_part = evidence.of(sparse, "codes.participation")
        ratio = (taking_part / evidence.of(plain, "codes.participation")).dropna()
        means = [
            f"{name} {evidence.of(sparse, score).mean():.{digits}f} against "
            f"{evidence.of(plain, score).mean():.{digits}f}"
            for name, score, digits in (
                ("values taking part", "codes.participation", 1),
                ("Hoyer's sparsity", "codes.hoyer", 2),
                ("zeros", "codes.zeros", 3),
                ("mean", "code_mean", 2),
            )
        ]
        parts += [
            Part(
                f"{sparse} costs at most {thresholds.close:g} dB",
                f"{interval(cost)} dB",
                cost <= thresholds.close,
            ),
            Part(
                f"at most {thresholds.sparser:.0%} of the values of {plain} take part in its code",
                ", ".join(means),
                ratio <= thresholds.sparser,
            ),
        ]
    return settle(parts)


def _above_pca(evidence: Evidence, model: str) -> pd.Series:
    return evidence.of(model, "psnr") - evidence.of(model, "pca.psnr")


def _listed(differences: dict[str, pd.Series], sizes: dict[str, int]) -> str:
    return ", ".join(
        f"{model} ({sizes[model]}) {values.mean():+.2f} dB" for model, values in differences.items()
    )
