"""Tables hold what the stages left of each model, and the published figures at their epoch."""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.published.read import (
    compare_with_published,
    published_curves,
    read_systems,
)
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.tables.collect import collect
from mnist_autoencoders.tables.models import model_layers, model_table
from mnist_autoencoders.tables.seeds import Training, trainings
from tests.projects import ROOT


def record(parameters: dict[str, Any], noise: dict[str, Any] | None = None) -> dict[str, Any]:
    """What training says of a model, whatever else it says."""
    layers = [
        {"part": "encoder", "layer": "Conv2D", "output": [28, 28, 3], "parameters": 30},
        {"part": "encoder", "layer": "MaxPooling2D", "output": [14, 14, 3], "parameters": 0},
        {"part": "encoder", "layer": "Conv2D", "output": [4, 5, 8], "parameters": 9},
        {"part": "decoder", "layer": "Reshape", "output": [28, 28, 1], "parameters": 7},
    ]
    return {"architecture": "conv 3", "loss_unit": "nats per pixel", "model_sha256": "abc",
            "noise": noise, "parameters": parameters, "layers": layers}  # fmt: skip


RECORDS = {
    "simple": record({"input": "clean", "code_l1": 0.0, "variational": None}),
    "own": record(
        {"input": "grain", "code_l1": 0.1, "variational": {"beta": 2.0}},
        {"kind": "gaussian", "strength": 0.7, "label": "gaussian 0.7", "code_sha256": "def"},
    ),
}


def write(path: Path, content: str | dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the stages leave of two models, `own` trained on noise and with another seed, and of a
    third that is gone."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(["simple", "own", "gone", "own-7"]):
        write(layout.TRAINING / name / "record.json", RECORDS.get(name, RECORDS["own"]))
        history = f"epoch,loss,val_loss\n1,0.{number}1,0.{number}2\n2,0.{number}3,0.{number}4\n"
        write(layout.TRAINING / name / "history.csv", history)
        own = name.startswith("own")
        planes = {"code": {"knn_accuracy": 0.5, "silhouette": 0.25}} if own else {}
        figures = {"psnr": 20.0 + number, "pca": {"psnr": 19.0 - number}, "planes": planes}
        write(layout.METRICS / f"{name}.json", figures)
    write(layout.EVALUATION / "simple/compression.csv", "bits,bytes,mse,psnr\n2,10,0.1,11\n")
    for name, row in (("own", "0.2,9,0.6"), ("own-7", "0.4,7,0.2"), ("gone", "0,0,0")):
        rungs = f"kind,strength,mse,psnr,ssim\nmarks,1,0.3,8,0.5\nblur,1,{row}\n"
        write(layout.EVALUATION / name / "denoising.csv", rungs)
    write(layout.FILTERS / "scores.csv", "kind\nfiltered\n")
    write(layout.LEARNT_DENOISERS / "scores.csv", "kind\nlearnt\n")
    write(layout.CODECS / "codecs.csv", "codec\njpeg\n")
    write(layout.PCA / "curve.csv", "components\n7\n")
    write(layout.PCA / "rate_distortion.csv", "bits\n8\n")
    write(layout.PCA / "specificity.csv", "set\nflower\n")
    write(layout.PCA_DECODER / "scores.csv", "components\n3\n")
    pixels = {"pca": {"knn_accuracy": 0.3, "silhouette": 0.1}}
    pixels["tsne_pixels"] = {"knn_accuracy": 0.9, "silhouette": 0.4}
    write(layout.PIXEL_PLANES / "scores.json", pixels)
    laid_out = {"tsne_code": {"knn_accuracy": 0.8, "silhouette": 0.35}}
    write(layout.CODE_PLANE / "scores.json", laid_out)
    for kind, unit, strengths in [("gaussian", "deviation", [0.2, 0.5]), ("marks", "strokes", [1])]:
        write(layout.NOISE_LADDER / kind / "ladder.json", {"unit": unit, "strengths": strengths})


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))


RUNS = trainings(["simple", "own"], 0, [("own", 7)])


def test_the_trainings_are_those_of_the_common_seed_and_the_replicas() -> None:
    assert [
        Training("simple", 0, "simple"), Training("own", 0, "own"), Training("own", 7, "own-7")
    ] == RUNS  # fmt: skip


@pytest.mark.usefixtures("outputs")
def test_every_table_holds_the_models_that_there_are() -> None:
    tables = collect(RUNS, "simple", ["gaussian", "marks"])
    # own: 21 and 23, 18 and 16; the deviation of 21 and 23 is sqrt(2)
    assert rows(tables["scores"], "model", "seeds", "psnr", "pca.psnr") == [
        ("simple", 1, 20, 19), ("own", 2, 22, 17)
    ]  # fmt: skip
    assert tables["spread"].columns.tolist() == [
        "model", "psnr", "pca.psnr", "planes.code.knn_accuracy", "planes.code.silhouette"
    ]  # fmt: skip
    assert tables["spread"]["psnr"].tolist() == pytest.approx([math.nan, 2**0.5], nan_ok=True)
    assert rows(tables["scores_by_seed"], "model", "seed", "psnr") == [
        ("simple", 0, 20), ("own", 0, 21), ("own", 7, 23)
    ]  # fmt: skip
    assert tables["curves"].columns.tolist() == ["model", "epoch", "loss", "val_loss"]
    assert tables["curves"].index.tolist() == [0, 1, 2, 3]
    assert rows(tables["curves"], "model", "epoch", "loss", "val_loss") == [
        ("simple", 1, 0.01, 0.02), ("simple", 2, 0.03, 0.04),
        ("own", 1, 0.11, 0.12), ("own", 2, 0.13, 0.14),
    ]  # fmt: skip
    assert rows(tables["curves_by_seed"].tail(2), *tables["curves_by_seed"]) == [
        ("own", 7, 1, 0.31, 0.32), ("own", 7, 2, 0.33, 0.34)
    ]  # fmt: skip
    assert rows(tables["compression"], *tables["compression"]) == [("simple", 2, 1, 10, 0.1, 11)]
    assert tables["denoising"].columns.tolist() == [
        "model", "kind", "strength", "seeds", "mse", "psnr", "ssim"
    ]  # fmt: skip
    denoising = rows(tables["denoising"], *tables["denoising"])
    assert denoising[0] == ("own", "marks", 1, 2, 0.3, 8, 0.5)
    assert denoising[1] == pytest.approx(("own", "blur", 1, 2, 0.3, 8, 0.4))
    assert rows(tables["denoising_by_seed"], "model", "seed", "kind", "psnr") == [
        ("own", 0, "marks", 8), ("own", 0, "blur", 9), ("own", 7, "marks", 8), ("own", 7, "blur", 7)
    ]  # fmt: skip
    assert tables["specificity_by_seed"].columns.tolist() == [
        "model", "seed", "set", "images", "mse", "psnr", "relative_mse", "auroc"
    ]  # fmt: skip
    assert tables["specificity"].empty
    assert {"model", "set", "auroc"} < set(tables["specificity"])
    assert rows(tables["filters"], "kind") == [("filtered",), ("learnt",)]
    assert rows(tables["codecs"], "codec") == [("jpeg",)]
    assert rows(tables["pca"], "components") == [(7,)]
    assert rows(tables["pca_decoder"], "components") == [(3,)]
    assert rows(tables["pca_rates"], "bits") == [(8,)]
    assert rows(tables["pca_specificity"], "set") == [("flower",)]
    assert rows(tables["planes"], *tables["planes"]) == [
        ("pca", "two principal components", "", 0.3, 0.1),
        ("tsne_pixels", "t-SNE of the pixels", "", 0.9, 0.4),
        ("code", "the two code values of own", "own", 0.5, 0.25),
        ("tsne_code", "t-SNE of the code of simple", "simple", 0.8, 0.35),
    ]
    # the example to show is Gaussian noise, as near to 0.7 as there is
    assert rows(tables["ladder"], "kind", "strength", "unit", "shown") == [
        ("gaussian", 0.2, "deviation", False), ("gaussian", 0.5, "deviation", True),
        ("marks", 1, "strokes", False),
    ]  # fmt: skip
    assert rows(tables["published"], "metric", "epoch", "measured") == [
        ("val_loss", 2, 0.04), ("loss", 2, 0.03)
    ]  # fmt: skip
    assert tables["published_curves"].equals(published_curves())
    assert tables["models"]["model"].tolist() == ["simple", "own"]
    assert tables["layers"]["model"].tolist() == ["simple"] * 4 + ["own"] * 4


@pytest.mark.usefixtures("outputs")
def test_without_labels_no_plane_is_scored() -> None:
    for path in (layout.PIXEL_PLANES, layout.CODE_PLANE):
        write(path / "scores.json", {})
    planes = collect(trainings(["simple"], 0, []), "simple", ["marks"])["planes"]
    assert planes.columns.tolist() == ["plane", "title", "model", "knn_accuracy", "silhouette"]
    assert planes.empty


def test_what_a_model_is_by_its_record() -> None:
    table = model_table(RECORDS).set_index("model").astype(object)
    table = table.where(table.notna(), None)
    assert table.loc["simple"].to_dict() == {
        "id": "A1", "architecture": "conv 3", "code_shape": "4x5x8", "loss_unit": "nats per pixel",
        "model_sha256": "abc", "noise.kind": None, "noise.strength": None, "noise.label": None,
        "input": "clean", "code_l1": 0.0, "variational": None, "variational.beta": None,
    }  # fmt: skip
    own = table.loc["own"]
    assert own["id"] is None
    noise = own[["noise.kind", "noise.strength", "noise.label"]].tolist()
    assert noise == ["gaussian", 0.7, "gaussian 0.7"]
    assert own["variational.beta"] == 2.0
    layers = model_layers(RECORDS)
    assert rows(layers.head(4), "model", "part", "layer", "output", "parameters") == [
        ("simple", "encoder", "Conv2D", "28 x 28 x 3", 30),
        ("simple", "encoder", "MaxPooling2D", "14 x 14 x 3", 0),
        ("simple", "encoder", "Conv2D", "4 x 5 x 8", 9),
        ("simple", "decoder", "Reshape", "28 x 28 x 1", 7),
    ]


def test_published_figures_are_compared_at_their_epoch() -> None:
    curves = pd.DataFrame(
        {"model": ["hidden", "hidden", "hidden", "vae", "sparse", "sparse", "sparse"],
         "seed": [0, 0, 1, 0, 0, 1, 2], "epoch": [1, 2, 1, 10, 20, 20, 20],
         "loss": [0.1416, 0.2, 0.1516, 107.0, 0.09, 0.10, 0.11],
         "val_loss": [0.5, 0.5, 0.5, 103.88, 0.5, 0.5, 0.5]}
    )  # fmt: skip
    scores = pd.DataFrame(
        {"model": ["sparse", "sparse", "sparse", "hidden", "vae", "other"],
         "seed": [0, 1, 2, 0, 0, 0], "code_mean": [1.5, 1.554, 1.608, 1.0, 1.0, 1.0]}
    )  # fmt: skip
    table = compare_with_published(scores, curves)
    assert table.columns.tolist() == [
        "id", "model", "metric", "epoch", "published", "bound", "measured", "sd", "seeds", "z",
        "lowest", "highest", "difference",
    ]  # fmt: skip
    numbers = rows(table, "measured", "seeds", "difference")
    assert numbers == [
        pytest.approx(row)
        for row in [
            (103.88, 1, -0.02),
            (0.1466, 2, 0.005 / 0.1416),
            # the third epoch was not trained: the last one stands for it
            (0.2, 1, 0.1003 / 0.0997),
            (0.2, 1, 0.1065 / 0.0935),
            (0.1, 3, -0.0032 / 0.1032),
            (1.554, 3, 1.0),
        ]
    ]
    assert rows(table, "id", "model", "metric", "epoch", "published", "bound") == [
        ("C3", "vae", "val_loss", 10, 106, True),
        ("E1", "hidden", "loss", 1, 0.1416, False),
        ("E1", "hidden", "loss", 2, 0.0997, False),
        ("E1", "hidden", "loss", 2, 0.0935, False),
        ("E3", "sparse", "loss", 20, 0.1032, False),
        ("E3", "sparse", "code_mean", 20, 0.777, False),
    ]
    assert table.loc[[0, 2, 3], ["sd", "z", "lowest", "highest"]].isna().all(axis=None)
    # .09, .10, .11 vary by .01; t of two degrees of freedom 4.3027, times sqrt(1 + 1/3)
    loss = table.loc[4]
    assert loss["sd"] == pytest.approx(0.01)
    assert loss["z"] == pytest.approx(0.32)
    assert (loss["lowest"], loss["highest"]) == pytest.approx((0.050318, 0.149682), abs=1e-5)


def test_every_published_system_is_a_model() -> None:
    systems = read_systems()
    assert set(systems) <= set(load_parameters(ROOT / "params.yaml").models)
    identifiers = "A1 A2 A3 B1 B2 C1 C2 C3 D1 D2 D3 D4 D5 E1 E2 E3"
    assert sorted({system["id"] for system in systems.values()}) == identifiers.split(" ")


def test_the_printed_curves_count_from_one() -> None:
    curves = published_curves()
    assert rows(curves.groupby("model").head(1), "model", "epoch", "val_loss") == [
        ("simple", 1, 0.2263), ("cnn", 1, 0.0818), ("denoising", 1, 0.1456)
    ]  # fmt: skip
    last = [("simple", 15, 0.1328), ("cnn", 15, 0.0676), ("denoising", 15, 0.1211)]
    assert rows(curves.groupby("model").tail(1), "model", "epoch", "val_loss") == last
