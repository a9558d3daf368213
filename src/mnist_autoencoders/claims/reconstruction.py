"""Claims 1 to 3: how well codes of a kind and size reconstruct."""

from mnist_autoencoders.claims.evidence import Evidence, Judgement, settle


def like_pca(evidence: Evidence) -> Judgement:
    """One hidden layer against as many principal components, and several layers."""
    shallow, deep = ("simple", "basic", "sparse_plain"), ("mlp_tanh", "deep", "hidden")
    gains = {
        model: evidence.of(model, "psnr") - evidence.of(model, "pca.psnr")
        for model in (*shallow, *deep)
    }
    sizes = {model: evidence.of(model, "code_size") for model in gains}
    measured = "PSNR above PCA with as many components: " + ", ".join(
        f"{model} ({sizes[model]:.0f}) {gain:+.2f} dB" for model, gain in gains.items()
    )
    limit = evidence.thresholds.close
    close = [abs(gains[model]) <= limit for model in shallow]
    better = [gains[model] > 0 for model in deep]
    condition = (
        f"one hidden layer is within {limit:g} dB of PCA in {sum(close)} of {len(close)} cases; "
        f"several layers beat PCA in {sum(better)} of {len(better)}"
    )
    return settle(close + better, measured, condition)


def convolutions_and_depth(evidence: Evidence) -> Judgement:
    """Pairs with codes of the same size, and depth with the same training."""
    convolutions = [("cnn_strided", "basic"), ("cnn_strided", "deep"), ("cnn_small", "stacked")]
    depth = [("deep", "basic"), ("deep", "basic_sparse")]
    outcomes, parts = [], []
    for better, worse in convolutions + depth:
        gain = evidence.of(better, "psnr") - evidence.of(worse, "psnr")
        sizes = [f"{evidence.of(model, 'code_size'):.0f}" for model in (better, worse)]
        outcomes.append(gain > 0)
        parts.append(f"{better} ({sizes[0]}) over {worse} ({sizes[1]}) {gain:+.2f} dB")
    cnn, size = evidence.of("cnn", "psnr"), evidence.of("cnn", "code_size")
    first, rest = outcomes[: len(convolutions)], outcomes[len(convolutions) :]
    condition = (
        f"convolutions win {sum(first)} of {len(first)} comparisons at equal code size and more "
        f"layers {sum(rest)} of {len(rest)}; cnn reaches {cnn:.2f} dB with a code of {size:.0f} "
        "values"
    )
    return settle(outcomes, "PSNR (code size): " + ", ".join(parts), condition)


def sparsity(evidence: Evidence) -> Judgement:
    """E3 against its twin without the penalty."""
    cost = evidence.of("sparse_plain", "psnr") - evidence.of("sparse", "psnr")
    means = [evidence.of(model, "code_mean") for model in ("sparse", "sparse_plain")]
    zeros = [evidence.of(model, "code_near_zero") for model in ("sparse", "sparse_plain")]
    measured = (
        f"sparse loses {cost:.2f} dB of PSNR; its mean code value is {means[0]:.3f} against "
        f"{means[1]:.3f}, and {zeros[0]:.0%} of its code values are zero against {zeros[1]:.0%}"
    )
    cheap = cost <= evidence.thresholds.close
    sparser = means[0] <= evidence.thresholds.sparser * means[1] and zeros[0] > zeros[1]
    condition = (
        f"it costs {'little' if cheap else 'much'} and is {'' if sparser else 'not '}sparser"
    )
    return settle([cheap, sparser], measured, condition)
