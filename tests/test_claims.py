"""Verdicts follow from the figures, by seed and at their thresholds."""

from typing import Any

import pandas as pd
import pytest

from mnist_autoencoders.claims.denoising import GAUSSIAN, OTHER
from mnist_autoencoders.claims.judge import CLAIMS
from mnist_autoencoders.claims.reconstruction import CLEAN
from mnist_autoencoders.parameters import load_parameters
from tests.projects import ROOT
from tests.verdicts import FITTED, MIXTURE, NORMAL, SCORES, THRESHOLDS, confirming, edit, judged


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
