"""Verdicts follow from the figures, by seed and at their thresholds, and the words say them."""

from typing import Any

import pandas as pd
import pytest

from mnist_autoencoders.claims.denoising import GAUSSIAN, OTHER
from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.judge import CLAIMS, as_markdown, judge_claims
from mnist_autoencoders.claims.parameters import ClaimParameters
from mnist_autoencoders.claims.reconstruction import CLEAN
from mnist_autoencoders.parameters import load_parameters
from tests.conftest import ROOT

NORMAL, FITTED, MIXTURE = (
    f"generation.{draw}" for draw in ("standard_normal", "fitted_normal", "mixture")
)
DENOISERS = {"denoising": ("gaussian", 0.7), "denoising_32": ("gaussian", 0.5),
             "denoising_dense": ("gaussian", 0.4), "denoising_blur": ("blur", 1.5),
             "denoising_tones": ("tones", 0.5), "denoising_marks": ("marks", 3.0)}  # fmt: skip
THRESHOLDS = ClaimParameters(
    same=0.1, close=1.0, sparser=0.5, useful=1.0, levels=[20.0, 22.0], lost=0.5, separate=0.8,
    legible=0.5, off=0.02,
)  # fmt: skip
SEEDS = (0, 1)
Tables = dict[str, pd.DataFrame]


# fmt: off
def confirming() -> Tables:
    """Tables by which every claim holds in both seeds."""
    plain = {
        "psnr": 20.0, "pca.psnr": 18.0, "code_size": 32, "code_mean": 6.0,
        "codes.participation": 20.0, "codes.hoyer": 0.1, "codes.zeros": 0.0,
        f"{NORMAL}.coverage": 0.1, f"{FITTED}.coverage": 0.2, f"{MIXTURE}.frechet": 30.0,
    }
    scores: dict[str, dict[str, Any]] = {name: dict(plain) for name in CLEAN}
    scores["linear"] = {"psnr": 18.05, "pca.psnr": 18.0, "code_size": 32}
    for name in ("simple", "basic", "sparse_plain"):
        scores[name] |= {"psnr": 18.5, "code_size": 15}
    for name in ("sparse", "basic_sparse"):
        scores[name] |= {"psnr": 18.25, "pca.psnr": 9.0, "code_size": 33, "code_mean": 0.7,
                         "codes.participation": 8.0, "codes.hoyer": 0.6, "codes.zeros": 0.5}
    scores["cnn_32"]["psnr"], scores["cnn_strided"]["psnr"] = 23.0, 21.5
    scores["cnn_small"]["psnr"] = 24.0
    scores["vae"] |= {f"{NORMAL}.coverage": 0.4, f"{NORMAL}.precision": 0.8,
                      f"{NORMAL}.frechet": 80.0, f"{FITTED}.coverage": None}
    scores["embedding_2d"] |= {"planes.code.knn_accuracy": 0.85, "planes.code.silhouette": 0.1}
    by_seed = [
        {"model": name, "seed": seed} | row for name, row in scores.items() for seed in SEEDS
    ]
    noisy = pd.DataFrame(DENOISERS, index=["noise.kind", "noise.strength"]).T
    rungs = [("gaussian", 0.4), ("gaussian", 0.5), ("gaussian", 0.7), ("gaussian", 1.0),
             ("blur", 1.5), ("tones", 0.5), ("marks", 3.0)]
    methods = {"none": (12.0, 0.3), "gaussian": (14.0, 0.4), "median": (15.0, 0.35),
               "wavelet": (13.0, 0.3), "jpeg": (13.5, 0.45), "linear": (16.0, 0.5),
               "gaussian_curve": (15.5, 0.55)}
    return {
        # the model of clean images has no noise
        "models": noisy.reindex([*DENOISERS, "simple"]).rename_axis("model").reset_index(),
        "scores_by_seed": pd.DataFrame(by_seed),
        "curves_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "epoch": epoch, "val_mse": error / epoch}
             for name, error in (("basic", 1.0), ("deep", 0.5)) for seed in SEEDS
             for epoch in (49, 50)]
        ),
        "denoising_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "kind": kind, "strength": strength, "psnr": 18.0,
              "ssim": 0.7} for name in DENOISERS for seed in SEEDS for kind, strength in rungs]
        ),
        "filters": pd.DataFrame(
            [{"kind": kind, "strength": strength, "method": method, "psnr": psnr, "ssim": ssim}
             for kind, strength in rungs for method, (psnr, ssim) in methods.items()]
        ),
        "compression_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "bits": bits, "bytes": 40.0 * bits, "psnr": 18.0 + bits}
             for name in CLEAN for seed in SEEDS for bits in (2, 4)]
        ),
        "codecs": pd.DataFrame(
            [{"codec": codec, "layout": layout, "quality": quality, "bytes": size, "psnr": psnr}
             for codec, layout, factor in (("jpeg", "sheet", 1), ("jpeg", "single", 9),
                                           ("webp", "sheet", 2))
             for quality, size, psnr in ((1, 40.0 * factor, 20.0), (50, 90.0 * factor, 22.0))]
            + [{"codec": "png", "layout": "sheet", "quality": None, "bytes": 1.0, "psnr": 54.0}]
        ),
        "specificity_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "set": images, "relative_mse": error, "auroc": auroc}
             for number, name in enumerate(CLEAN) for seed in SEEDS
             for images, error, auroc in (("digits", 0.1, 0.5),
                                          ("flower", 0.6 + number / 10, 0.9 - number / 100))]
        ),
        "pca_specificity": pd.DataFrame(
            [{"set": images, "method": method, "relative_mse": error}
             for images in ("digits", "flower")
             for method, error in (("pca", 1.5), ("pca_temple", 0.04), ("dct", 0.03))]
        ),
        "pca_decoder": pd.DataFrame({"components": [15, 32], "psnr": [18.25, 18.125]}),
        "planes": pd.DataFrame(
            {"plane": ["pca", "tsne_pixels", "code", "tsne_code"],
             "knn_accuracy": [0.4, 0.94, 0.1, 0.92], "silhouette": [0.1, 0.36, 0.9, 0.3]}
        ),
    }


# fmt: on
def judged(tables: Tables, thresholds: ClaimParameters = THRESHOLDS) -> pd.DataFrame:
    return judge_claims(Evidence.of_tables(tables, thresholds)).set_index("number")


def edit(tables: Tables, table: str, rows: str, **changes: float) -> None:
    """Change columns of the rows that a query selects; `__` in a name stands for a dot."""
    index = tables[table].query(rows).index
    assert len(index), rows
    for column, value in changes.items():
        tables[table].loc[index, column.replace("__", ".")] = value


def test_all_nine_hold_where_the_figures_say_so() -> None:
    claims = judged(confirming())
    assert claims.columns.tolist() == [
        "claim", "verdict", "holding", "seeds", "condition", "measured", "figure"
    ]  # fmt: skip
    assert claims.index.tolist() == list(range(1, 10))
    assert claims["verdict"].tolist() == ["holds"] * 9
    assert (claims["condition"] == "").all()
    assert (claims["holding"] == 2).all()
    assert (claims["seeds"] == 2).all()
    assert claims["claim"].tolist() == [claim for claim, _, _ in CLAIMS]
    assert claims["figure"].tolist() == [
        "pca", "scores", "codes_sparse", "denoising_strengths", "rate_distortion", "specificity",
        "planes", "generation", "denoising_kinds",
    ]  # fmt: skip


SCORES = "scores_by_seed"


@pytest.mark.parametrize(
    ("number", "table", "rows", "changes", "verdict"),
    [
        # at a threshold, and just beyond it
        (1, SCORES, "model == 'linear'", {"psnr": 18.09}, "holds"),
        (1, SCORES, "model == 'linear'", {"psnr": 18.11}, "depends"),
        (1, SCORES, "model == 'linear'", {"psnr": 17.89}, "depends"),
        (1, SCORES, "model == 'simple'", {"psnr": 18.99}, "holds"),
        (1, SCORES, "model == 'simple'", {"psnr": 19.01}, "depends"),
        (1, SCORES, "model == 'stacked'", {"psnr": 18.0}, "depends"),
        (1, SCORES, "model == 'simple'", {"psnr": 18.26}, "holds"),
        (1, SCORES, "model == 'simple'", {"psnr": 18.25}, "depends"),
        (1, "pca_decoder", "components == 32", {"psnr": 20.0}, "depends"),
        (2, SCORES, "model == 'cnn_32'", {"psnr": 20.0}, "depends"),
        (2, SCORES, "model == 'mlp_tanh'", {"psnr": 21.5}, "depends"),
        (2, SCORES, "model == 'cnn_small'", {"psnr": 19.0}, "depends"),
        (2, SCORES, "model == 'deep'", {"psnr": 18.5}, "depends"),
        (2, "curves_by_seed", "model == 'deep' and epoch == 50", {"val_mse": 0.02}, "depends"),
        (2, "curves_by_seed", "model == 'deep' and epoch == 49", {"val_mse": 9.0}, "holds"),
        (3, SCORES, "model == 'sparse'", {"psnr": 17.5}, "holds"),
        (3, SCORES, "model == 'sparse'", {"psnr": 17.49}, "depends"),
        (3, SCORES, "model == 'basic_sparse'", {"psnr": 17.49}, "depends"),
        (3, SCORES, "model == 'sparse'", {"codes__participation": 10.0}, "holds"),
        (3, SCORES, "model == 'sparse'", {"codes__participation": 10.01}, "depends"),
        (3, SCORES, "model == 'sparse'", {"code_mean": 99.0, "codes__hoyer": 0.0}, "holds"),
        (4, "filters", "method == 'linear' and strength == 1.0", {"psnr": 18.0}, "depends"),
        (4, "filters", "method == 'median' and strength == 0.4", {"psnr": 17.99}, "holds"),
        (4, "filters", "method == 'gaussian_curve' and strength == 0.7", {"ssim": 0.7}, "depends"),
        (4, "denoising_by_seed", "model == 'denoising' and strength == 0.7", {"ssim": 0.5},
         "depends"),
        (5, "compression_by_seed", "model == 'vae' and bits == 2", {"bytes": 39.0}, "depends"),
        (5, "compression_by_seed", "model == 'vae'", {"bytes": 1.0}, "does not hold"),
        (5, "codecs", "codec == 'jpeg' and layout == 'single'", {"bytes": 999.0}, "holds"),
        (6, "specificity_by_seed", "model == 'simple' and set == 'flower'",
         {"relative_mse": 0.5}, "holds"),
        (6, "specificity_by_seed", "model == 'simple' and set == 'flower'",
         {"relative_mse": 0.499}, "depends"),
        (6, "pca_specificity", "method == 'dct' and set == 'flower'", {"relative_mse": 0.5},
         "depends"),
        (6, "pca_specificity", "method == 'pca'", {"relative_mse": 0.0}, "holds"),
        (7, SCORES, "model == 'embedding_2d'", {"planes__code__knn_accuracy": 0.8}, "holds"),
        (7, SCORES, "model == 'embedding_2d'", {"planes__code__knn_accuracy": 0.799}, "depends"),
        (7, SCORES, "model == 'embedding_2d'", {"planes__code__silhouette": 0.3}, "depends"),
        (7, "planes", "plane == 'tsne_code'", {"knn_accuracy": 0.85}, "depends"),
        (7, "planes", "plane == 'tsne_pixels'", {"knn_accuracy": 0.1}, "holds"),
        (8, SCORES, "model == 'vae'", {f"{NORMAL}.precision": 0.5}, "holds"),
        (8, SCORES, "model == 'vae'", {f"{NORMAL}.precision": 0.49}, "depends"),
        (8, SCORES, "model == 'deep'", {f"{NORMAL}.coverage": 0.4}, "depends"),
        (8, SCORES, "model == 'deep'", {f"{FITTED}.coverage": 0.4}, "depends"),
        (8, SCORES, "model == 'deep'", {f"{MIXTURE}.frechet": 0.0}, "holds"),
        (9, "filters", "method == 'none' and kind == 'marks'", {"psnr": 17.0}, "holds"),
        (9, "filters", "method == 'none' and kind == 'marks'", {"psnr": 17.01}, "depends"),
        (9, "filters", "method == 'linear' and kind == 'tones'", {"psnr": 54.0}, "depends"),
    ],
)  # fmt: skip
def test_a_verdict_turns_with_its_figure_at_its_threshold(
    number: int, table: str, rows: str, changes: dict[str, float], verdict: str
) -> None:
    tables = confirming()
    edit(tables, table, rows, **changes)
    claims = judged(tables)
    assert claims.loc[number, "verdict"] == verdict
    assert (claims["condition"] != "").sum() == (verdict == "depends")
    assert (claims.drop(index=number)["verdict"] == "holds").all()


def test_the_noisy_image_is_no_opponent() -> None:
    tables = confirming()
    edit(tables, "filters", "method == 'none' and kind == 'gaussian'", psnr=99.0, ssim=1.0)
    assert judged(tables).loc[4, "verdict"] == "holds"


@pytest.mark.parametrize(
    ("number", "threshold", "value"),
    [(1, "same", 0.04), (1, "close", 0.4), (3, "close", 0.2), (3, "sparser", 0.39),
     (6, "lost", 0.61), (6, "lost", 0.04), (7, "separate", 0.9), (8, "legible", 0.81),
     (9, "useful", 6.1), (5, "levels", [30.0])],
)  # fmt: skip
def test_a_threshold_is_a_parameter(number: int, threshold: str, value: Any) -> None:
    claims = judged(confirming(), THRESHOLDS.model_copy(update={threshold: value}))
    assert claims.loc[number, "verdict"] != "holds"


@pytest.mark.parametrize(
    ("number", "table", "rows", "changes"),
    [
        (1, SCORES, "model == 'deep' and seed == 1", {"psnr": 10.0}),
        (2, SCORES, "model == 'cnn_32' and seed == 1", {"psnr": 10.0}),
        (3, SCORES, "model == 'sparse' and seed == 1", {"psnr": 10.0}),
        (4, "denoising_by_seed", "model == 'denoising' and seed == 1", {"psnr": 10.0}),
        (5, "compression_by_seed", "model == 'vae' and seed == 1", {"bytes": 1.0}),
        (6, "specificity_by_seed", "model == 'vae' and seed == 1", {"relative_mse": 0.1}),
        (7, SCORES, "model == 'embedding_2d' and seed == 1", {"planes__code__knn_accuracy": 0.1}),
        (8, SCORES, "model == 'vae' and seed == 1", {f"{NORMAL}.coverage": 0.0}),
        (9, "denoising_by_seed", "model == 'denoising_tones' and seed == 1", {"psnr": 10.0}),
    ],
)
def test_a_claim_is_judged_in_every_seed(
    number: int, table: str, rows: str, changes: dict[str, float]
) -> None:
    tables = confirming()
    edit(tables, table, rows, **changes)
    claim = judged(tables).loc[number]
    assert (claim["verdict"], claim["holding"], claim["seeds"]) == ("depends", 1, 2)
    assert "(as claimed in 1 of 2 seeds)" in claim["condition"]


def test_a_model_that_no_list_names_changes_no_verdict() -> None:
    tables = confirming()
    for name in (SCORES, "compression_by_seed", "specificity_by_seed", "denoising_by_seed"):
        rows = tables[name][tables[name]["model"].isin(["deep", "denoising"])]
        numbers = rows.select_dtypes("number").columns.drop("seed")
        own = rows.assign(model="users_own", **dict.fromkeys(numbers, 0.001))
        if name == "compression_by_seed":
            own["psnr"] = 99.0
        tables[name] = pd.concat([tables[name], own], ignore_index=True)
    pd.testing.assert_frame_equal(judged(tables), judged(confirming()))


def test_the_lists_name_models_of_the_pipeline() -> None:
    models = load_parameters(ROOT / "params.yaml").models
    assert {*CLEAN, *GAUSSIAN, *OTHER, "linear", "dense_32"} <= set(models)
    assert {name for name in CLEAN if models[name].input != "clean"} == set()
    assert len(set(CLEAN)) == len(CLEAN)


def test_where_the_lines_of_bytes_cross_is_said() -> None:
    tables = confirming()
    # 20 bytes at 20 dB and 160 at 22, against 40 and 90: equal after ln 2 / (ln 2 + ln 16/9)
    edit(tables, "compression_by_seed", "seed == 0 and bits == 2", bytes=20.0)
    measured = judged(tables).loc[5, "measured"].split("; ")
    assert measured[2] == "by seed, the lines cross at 21.1 dB"


def test_the_figures_are_said() -> None:
    tables = confirming()
    edit(tables, SCORES, "model == 'cnn_32' and seed == 1", psnr=25.0)
    edit(tables, "filters", "method == 'linear' and kind == 'tones'", psnr=54.0, ssim=1.0)
    edit(tables, "codecs", "codec == 'webp' and quality == 50", psnr=21.0)
    measured = judged(tables)["measured"].str.split("; ")
    # +3 and +5: mean 4, deviation sqrt(2), t of one degree of freedom 12.706
    assert measured[2][0] == (
        "convolutions over dense layers of as many weights (cnn_32 over dense_32): "
        "+4.00 [-8.71, +16.71] dB, as claimed in 2 of 2 seeds"
    )
    # 10 log10(2)
    assert measured[2][5].startswith(
        "D3 over D1 after 50 epochs each, by the mean squared error: +3.01"
    )
    assert measured[1][0] == (
        "a linear autoencoder is within 0.1 dB of PCA: +0.050 dB, as claimed in 2 of 2 seeds"
    )
    assert measured[1][1] == (
        "one hidden layer is within 1 dB of PCA: simple (15) +0.50 dB, basic (15) +0.50 dB, "
        "sparse_plain (15) +0.50 dB, 3 of 3 do, as claimed in 2 of 2 seeds"
    )
    assert measured[3][1] == (
        "at most 50% of the values of sparse_plain take part in its code: values taking part 8.0 "
        "against 20.0, Hoyer's sparsity 0.60 against 0.10, zeros 0.500 against 0.000, mean 0.70 "
        "against 6.00, as claimed in 2 of 2 seeds"
    )
    assert measured[4][:2] == [
        "denoising at its own 0.7 beats the filters named: 18.00 dB and SSIM 0.700 against 15.00 "
        "dB (median) and 0.450 (jpeg), +3.00 [+3.00, +3.00] dB, as claimed in 2 of 2 seeds",
        "denoising at its own 0.7 beats the strongest opponent: 18.00 dB and SSIM 0.700 against "
        "16.00 dB (linear map) and 0.550 (gaussian, tone curve), +2.00 [+2.00, +2.00] dB, as "
        "claimed in 2 of 2 seeds",
    ]
    assert measured[4][6].endswith(", 12 of 12 do, as claimed in 2 of 2 seeds")
    assert measured[5] == [
        "poorer than JPEG at 20 dB: 80.0 against 40.0 bytes, as claimed in 2 of 2 seeds",
        "poorer than JPEG at 22 dB: 160.0 against 90.0 bytes, as claimed in 2 of 2 seeds",
        "by seed, the lines cross at no level",
        "WebP needs 20 dB 80.0, 22 dB more than any",
        "the decoder is not counted",
    ]
    assert measured[6][0].startswith(
        "a model loses at least 50% of the flower: 60% (simple) to 230% "
    )
    assert measured[6][1] == (
        "what does not come from digits renders it: principal components of the temple lose 4.0%, "
        "cosines 3.0%, those of digits 150%, as claimed in 2 of 2 seeds"
    )
    assert measured[6][2].endswith("AUROC of 0.73 to 0.90")
    assert measured[7] == [
        "the 2-D code names 80% of the digits by their neighbours: 85.0%, 85.0% to 85.0%, as "
        "claimed in 2 of 2 seeds",
        "t-SNE of the code does better: 92.0% and silhouette 0.30 against 0.10, as claimed in 2 of "
        "2 seeds",
        "t-SNE of the pixels, without any code: 94.0% and 0.36",
    ]
    assert measured[8][0] == (
        "50% of the draws of the VAE look like digits: precision 0.80, as claimed in 2 of 2 seeds"
    )
    assert " from N(0, I): 0.40 against at most 0.10 (simple), 17 of 17 do, " in measured[8][1]
    assert measured[8][-1] == (
        "from a mixture fitted to the codes the Frechet distance is 30 for simple and 30 for the "
        "vae, which has 80 from N(0, I): it is the prior that counts"
    )
    assert measured[9][2:4] == [
        "denoising_tones gains 1 dB on tones: +6.00 [+6.00, +6.00] dB, as claimed in 2 of 2 seeds",
        "denoising_tones beats the strongest opponent: 18.00 dB and SSIM 0.700 against 54.00 dB "
        "(linear map) and 1.000 (linear map), -36.00 [-36.00, -36.00] dB, as claimed "
        "in 0 of 2 seeds",
    ]


@pytest.mark.parametrize(
    ("number", "table", "rows", "missing"),
    [
        (1, SCORES, "model == 'linear'", "the model linear"),
        (2, SCORES, "model == 'dense_32'", "the model dense_32"),
        (2, "curves_by_seed", "epoch == 50", "the epoch 50 of basic"),
        (3, SCORES, "model == 'basic_sparse'", "the model basic_sparse"),
        (4, "models", "model == 'denoising'", "the model denoising"),
        (4, "denoising_by_seed", "model == 'denoising' and strength == 0.7",
         "denoising under gaussian 0.7"),
        (4, "filters", "kind == 'gaussian' and strength == 0.7",
         "gaussian 0.7 in the noise ladder"),
        (5, "compression_by_seed", "model == 'vae'", "the model vae"),
        (6, "specificity_by_seed", "model == 'cnn'", "flower seen by cnn"),
        (7, "planes", "plane == 'tsne_code'", "t-SNE of pixels and of a code, and labels"),
        (8, SCORES, "model == 'vae'", "the model vae"),
        (9, "models", "model == 'denoising_marks'", "the model denoising_marks"),
    ],
)  # fmt: skip
def test_a_claim_without_its_rows_says_what_it_lacks(
    number: int, table: str, rows: str, missing: str
) -> None:
    tables = confirming()
    tables[table] = tables[table].drop(tables[table].query(rows).index)
    claim = judged(tables).loc[number]
    assert (claim["verdict"], claim["condition"], claim["seeds"]) == ("not measured", "", 0)
    assert claim["measured"] == f"it lacks {missing}"


def test_a_score_that_was_not_measured_is_named() -> None:
    tables = confirming()
    edit(tables, SCORES, "model == 'deep' and seed == 1", pca__psnr=float("nan"))
    tables[SCORES] = tables[SCORES].drop(columns=["codes.participation", f"{FITTED}.coverage"])
    measured = judged(tables)["measured"]
    assert measured[1] == "it lacks pca.psnr of deep"
    assert measured[3] == "it lacks codes.participation of sparse"
    assert measured[8] == f"it lacks {FITTED}.coverage of simple"


def test_the_text_has_a_section_a_claim() -> None:
    claims = pd.DataFrame(
        {"number": [1, 2, 3], "claim": ["It is so.", "Or so.", "Or once."],
         "verdict": ["holds", "depends", "holds"], "holding": [0, 1, 1], "seeds": [0, 3, 1],
         "condition": ["", "not: a", ""], "measured": ["5 dB", "6 dB; 7 dB", "8 dB"],
         "figure": ["one", "two", "three"]}
    )  # fmt: skip
    assert as_markdown(claims) == (
        "# What the tutorials claim, and what was measured\n\n"
        "## 1. It is so.\n\n**holds**\n\n- 5 dB\n\nFigure: [one](figures/one.png)\n\n"
        "## 2. Or so.\n\n**depends**, as a whole in 1 of 3 seeds (not: a)\n\n- 6 dB\n- 7 dB\n\n"
        "Figure: [two](figures/two.png)\n\n"
        "## 3. Or once.\n\n**holds**, one seed\n\n- 8 dB\n\nFigure: [three](figures/three.png)\n"
    )
