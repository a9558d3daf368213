"""Verdicts follow from the figures, and published figures stand beside those of their epoch."""

from typing import Any

import pandas as pd
import pytest

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.judge import CLAIMS, as_markdown, judge_claims
from mnist_autoencoders.noise.noise import Blur, Gaussian, Marks, Tones
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.published.read import compare_with_published, read_systems
from tests.conftest import ROOT

NORMAL, FITTED = "generation.standard_normal", "generation.fitted_normal"
DENOISERS = {"denoising": "gaussian", "denoising_blur": "blur", "denoising_tones": "tones",
             "denoising_marks": "marks"}  # fmt: skip
NOISES = {
    "gaussian": Gaussian(kind="gaussian", factor=0.7),
    "blur": Blur(kind="blur", sigma=1.0),
    "tones": Tones(kind="tones", amount=0.5),
    "marks": Marks(kind="marks", count=3),
}


def confirming() -> dict[str, pd.DataFrame]:
    """Tables by which every claim holds."""
    scores: dict[str, dict[str, Any]] = {
        name: {"psnr": 20.0, "pca.psnr": 19.5, "code_size": 32.0, "code_mean": 6.0,
               "code_near_zero": 0.1, f"{NORMAL}.confident": 0.1, f"{FITTED}.confident": 0.2,
               f"{NORMAL}.frechet": 90.0, f"{FITTED}.frechet": 70.0}
        for name in ("simple", "basic", "basic_sparse", "stacked", "sparse_plain")
    }  # fmt: skip
    plain = scores["basic"]
    for name in ("mlp_tanh", "deep", "hidden", "cnn", "cnn_small", "cnn_strided"):
        scores[name] = plain | {"psnr": 22.0 if name != "cnn_strided" else 23.0}
    scores["sparse"] = plain | {"psnr": 19.5, "code_mean": 0.7, "code_near_zero": 0.6}
    scores["vae"] = {"psnr": 20.0, f"{NORMAL}.confident": 0.8, f"{NORMAL}.frechet": 10.0}
    for name in DENOISERS:
        scores[name] = {"psnr": 20.0, "input.psnr": 12.0}
    kinds = {"gaussian": 0.7, "blur": 1.0, "tones": 0.5, "marks": 3.0}
    rows = [{"kind": kind, "strength": number} for kind, number in kinds.items()]
    return {
        "scores": pd.DataFrame(scores).T.rename_axis("model").reset_index(),
        "denoising": pd.DataFrame(
            [row | {"model": name, "psnr": 18.0, "ssim": 0.7} for row in rows for name in DENOISERS]
        ),
        "filters": pd.DataFrame(
            [row | {"method": "median", "psnr": 13.0, "ssim": 0.4} for row in rows]
        ),
        "compression": pd.DataFrame({"model": ["basic"] * 2, "bytes": [50.0, 60.0],
                                     "psnr": [15.0, 20.0]}),
        "codecs": pd.DataFrame({"codec": "JPEG", "layout": "sheet", "quality": [1, 50],
                                "bytes": [20.0, 40.0], "psnr": [10.0, 30.0]}),
        "specificity": pd.DataFrame({"model": ["basic"] * 2, "set": ["digits", "flower"],
                                     "relative_mse": [0.1, 3.0], "auroc": [0.5, 0.99]}),
        "planes": pd.DataFrame({"plane": ["code", "tsne_code"], "title": ["a", "b"],
                                "knn_accuracy": [0.85, 0.95], "silhouette": [0.1, 0.4]}),
    }  # fmt: skip


def judged(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return judge_claims(Evidence.of_tables(tables, DENOISERS, NOISES)).set_index("number")


def test_all_nine_hold_where_the_figures_say_so() -> None:
    claims = judged(confirming())
    assert claims["verdict"].tolist() == ["holds"] * 9
    assert claims["condition"].tolist() == [""] * 9
    assert "sparse loses 0.50 dB of PSNR" in claims.loc[3, "measured"]
    text = as_markdown(claims.reset_index())
    assert text.count("**holds**") == len(CLAIMS)


@pytest.mark.parametrize(
    ("number", "table", "row", "change", "verdict"),
    [
        (1, "scores", "mlp_tanh", {"psnr": 19.0}, "depends"),
        (2, "scores", "cnn_small", {"psnr": 19.0}, "depends"),
        (3, "scores", "sparse", {"psnr": 17.0}, "depends"),
        (4, "denoising", "denoising", {"ssim": 0.3}, "does not hold"),
        (5, "compression", "basic", {"bytes": 10.0}, "does not hold"),
        (6, "specificity", "basic", {"relative_mse": 0.2}, "does not hold"),
        (7, "planes", None, {"knn_accuracy": 0.5}, "does not hold"),
        (8, "scores", "basic", {f"{FITTED}.confident": 0.9}, "depends"),
        (9, "scores", "denoising_marks", {"psnr": 12.5}, "depends"),
    ],
)
def test_a_verdict_turns_with_its_figure(
    number: int, table: str, row: str | None, change: dict[str, float], verdict: str
) -> None:
    tables = confirming()
    rows = slice(None) if row is None else tables[table]["model"] == row
    for column, value in change.items():
        tables[table].loc[rows, column] = value
    if number == 7:
        tables[table]["silhouette"] = 0.0
    claims = judged(tables)
    assert claims.loc[number, "verdict"] == verdict
    assert (claims["verdict"] != "holds").sum() == 1


def test_a_claim_without_its_models_says_what_it_lacks() -> None:
    tables = confirming()
    tables["scores"] = tables["scores"][tables["scores"]["model"] != "vae"]
    claims = judged(tables)
    assert claims.loc[8, "verdict"] == "not measured"
    assert claims.loc[8, "measured"] == "it lacks the model vae"


def test_published_figures_are_compared_at_their_epoch() -> None:
    curves = pd.DataFrame({"model": "hidden", "epoch": [1, 2], "loss": [0.1416, 0.2]})
    scores = pd.DataFrame({"model": ["hidden"], "code_mean": [1.0]})
    rows = compare_with_published(scores, curves)
    # the third epoch was not trained: the last one stands for it
    assert rows["epoch"].tolist() == [1, 2, 2]
    assert rows["published"].tolist() == [0.1416, 0.0997, 0.0935]
    assert rows["difference"].tolist() == pytest.approx([0, 1.006, 1.139], abs=1e-3)


def test_every_published_system_is_a_model() -> None:
    systems = read_systems()
    assert set(systems) <= set(load_parameters(ROOT / "params.yaml").models)
    identifiers = "A1 A2 A3 B1 B2 C1 C2 C3 D1 D2 D3 D4 D5 E1 E2 E3"
    assert sorted({system["id"] for system in systems.values()}) == identifiers.split(" ")
