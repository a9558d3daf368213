"""Verdicts follow from the figures, at their thresholds, and the words say the figures."""

from typing import Any

import pandas as pd
import pytest

from mnist_autoencoders.claims.evidence import Evidence, Judgement, settle
from mnist_autoencoders.claims.judge import CLAIMS, as_markdown, judge_claims
from mnist_autoencoders.claims.parameters import ClaimParameters

NORMAL, FITTED = "generation.standard_normal", "generation.fitted_normal"
DENOISERS = {"denoising": ("gaussian", 0.7), "denoising_blur": ("blur", 1.0),
             "denoising_tones": ("tones", 0.5), "denoising_marks": ("marks", 3.0)}  # fmt: skip
THRESHOLDS = ClaimParameters(
    close=1.0, sparser=0.25, useful=1.0, lost=0.5, separate=0.8, legible=0.5, worse=0.02
)
Tables = dict[str, pd.DataFrame]


def confirming() -> Tables:
    """Tables by which every claim holds, with figures that tell themselves apart."""
    drawn = {f"{NORMAL}.confident": 0.1, f"{FITTED}.confident": 0.2,
             f"{NORMAL}.frechet": 90.0, f"{FITTED}.frechet": 70.0}  # fmt: skip
    plain: dict[str, dict[str, Any]] = {
        "simple": {"psnr": 19.0, "pca.psnr": 18.5, "code_size": 15.0},
        "basic": {"psnr": 20.0, "pca.psnr": 20.75, "code_size": 32.0},
        "sparse_plain": {"psnr": 21.0, "pca.psnr": 20.0, "code_size": 33.0, "code_mean": 6.0,
                         "code_near_zero": 0.1},
        "sparse": {"psnr": 20.25, "code_mean": 0.75, "code_near_zero": 0.6},
        "mlp_tanh": {"psnr": 15.5, "pca.psnr": 13.0, "code_size": 3.0},
        "deep": {"psnr": 22.0, "pca.psnr": 19.5, "code_size": 31.0},
        "hidden": {"psnr": 22.5, "pca.psnr": 19.25, "code_size": 30.0},
        "basic_sparse": {"psnr": 20.5, "code_size": 34.0},
        "stacked": {"psnr": 21.5, "code_size": 128.0},
        "cnn_strided": {"psnr": 24.0, "code_size": 35.0},
        "cnn_small": {"psnr": 23.0, "code_size": 127.0},
        "cnn": {"psnr": 27.0, "code_size": 735.0},
    }  # fmt: skip
    scores: dict[str, dict[str, Any]] = {name: drawn | row for name, row in plain.items()}
    scores["hidden"] |= {f"{FITTED}.confident": 0.4, f"{FITTED}.frechet": 50.0}
    scores["vae"] = {"psnr": 20.0, f"{NORMAL}.confident": 0.8, f"{NORMAL}.frechet": 10.0}
    for number, name in enumerate(DENOISERS):
        scores[name] = {"psnr": 20.0 + number, "input.psnr": 12.0 + number}
    ladder = [*DENOISERS.values(), ("gaussian", 0.2)]
    rows = [{"kind": kind, "strength": strength} for kind, strength in ladder]
    noisy = pd.DataFrame(DENOISERS, index=["noise.kind", "noise.strength"]).T
    return {
        # the model of Gaussian noise comes last
        "models": noisy.reindex([*scores][::-1]).rename_axis("model").reset_index(),
        "scores": pd.DataFrame(scores).T.rename_axis("model").reset_index(),
        "denoising": pd.DataFrame(
            [row | {"model": name, "psnr": 18.0 + number, "ssim": 0.7}
             for row in rows for number, name in enumerate(DENOISERS)]
        ),
        "filters": pd.DataFrame(
            [row | {"method": method, "psnr": psnr, "ssim": ssim} for row in rows
             for method, psnr, ssim in [("none", 30.0, 0.9), ("total_variation", 13.0, 0.4),
                                        ("jpeg", 12.0, 0.5)]]
        ),
        "compression": pd.DataFrame({"model": ["basic", "deep", "cnn"],
                                     "bytes": [30.0, 60.0, 900.0], "psnr": [15.0, 20.0, 31.0]}),
        "codecs": pd.DataFrame({"codec": "jpeg", "layout": ["sheet"] * 2 + ["single"] * 3,
                                "quality": [1, 50, 1, 50, None], "bytes": [20, 40.0, 22, 44, 99],
                                "psnr": [10.0, 30.0, 10.0, 30.0, 31.0]}),
        "specificity": pd.DataFrame({"model": ["basic", "basic", "deep", "deep"],
                                     "set": ["digits", "flower"] * 2,
                                     "relative_mse": [0.1, 3.0, 0.2, 0.6],
                                     "auroc": [0.5, 0.99, 0.5, 0.75]}),
        "planes": pd.DataFrame({"plane": ["code", "tsne_code", "code"], "title": ["A", "B", "C"],
                                "knn_accuracy": [0.85, 0.95, 0.7],
                                "silhouette": [0.1, 0.4, 0.5]}),
    }  # fmt: skip


def judged(tables: Tables, thresholds: ClaimParameters = THRESHOLDS) -> pd.DataFrame:
    return judge_claims(Evidence.of_tables(tables, thresholds)).set_index("number")


def edit(tables: Tables, table: str, rows: str, **changes: float) -> None:
    """Change columns of the rows that a query selects; `__` in a name stands for a dot."""
    index = tables[table].query(rows).index
    assert len(index), rows
    for column, value in changes.items():
        tables[table].loc[index, column.replace("__", ".")] = value


MEASURED = [
    "PSNR above PCA with as many components: simple (15) +0.50 dB, basic (32) -0.75 dB, "
    "sparse_plain (33) +1.00 dB, mlp_tanh (3) +2.50 dB, deep (31) +2.50 dB, hidden (30) +3.25 dB",
    "PSNR (code size): cnn_strided (35) over basic (32) +4.00 dB, cnn_strided (35) over deep (31) "
    "+2.00 dB, cnn_small (127) over stacked (128) +1.50 dB, deep (31) over basic (32) +2.00 dB, "
    "deep (31) over basic_sparse (34) +1.50 dB",
    "sparse loses 0.75 dB of PSNR; its mean code value is 0.750 against 6.000, and 60% of its "
    "code values are zero against 10%",
    # of the filters the best PSNR and the best SSIM, which are those of different ones
    "denoising at its 0.7: 18.00 dB and SSIM 0.700 against 13.00 dB (total variation) and 0.500",
    # at 15 dB the sheet needs 25 bytes, the single files 27.5
    "bytes of quantised codes against a codec at the same PSNR. jpeg (sheet): more bytes in 2 of 2 "
    "cases, at best 1.20 times its bytes (basic at 15.0 dB); jpeg (single): more bytes in 2 of 2 "
    "cases, at best 1.09 times its bytes (basic at 15.0 dB)",
    "of the variance of the flower 60% (deep) to 300% (basic) is lost, of that of digits 10% to "
    "20%. The error alone tells a tile of the flower from a digit with an AUROC of 0.75 (deep) to "
    "0.99 (basic): a tile may be dark and flat, which makes it easy",
    "A: 85.0% of the digits named by their neighbours, silhouette 0.10; B: 95.0% of the digits "
    "named by their neighbours, silhouette 0.40; C: 70.0% of the digits named by their "
    "neighbours, silhouette 0.50",
    "share of images read with confidence, and Frechet distance to the test images: vae from "
    "N(0, I) 80% and 10; plain models from N(0, I) 10% to 10% (median 10%) and 90 to 90 (median "
    "90), from a normal distribution fitted to their codes 20% to 40% (median 20%) and 50 to 70 "
    "(median 70)",
    "blur: PSNR from 13.00 to 21.00 dB; the best filter (total variation) is -6.00 dB from it; "
    "tones: PSNR from 14.00 to 22.00 dB; the best filter (total variation) is -7.00 dB from it; "
    "marks: PSNR from 15.00 to 23.00 dB; the best filter (total variation) is -8.00 dB from it",
]


def test_all_nine_hold_where_the_figures_say_so_and_say_them() -> None:
    claims = judged(confirming())
    assert claims.columns.tolist() == ["claim", "verdict", "condition", "measured", "figure"]
    assert claims.index.tolist() == list(range(1, 10))
    assert claims["verdict"].tolist() == ["holds"] * 9
    assert claims["condition"].tolist() == [""] * 9
    assert claims["measured"].tolist() == MEASURED
    assert claims["claim"].tolist() == [claim for claim, _, _ in CLAIMS]
    assert claims["figure"].tolist() == [
        "pca", "scores", "codes_sparse", "denoising_strengths", "rate_distortion", "specificity",
        "planes", "generation", "denoising_kinds",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "table", "rows", "changes", "verdict"),
    [
        # at a threshold, and just beyond it
        (1, "scores", "model == 'simple'", {"psnr": 17.5}, "holds"),
        (1, "scores", "model == 'simple'", {"psnr": 17.49}, "depends"),
        (1, "scores", "model == 'basic'", {"psnr": 21.76}, "depends"),
        (1, "scores", "model == 'hidden'", {"psnr": 19.25}, "depends"),
        (1, "scores", "model == 'hidden'", {"psnr": 19.26}, "holds"),
        (2, "scores", "model == 'cnn_small'", {"psnr": 21.5}, "depends"),
        (2, "scores", "model == 'basic_sparse'", {"psnr": 22.0}, "depends"),
        (3, "scores", "model == 'sparse'", {"psnr": 20.0, "code_mean": 1.5}, "holds"),
        (3, "scores", "model == 'sparse'", {"psnr": 19.99}, "depends"),
        (3, "scores", "model == 'sparse'", {"code_mean": 1.51}, "depends"),
        (3, "scores", "model == 'sparse'", {"code_near_zero": 0.1}, "depends"),
        (4, "denoising", "model == 'denoising'", {"ssim": 0.5}, "does not hold"),
        (4, "denoising", "model == 'denoising' and strength == 0.2", {"psnr": 13.0}, "depends"),
        (4, "denoising", "model == 'denoising_blur'", {"psnr": 1.0}, "holds"),
        (5, "compression", "model == 'basic'", {"bytes": 25.0}, "does not hold"),
        (5, "compression", "model == 'basic'", {"bytes": 26.0}, "depends"),
        (5, "compression", "model == 'cnn'", {"bytes": 1.0}, "holds"),
        (6, "specificity", "model == 'deep' and set == 'flower'", {"relative_mse": 0.5}, "holds"),
        (6, "specificity", "model == 'deep'", {"relative_mse": 0.499}, "depends"),
        (6, "specificity", "index == index", {"relative_mse": 0.2}, "does not hold"),
        (7, "planes", "title == 'A'", {"knn_accuracy": 0.8}, "holds"),
        (7, "planes", "title == 'A'", {"knn_accuracy": 0.799}, "depends"),
        (7, "planes", "plane == 'tsne_code'", {"silhouette": 0.1}, "depends"),
        (7, "planes", "plane == 'tsne_code'", {"knn_accuracy": 0.85}, "depends"),
        (8, "scores", "model == 'hidden'", {f"{FITTED}.confident": 0.8}, "depends"),
        (8, "scores", "model == 'hidden'", {f"{NORMAL}.confident": 0.8}, "depends"),
        (8, "scores", "model == 'vae'", {f"{NORMAL}.confident": 0.5}, "holds"),
        (8, "scores", "model == 'vae'", {f"{NORMAL}.confident": 0.49}, "depends"),
        (9, "scores", "model == 'denoising_marks'", {"psnr": 16.0}, "holds"),
        (9, "scores", "model == 'denoising_marks'", {"psnr": 15.99}, "depends"),
    ],
)
def test_a_verdict_turns_with_its_figure_at_its_threshold(
    number: int, table: str, rows: str, changes: dict[str, float], verdict: str
) -> None:
    tables = confirming()
    edit(tables, table, rows, **changes)
    claims = judged(tables)
    assert claims.loc[number, "verdict"] == verdict
    assert (claims["condition"] != "").sum() == (verdict == "depends")
    assert (claims.drop(index=number)["verdict"] == "holds").all()


@pytest.mark.parametrize(
    ("number", "threshold", "value"),
    [(1, "close", 0.9), (3, "close", 0.7), (3, "sparser", 0.12), (6, "lost", 0.61),
     (7, "separate", 0.9), (8, "legible", 0.81), (9, "useful", 8.1)],
)  # fmt: skip
def test_a_threshold_is_a_parameter(number: int, threshold: str, value: float) -> None:
    claims = judged(confirming(), THRESHOLDS.model_copy(update={threshold: value}))
    assert claims.loc[number, "verdict"] != "holds"


def test_a_verdict_that_depends_says_on_what() -> None:
    tables = confirming()
    edit(tables, "scores", "model == 'simple'", psnr=10.0)
    edit(tables, "scores", "model == 'mlp_tanh'", psnr=10.0)
    edit(tables, "scores", "model == 'cnn_strided'", psnr=21.0)
    edit(tables, "scores", "model == 'basic_sparse'", psnr=23.0)
    edit(tables, "scores", "model == 'sparse'", code_near_zero=0.05)
    edit(tables, "denoising", "model == 'denoising' and strength == 0.2", psnr=1.0)
    edit(tables, "codecs", "layout == 'single'", bytes=900.0)
    edit(tables, "specificity", "model == 'deep'", relative_mse=0.1)
    edit(tables, "specificity", "model == 'basic'", relative_mse=0.5)
    edit(tables, "planes", "title == 'A'", knn_accuracy=0.75)
    edit(tables, "scores", "model == 'deep'", **{f"{FITTED}.confident": 0.9})
    edit(tables, "scores", "model == 'denoising_blur'", psnr=13.5)
    claims = judged(tables)
    assert claims["verdict"].tolist() == ["depends"] * 9
    assert claims["condition"].tolist() == [
        "one hidden layer is within 1 dB of PCA in 2 of 3 cases; several layers beat PCA in 2 of 3",
        "convolutions win 2 of 3 comparisons at equal code size and more layers 1 of 2; cnn "
        "reaches 27.00 dB with a code of 735 values",
        "it costs little and is not sparser",
        "won in 1 of 2 pairs of model and strength; a filter wins in one score or both for some "
        "model at 0.2",
        "mostly poorer than jpeg (sheet), mostly not poorer than jpeg (single); the decoder is "
        "not counted",
        "not for deep",
        "the 2-D code does not separate the digits; t-SNE is better",
        "80% of the images of the vae are read with confidence; 12 of 12 plain models do worse "
        "from N(0, I), 11 from fitted codes (not deep)",
        "gained 1 dB or more on 2 of 3 kinds",
    ]


def test_a_codec_out_of_reach_is_left_out() -> None:
    tables = confirming()
    edit(tables, "codecs", "layout == 'sheet'", psnr=99.0)
    claim = judged(tables).loc[5]
    assert claim["verdict"] == "holds"
    assert claim["measured"].partition(": ")[0].endswith("PSNR. jpeg (single)")


def test_the_verdict_over_comparisons() -> None:
    assert settle([True, True], "5 dB", "on it") == Judgement("holds", "5 dB")
    assert settle([True, False], "5 dB", "on it") == Judgement("depends", "5 dB", "on it")
    assert settle([False, False], "5 dB", "on it") == Judgement("does not hold", "5 dB")


def test_the_other_words_of_a_condition() -> None:
    tables = confirming()
    edit(tables, "scores", "model == 'sparse'", psnr=10.0)
    edit(tables, "planes", "plane == 'tsne_code'", silhouette=0.0)
    edit(tables, "scores", "model == 'vae'", **{f"{NORMAL}.confident": 0.45})
    edit(tables, "compression", "model == 'basic'", bytes=26.0)
    conditions = judged(tables)["condition"]
    assert conditions[3] == "it costs much and is sparser"
    assert conditions[7] == "the 2-D code separates the digits; t-SNE is not better in both scores"
    assert conditions[8].endswith("12 from fitted codes (not any)")
    assert conditions[5].startswith("mostly poorer than jpeg (sheet), mostly not poorer than jpeg")


@pytest.mark.parametrize(
    ("number", "table", "rows", "missing"),
    [
        (1, "scores", "model == 'mlp_tanh'", "the model mlp_tanh"),
        (3, "scores", "model == 'sparse'", "the model sparse"),
        (4, "models", "model == 'denoising'", "a model of Gaussian noise"),
        (4, "denoising", "model == 'denoising' and strength == 0.7",
         "denoising under gaussian 0.7"),
        (4, "filters", "kind == 'gaussian' and strength == 0.7",
         "gaussian 0.7 in the noise ladder"),
        (5, "compression", "index == index", "a model of clean images"),
        (5, "compression", "psnr < 31", "codecs and models with a PSNR in common"),
        (6, "specificity", "index == index", "a model of clean images"),
        (7, "planes", "plane == 'tsne_code'",
         "a model with two code values, one laid out by t-SNE, and labels"),
        (8, "scores", "model == 'vae'", "the model vae"),
    ],
)  # fmt: skip
def test_a_claim_without_its_rows_says_what_it_lacks(
    number: int, table: str, rows: str, missing: str
) -> None:
    tables = confirming()
    tables[table] = tables[table].drop(tables[table].query(rows).index)
    claim = judged(tables).loc[number]
    assert (claim["verdict"], claim["condition"]) == ("not measured", "")
    assert claim["measured"] == f"it lacks {missing}"


def test_a_score_that_was_not_measured_is_named() -> None:
    tables = confirming()
    edit(tables, "scores", "model == 'deep'", pca__psnr=float("nan"))
    fitted = [f"{FITTED}.confident", f"{FITTED}.frechet"]
    tables["scores"] = tables["scores"].drop(columns=["code_mean", *fitted])
    measured = judged(tables)["measured"]
    assert measured[1] == "it lacks pca.psnr of deep"
    assert measured[3] == "it lacks code_mean of sparse"
    assert measured[8] == "it lacks plain models with codes to draw"


def test_the_text_has_a_section_a_claim() -> None:
    claims = pd.DataFrame(
        {"number": [1, 2], "claim": ["It is so.", "Or so."], "verdict": ["holds", "depends"],
         "condition": ["", "on it"], "measured": ["5 dB", "6 dB"], "figure": ["one", "two"]}
    )  # fmt: skip
    assert as_markdown(claims) == (
        "# What the tutorials claim, and what was measured\n\n"
        "## 1. It is so.\n\n**holds**\n\n5 dB.\n\nFigure: [one](figures/one.png)\n\n"
        "## 2. Or so.\n\n**depends** (on it)\n\n6 dB.\n\nFigure: [two](figures/two.png)\n"
    )
