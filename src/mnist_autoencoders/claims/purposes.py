"""Claims 5 to 8: what codes are worth for compression, on other images, to see and to generate."""

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence, Judgement, MissingError, settle

TELLS = 0.9
"""AUROC from which the error is said to tell images from digits."""

SEPARATE = 0.8
"""Accuracy of neighbours from which a plane is said to separate the digits."""

LEGIBLE = 0.5
"""Share of confidently read images from which a decoder is said to give digits mostly."""


def poorer_codec(evidence: Evidence) -> Judgement:
    """The bytes of JPEG and WebP at the PSNR of each point of the autoencoders."""
    points = evidence.compression
    if points.empty:
        raise MissingError("a model of clean images")
    shares, outcomes = [], []
    for (codec, layout), curve in evidence.codecs.dropna().groupby(["codec", "layout"]):
        ordered = curve.sort_values("psnr")
        needed = np.interp(
            points["psnr"], ordered["psnr"], ordered["bytes"], left=np.nan, right=np.nan
        )
        reached = ~np.isnan(needed)
        if not reached.any():
            continue
        worse = (points["bytes"] > needed)[reached]
        best = points[reached].assign(ratio=points["bytes"] / needed).nsmallest(1, "ratio").iloc[0]
        shares.append(
            f"{codec} ({layout}): more bytes in {worse.sum()} of {len(worse)} cases, at best "
            f"{best['ratio']:.2f} times its bytes ({best['model']} at {best['psnr']:.1f} dB)"
        )
        outcomes.append(bool(worse.all()))
    if not outcomes:
        raise MissingError("codecs and models with a PSNR in common")
    measured = "bytes of quantised codes against a codec at the same PSNR. " + "; ".join(shares)
    condition = "on the codec, on whether each digit is a file of its own, and on the model"
    if not any(outcomes):
        # every codec is beaten by some model at some quality, which settles nothing for the others
        return Judgement("depends", measured, condition)
    return settle(outcomes, measured, condition)


def data_specific(evidence: Evidence) -> Judgement:
    """The error on tiles of photographs against that on digits."""
    table = evidence.specificity
    if table.empty:
        raise MissingError("a model of clean images")
    flower = table[table["set"] == "flower"].set_index("model")
    tells = flower["auroc"] >= TELLS
    parts = [
        f"AUROC of the error, flower against digits: {flower['auroc'].min():.3f} "
        f"({flower['auroc'].idxmin()}) to {flower['auroc'].max():.3f} ({flower['auroc'].idxmax()})"
    ]
    relative = pd.pivot_table(table, "relative_mse", "model", "set")
    for model in (relative["flower"].idxmin(), relative["flower"].idxmax()):
        parts.append(
            f"{model} leaves {relative.loc[model, 'flower']:.0%} of the variance of the flower, and "
            f"{relative.loc[model, 'digits']:.0%} of that of digits"
        )
    failing = flower.index[~tells].tolist()
    condition = f"not for {', '.join(failing)}, whose error tells them apart less well"
    return settle(tells.tolist(), "; ".join(parts), condition)


def planes(evidence: Evidence) -> Judgement:
    """Neighbours and silhouettes of the test digits in a plane."""
    table = evidence.planes.set_index("plane")
    if not {"code", "tsne_code"} <= set(table.index):
        raise MissingError("a model with two code values, one laid out by t-SNE, and labels")
    titles = {
        "code": "the 2-D code of {}",
        "tsne_code": "t-SNE of the code of {}",
        "tsne_pixels": "t-SNE of the pixels",
        "pca": "two principal components",
    }
    measured = "; ".join(
        f"{titles[plane].format(row['model'])}: {row['knn_accuracy']:.1%} of the digits named by "
        f"their neighbours, silhouette {row['silhouette']:.2f}"
        for plane, row in table.iterrows()
    )
    best = table[table.index == "code"].nlargest(1, "knn_accuracy").iloc[0]
    other = table.loc["tsne_code"]
    separates = best["knn_accuracy"] >= SEPARATE
    better = [other[score] > best[score] for score in ("knn_accuracy", "silhouette")]
    condition = (
        f"the 2-D code {'separates' if separates else 'does not separate'} the digits; t-SNE is "
        f"{'better' if all(better) else 'not better in both scores'}"
    )
    return settle([separates, *better], measured, condition)


def random_codes(evidence: Evidence) -> Judgement:
    """The classifier's opinion of digits decoded from random codes."""
    normal, fitted = ("generation.standard_normal", "generation.fitted_normal")
    vae = evidence.of("vae", f"{normal}.confident")
    columns = {f"{normal}.confident", f"{fitted}.confident"}
    if not columns <= set(evidence.scores):
        raise MissingError("plain models with codes to draw")
    plain = evidence.scores[evidence.scores[f"{fitted}.confident"].notna()]
    measured = (
        f"share of images read with a confidence of 0.9 or more: vae from N(0, I) {vae:.0%}; plain "
        f"models from N(0, I) {_range(plain[f'{normal}.confident'])}, from a normal distribution "
        f"fitted to their codes {_range(plain[f'{fitted}.confident'])}. Frechet distance: vae "
        f"{evidence.of('vae', f'{normal}.frechet'):.1f}, plain {_range(plain[f'{fitted}.frechet'], '.1f')}"
        " (fitted)"
    )
    outcomes = [vae >= LEGIBLE]
    for column in (f"{normal}.confident", f"{fitted}.confident"):
        outcomes += (plain[column] < min(LEGIBLE, vae)).tolist()
    legible = plain.index[plain[f"{fitted}.confident"] >= min(LEGIBLE, vae)].tolist()
    condition = (
        "on where plain codes are drawn: from a normal distribution fitted to the codes "
        f"{', '.join(legible) or 'no plain model'} give{'s' if len(legible) < 2 else ''} digits too"
    )
    return settle(outcomes, measured, condition)


def _range(values: pd.Series, style: str = ".0%") -> str:
    return f"{values.min():{style}} to {values.max():{style}} (median {values.median():{style}})"
