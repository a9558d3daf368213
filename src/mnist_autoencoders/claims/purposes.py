"""Claims 5 to 8: what codes are worth for compression, on other images, to see and to generate."""

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence, Judgement, MissingError, settle


def poorer_codec(evidence: Evidence) -> Judgement:
    """The bytes of JPEG and WebP at the PSNR of each point of the autoencoders."""
    points = evidence.compression
    if points.empty:
        raise MissingError("a model of clean images")
    shares: list[str] = []
    outcomes: dict[str, float] = {}
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
        outcomes[f"{codec} ({layout})"] = worse.mean()
    if not outcomes:
        raise MissingError("codecs and models with a PSNR in common")
    measured = "bytes of quantised codes against a codec at the same PSNR. " + "; ".join(shares)
    poorer = [codec for codec, share in outcomes.items() if share > 0.5]
    richer = [codec for codec in outcomes if codec not in poorer]
    condition = (
        f"mostly poorer than {', '.join(poorer)}, mostly not poorer than {', '.join(richer)}; "
        "the decoder is not counted"
    )
    return settle([share > 0.5 for share in outcomes.values()], measured, condition)


def data_specific(evidence: Evidence) -> Judgement:
    """How much of the variance of the flower is lost, and whether the error gives it away."""
    table = evidence.specificity
    if table.empty:
        raise MissingError("a model of clean images")
    left = table.pivot(index="model", columns="set", values="relative_mse")
    auroc = table.pivot(index="model", columns="set", values="auroc")["flower"]
    best, worst = left["flower"].idxmin(), left["flower"].idxmax()
    measured = (
        f"of the variance of the flower {left['flower'][best]:.0%} ({best}) to "
        f"{left['flower'][worst]:.0%} ({worst}) is lost, of that of digits "
        f"{left['digits'].min():.0%} to {left['digits'].max():.0%}. The error alone tells a tile "
        f"of the flower from a digit with an AUROC of {auroc.min():.2f} ({auroc.idxmin()}) to "
        f"{auroc.max():.2f} ({auroc.idxmax()}): a tile may be dark and flat, which makes it easy"
    )
    lost = evidence.thresholds.lost
    copies = left.index[left["flower"] < lost].tolist()
    condition = f"not for {', '.join(copies)}"
    return settle((left["flower"] >= lost).tolist(), measured, condition)


def planes(evidence: Evidence) -> Judgement:
    """Neighbours and silhouettes of the test digits in a plane."""
    table = evidence.planes.set_index("plane")
    if not {"code", "tsne_code"} <= set(table.index):
        raise MissingError("a model with two code values, one laid out by t-SNE, and labels")
    measured = "; ".join(
        f"{row['title']}: {row['knn_accuracy']:.1%} of the digits named by their neighbours, "
        f"silhouette {row['silhouette']:.2f}"
        for _, row in table.iterrows()
    )
    best = table[table.index == "code"].nlargest(1, "knn_accuracy").iloc[0]
    other = table.loc["tsne_code"]
    separates = best["knn_accuracy"] >= evidence.thresholds.separate
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
    shares = {draw: _range(plain[f"{draw}.confident"]) for draw in (normal, fitted)}
    distances = {draw: _range(plain[f"{draw}.frechet"], ".0f") for draw in (normal, fitted)}
    measured = (
        "share of images read with confidence, and Frechet distance to the test "
        f"images: vae from N(0, I) {vae:.0%} and {evidence.of('vae', f'{normal}.frechet'):.0f}; "
        f"plain models from N(0, I) {shares[normal]} and {distances[normal]}, from a normal "
        f"distribution fitted to their codes {shares[fitted]} and {distances[fitted]}"
    )
    below = {draw: plain[f"{draw}.confident"] < vae for draw in (normal, fitted)}
    outcomes = [vae >= evidence.thresholds.legible, *below[normal], *below[fitted]]
    condition = (
        f"{vae:.0%} of the images of the vae are read with confidence; {below[normal].sum()} of "
        f"{len(plain)} plain models do worse from N(0, I), {below[fitted].sum()} from fitted codes "
        f"(not {', '.join(plain.index[~below[fitted]]) or 'any'})"
    )
    return settle(outcomes, measured, condition)


def _range(values: pd.Series, style: str = ".0%") -> str:
    return f"{values.min():{style}} to {values.max():{style}} (median {values.median():{style}})"
