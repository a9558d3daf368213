"""Claims 4 and 9: what denoising autoencoders are worth."""

import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.parts import Judgement, MissingError, Part, interval, settle, share
from mnist_autoencoders.opponents import NO_FILTER
from mnist_autoencoders.opponents import words as named

GAUSSIAN = ("denoising", "denoising_32", "denoising_dense")
OTHER = ("denoising_blur", "denoising_tones", "denoising_marks")
NAMED = ["gaussian", "median", "wavelet", "jpeg"]
"""The filters that the claim names."""


def beats_filters(evidence: Evidence) -> Judgement:
    """Each model of Gaussian noise against the filters named and against the strongest opponent."""
    parts = []
    for model in GAUSSIAN:
        kind, strength = evidence.noise_of(model)
        at = f"{model} at its own {strength:g}"
        everything = evidence.classical(kind, strength).drop(index=NO_FILTER)
        parts += [
            _against(at, "the filters named", evidence, model, everything.loc[NAMED]),
            _against(at, "the strongest opponent", evidence, model, everything),
        ]
    filters = evidence.tables["filters"]
    gains: dict[str, pd.Series] = {}
    figures = []
    for strength in filters.loc[filters["kind"] == "gaussian", "strength"].unique():
        opponents = evidence.classical("gaussian", strength).drop(index=NO_FILTER)
        for model in GAUSSIAN:
            ours = evidence.denoised(model, "gaussian", strength)
            ahead = _ahead(ours, opponents)
            gains[f"{model} {strength:g}"] = ahead.map({True: 1.0, False: -1.0})
        figures.append(f"{strength:g} {_best(opponents)}")
    words = "every model beats the strongest opponent at every strength"
    return settle([*parts, share(words, gains, "opponents " + ", ".join(figures))])


def other_noises(evidence: Evidence) -> Judgement:
    """A dense network for each of blur, changed tones and marks, at its own strength."""
    useful = evidence.thresholds.useful
    parts = []
    for model in OTHER:
        kind, strength = evidence.noise_of(model)
        ours, table = evidence.denoised(model, kind, strength), evidence.classical(kind, strength)
        gain = ours["psnr"] - table.loc[NO_FILTER, "psnr"]
        words = f"{model} gains {useful:g} dB on {kind}"
        parts += [
            Part(words, f"{interval(gain)} dB", gain >= useful),
            _against(model, "the strongest opponent", evidence, model, table.drop(index=NO_FILTER)),
        ]
    return settle(parts)


def _against(
    words: str, whom: str, evidence: Evidence, model: str, opponents: pd.DataFrame
) -> Part:
    """Better in PSNR and in SSIM than whatever is best in each, at the model's own strength."""
    if opponents.empty:
        raise MissingError("filters")
    ours = evidence.denoised(model, *evidence.noise_of(model))
    lead = interval(ours["psnr"] - opponents["psnr"].max())
    figures = (
        f"{ours['psnr'].mean():.2f} dB and SSIM {ours['ssim'].mean():.3f} against "
        f"{_best(opponents)}, {lead} dB"
    )
    return Part(f"{words} beats {whom}", figures, _ahead(ours, opponents))


def _ahead(ours: pd.DataFrame, opponents: pd.DataFrame) -> pd.Series:
    return (ours["psnr"] > opponents["psnr"].max()) & (ours["ssim"] > opponents["ssim"].max())


def _best(opponents: pd.DataFrame) -> str:
    names = {score: opponents[score].idxmax() for score in ("psnr", "ssim")}
    psnr, ssim = opponents["psnr"].max(), opponents["ssim"].max()
    return f"{psnr:.2f} dB ({named(names['psnr'])}) and {ssim:.3f} ({named(names['ssim'])})"
