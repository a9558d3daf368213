"""Claims 4 and 9: what denoising autoencoders are worth."""

from mnist_autoencoders.claims.evidence import Evidence, Judgement, MissingError, settle


def beats_filters(evidence: Evidence) -> Judgement:
    """Each model of Gaussian noise against the best tuned filter, at every strength."""
    parts, outcomes = [], []
    for model, (kind, strength) in evidence.noises.items():
        if kind != "gaussian":
            continue
        ours = evidence.denoised(model, kind, strength)
        best, psnr, ssim = evidence.filtered(kind, strength)
        parts.append(
            f"{model} at its {strength:g}: {ours['psnr']:.2f} dB and SSIM {ours['ssim']:.3f} "
            f"against {psnr:.2f} dB ({best}) and {ssim:.3f}"
        )
        rows = evidence.denoising
        for other in rows[(rows["model"] == model) & (rows["kind"] == kind)].itertuples():
            _, psnr, ssim = evidence.filtered(kind, other.strength)
            outcomes.append((other.strength, other.psnr > psnr and other.ssim > ssim))
    if not outcomes:
        raise MissingError("a model of Gaussian noise")
    lost = sorted({strength for strength, won in outcomes if not won})
    condition = (
        f"won in {sum(won for _, won in outcomes)} of {len(outcomes)} pairs of model and strength; "
        f"a filter wins in one score or both for some model at {', '.join(f'{x:g}' for x in lost)}"
    )
    return settle([won for _, won in outcomes], "; ".join(parts), condition)


def other_noises(evidence: Evidence) -> Judgement:
    """A dense network for each of blur, changed tones and marks, at its own strength."""
    useful = evidence.thresholds.useful
    parts, outcomes = [], []
    for model in ("denoising_blur", "denoising_tones", "denoising_marks"):
        before, after = evidence.of(model, "input.psnr"), evidence.of(model, "psnr")
        kind, strength = evidence.noises[model]
        ours = evidence.denoised(model, kind, strength)
        best, psnr, _ = evidence.filtered(kind, strength)
        parts.append(
            f"{kind}: PSNR from {before:.2f} to {after:.2f} dB; the best filter "
            f"({best}) is {psnr - ours['psnr']:+.2f} dB from it"
        )
        outcomes.append(after - before >= useful)
    condition = f"gained {useful:g} dB or more on {sum(outcomes)} of {len(outcomes)} kinds"
    return settle(outcomes, "; ".join(parts), condition)
