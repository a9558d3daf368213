"""Claims 5 to 8: what codes are worth for compression, on other images, to see and to generate."""

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.parts import Judgement, MissingError, Part, settle, share
from mnist_autoencoders.claims.reconstruction import CLEAN
from mnist_autoencoders.envelopes import crossings, envelope

PLAIN = tuple(model for model in CLEAN if model != "vae")
NORMAL, FITTED, MIXTURE = (
    f"generation.{draw}" for draw in ("standard_normal", "fitted_normal", "mixture")
)


def poorer_codec(evidence: Evidence) -> Judgement:
    """The fewest bytes of any autoencoder against those of JPEG, at each level of PSNR."""
    envelopes = _by_seed(evidence.tables["compression_by_seed"])
    codecs = evidence.tables["codecs"].dropna(subset="quality")
    rivals = {
        codec: codecs[(codecs["codec"] == codec) & (codecs["layout"] == "sheet")]
        for codec in ("jpeg", "webp")
    }
    parts, beside = [], []
    for level in evidence.thresholds.levels:
        ours = pd.Series({seed: _bytes_at(best, level) for seed, best in envelopes.items()})
        jpeg, webp = (_bytes_at(rival, level) for rival in rivals.values())
        figures = f"{_bytes(ours.mean())} against {_bytes(jpeg)} bytes"
        parts.append(Part(f"poorer than JPEG at {level:g} dB", figures, ours > jpeg))
        beside.append(f"{level:g} dB {_bytes(webp)}")
    meetings = [
        f"{psnr:.1f} dB"
        for best in envelopes.values()
        for _, psnr in crossings(best, rivals["jpeg"])
    ]
    note = (
        f"by seed, the lines cross at {', '.join(meetings) or 'no level'}; WebP needs "
        f"{', '.join(beside)}; the decoder is not counted"
    )
    return settle(parts, note)


def data_specific(evidence: Evidence) -> Judgement:
    """How much of the variance of the flower is lost, by models and by bases of other data."""
    lost = evidence.thresholds.lost
    left = {model: evidence.of_set(model, "flower", "relative_mse") for model in CLEAN}
    auroc = {model: evidence.of_set(model, "flower", "auroc").mean() for model in CLEAN}
    means = {model: values.mean() for model, values in left.items()}
    best, worst = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    figures = f"{means[best]:.0%} ({best}) to {means[worst]:.0%} ({worst}) of its variance is lost"
    control = evidence.tables["pca_specificity"]
    control = control[control["set"] == "flower"].set_index("method")["relative_mse"]
    seeds = next(iter(left.values())).index
    parts = [
        share(f"a model loses at least {lost:.0%} of the flower",
              {model: values - np.nextafter(lost, 0) for model, values in left.items()}, figures),
        Part("what does not come from digits renders it",
             f"principal components of the temple lose {control['pca_temple']:.1%}, cosines "
             f"{control['dct']:.1%}, those of digits {control['pca']:.0%}",
             pd.Series(max(control["pca_temple"], control["dct"]) < lost, seeds)),
    ]  # fmt: skip
    note = (
        f"the error alone tells a tile of the flower from a digit with an AUROC of "
        f"{min(auroc.values()):.2f} to {max(auroc.values()):.2f}"
    )
    return settle(parts, note)


def planes(evidence: Evidence) -> Judgement:
    """Neighbours and silhouettes of the test digits in a plane, by seed of the 2-D code."""
    table = evidence.tables["planes"].set_index("plane")
    if not {"tsne_pixels", "tsne_code"} <= set(table.index):
        raise MissingError("t-SNE of pixels and of a code, and labels")
    pixels, laid_out = table.loc["tsne_pixels"], table.loc["tsne_code"]
    separate = evidence.thresholds.separate
    named, silhouette = (
        evidence.of("embedding_2d", f"planes.code.{score}")
        for score in ("knn_accuracy", "silhouette")
    )
    better = (laid_out["knn_accuracy"] > named) & (laid_out["silhouette"] > silhouette)
    parts = [
        Part(f"the 2-D code names {separate:.0%} of the digits by their neighbours",
             f"{named.mean():.1%}, {named.min():.1%} to {named.max():.1%}", named >= separate),
        Part("t-SNE of the code does better",
             f"{laid_out['knn_accuracy']:.1%} and silhouette {laid_out['silhouette']:.2f} against "
             f"{silhouette.mean():.2f}", better),
    ]  # fmt: skip
    note = (
        f"t-SNE of the pixels, without any code: {pixels['knn_accuracy']:.1%} and "
        f"{pixels['silhouette']:.2f}"
    )
    return settle(parts, note)


def random_codes(evidence: Evidence) -> Judgement:
    """Digits decoded from random codes, by the classifier's features of real ones."""
    legible = evidence.thresholds.legible
    precision = evidence.of("vae", f"{NORMAL}.precision")
    vae = evidence.of("vae", f"{NORMAL}.coverage")
    parts = [
        Part(f"{legible:.0%} of the draws of the VAE look like digits",
             f"precision {precision.mean():.2f}", precision >= legible),
    ]  # fmt: skip
    for prior, words in ((NORMAL, "N(0, I)"), (FITTED, "a normal distribution of its codes")):
        behind = {
            model: (vae - evidence.of(model, f"{prior}.coverage")).dropna() for model in PLAIN
        }
        covered = pd.Series(
            {model: evidence.of(model, f"{prior}.coverage").mean() for model in PLAIN}
        )
        figures = f"{vae.mean():.2f} against at most {covered.max():.2f} ({covered.idxmax()})"
        parts.append(
            share(f"the VAE covers more of the test digits than a plain model from {words}",
                  behind, figures)
        )  # fmt: skip
    mixed = pd.Series({m: evidence.of(m, f"{MIXTURE}.frechet").mean() for m in (*PLAIN, "vae")})
    best = mixed.drop("vae").idxmin()
    note = (
        f"from a mixture fitted to the codes the Frechet distance is {mixed[best]:.0f} for {best} "
        f"and {mixed['vae']:.0f} for the vae, which has "
        f"{evidence.of('vae', f'{NORMAL}.frechet').mean():.0f} from N(0, I): it is the prior that "
        "counts"
    )
    return settle(parts, note)


def _by_seed(points: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """The envelopes of the models judged, by the seeds that all of these have."""
    judged = points[points["model"].isin(CLEAN)]
    missing = set(CLEAN) - set(judged["model"])
    if missing:
        raise MissingError(f"the model {min(missing)}")
    common = set.intersection(*(set(rows["seed"]) for _, rows in judged.groupby("model")))
    return {seed: envelope(judged[judged["seed"] == seed]) for seed in sorted(common)}


def _bytes_at(curve: pd.DataFrame, level: float) -> float:
    """The bytes at a PSNR, between points in proportion to their logarithm; infinite beyond."""
    ordered = curve.sort_values("psnr")
    logarithm = np.interp(
        level, ordered["psnr"], np.log(ordered["bytes"]), left=np.nan, right=np.inf
    )
    # with less than the fewest bytes measured
    return float(ordered["bytes"].iloc[0] if np.isnan(logarithm) else np.exp(logarithm))


def _bytes(count: float) -> str:
    return f"{count:.1f}" if np.isfinite(count) else "more than any"
