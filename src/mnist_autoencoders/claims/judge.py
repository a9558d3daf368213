"""The nine claims of the tutorials, each with its verdict."""

from collections.abc import Callable

import pandas as pd

from mnist_autoencoders.claims import denoising, purposes, reconstruction
from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.parts import Judgement, MissingError

# what was claimed, the figure in reports/figures that shows it, and how it is judged
CLAIMS: list[tuple[str, str, Callable[[Evidence], Judgement]]] = [
    (
        "An autoencoder's code is close to PCA with the same number of dimensions, and a "
        "non-linear one beats it.",
        "pca",
        reconstruction.like_pca,
    ),
    (
        "Convolutions reconstruct better than dense layers; more layers better than one.",
        "scores",
        reconstruction.convolutions_and_depth,
    ),
    (
        "The sparse code costs little reconstruction error and is much sparser.",
        "codes_sparse",
        reconstruction.sparsity,
    ),
    (
        "A denoising autoencoder beats the classical filters (Gaussian blur, median, wavelet, "
        "JPEG), by PSNR and SSIM.",
        "denoising_strengths",
        denoising.beats_filters,
    ),
    (
        "An autoencoder is a poorer general compressor than JPEG: bytes against distortion.",
        "rate_distortion",
        purposes.poorer_codec,
    ),
    (
        "An autoencoder is data-specific: trained on digits, it fails on photographs of flowers.",
        "specificity",
        purposes.data_specific,
    ),
    (
        "The 2-D code separates the digits; t-SNE of a 32-D code separates them better.",
        "planes",
        purposes.planes,
    ),
    (
        "Decoding random codes gives digits for the VAE, and mostly not for a plain autoencoder.",
        "generation",
        purposes.random_codes,
    ),
    (
        "Noise also means blur, changed tones, and white marks drawn on the image.",
        "denoising_kinds",
        denoising.other_noises,
    ),
]


def judge_claims(evidence: Evidence) -> pd.DataFrame:
    """A row per claim: number, claim, verdict, holding, seeds, condition, measured, figure.

    `holding` of `seeds` seeds confirm it as a whole. Where the models it needs are not there the
    verdict is `not measured`.
    """
    rows = []
    for number, (claim, figure, judge) in enumerate(CLAIMS, start=1):
        try:
            judgement = judge(evidence)
        except MissingError as missing:
            judgement = Judgement("not measured", f"it lacks {missing}")
        rows.append(
            {
                "number": number,
                "claim": claim,
                "verdict": judgement.verdict,
                "holding": judgement.holding,
                "seeds": judgement.seeds,
                "condition": judgement.condition,
                "measured": judgement.measured,
                "figure": figure,
            }
        )
    return pd.DataFrame(rows)


def as_markdown(claims: pd.DataFrame) -> str:
    """The claims as a text, one section each."""
    parts = ["# What the tutorials claim, and what was measured\n"]
    for row in claims.itertuples():
        seeds = {0: "", 1: ", one seed"}.get(
            int(row.seeds), f", as a whole in {row.holding} of {row.seeds} seeds"
        )
        condition = f" ({row.condition})" if row.condition else ""
        measured = str(row.measured).replace("; ", "\n- ")
        parts.append(
            f"## {row.number}. {row.claim}\n\n"
            f"**{row.verdict}**{seeds}{condition}\n\n- {measured}\n\n"
            f"Figure: [{row.figure}](figures/{row.figure}.png)\n"
        )
    return "\n".join(parts)
