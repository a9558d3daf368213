"""A report made by hand, and what its page says, read from the HTML."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.page.render import Report
from mnist_autoencoders.timings.timing import Timing, keep

VOID = {"meta", "img", "br", "input"}
SPOKEN = ("p", "h1", "h3", "summary", "figcaption", "li")


class Page(HTMLParser):
    """A page as its parts: words of elements by id or tag, tables, links, pictures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.marked: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.images: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.section = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag in ("h2", "h3"):
            self.section = str(values["id"])
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "li":
            self.handle_data(" ")
        if tag in SPOKEN:
            self.words.setdefault(f"{self.section} {tag}".strip(), []).append("")
        if tag == "a":
            self.links.append((str(values["href"]), ""))
        if tag == "img":
            self.images.append(values)
        if tag == "br":
            self.handle_data(" ")
        if tag not in VOID:
            self.open.append((tag, values))

    def handle_endtag(self, tag: str) -> None:
        opened, values = self.open.pop()
        assert opened == tag
        if tag in ("td", "th"):
            self.tables[-1][-1][-1] = " ".join(self.tables[-1][-1][-1].split())
        if tag == "td" and "missed" in str(values.get("class")).split():
            self.marked.append(self.tables[-1][-1][-1])

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if {"style", "script"} & set(tags):
            return
        if {"td", "th"} & set(tags):
            self.tables[-1][-1][-1] += data
        if "a" in tags:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data)
        for tag in set(SPOKEN) & set(tags):
            self.words[f"{self.section} {tag}".strip()][-1] += data

    def table(self, *headers: str) -> list[dict[str, str]]:
        """The rows of the first table with these headers, each by header."""
        found = next(rows for rows in self.tables if rows[0] == list(headers))
        return [dict(zip(headers, row, strict=True)) for row in found[1:]]

    def text(self, where: str) -> str:
        return " ".join(" ".join(self.words[where]).split())


MODELS = pd.DataFrame(
    {
        "model": ["plain", "denoiser", "vae"],
        "id": ["A1", None, "C3"],
        "architecture": ["784-15-784", "conv 4 & pool", "784-(2, 2)-784"],
        "kind": ["dense", "convolutional", "dense"],
        "code_shape": ["15", "7x7x30", "2"],
        "model_sha256": ["aa", "bb", "cc"],
        "input": ["clean", "gaussian", "clean"],
        "fresh_noise": False,
        "activation": ["relu", "tanh", "elu"],
        "code_activation": ["softplus", "gelu", "linear"],
        "output_activation": ["sigmoid", "tanh", "sigmoid"],
        "initialisation": "glorot",
        "l2": 0.0,
        "images": None,
        "binarised": False,
        "skips": [np.nan, False, np.nan],
        "variational": None,
        "variational.beta": [np.nan, np.nan, 0.5],
        "code_l1": 0.0,
        "dropout": 0.0,
        "batch_normalisation": False,
        "loss": ["binary_crossentropy", "mean_squared_error", "binary_crossentropy"],
        "optimizer": ["adam", "adadelta", "sgd"],
        "learning_rate": [0.001, 1.0, 0.02],
        "schedule": "constant",
        "weight_decay": 0.0,
        "batch_size": [256, 128, 64],
        "epochs": [15, 20, 30],
        "validation_share": 0.0,
    }
)
SCORES = pd.DataFrame(
    {
        "model": ["plain", "denoiser", "vae"],
        "seeds": [5, 1, 3],
        "psnr": [16.891, 15.5, 17.25],
        "ssim": [0.6124, 0.5, 0.75],
        "mse": [0.02308, 0.03, 0.02],
        "bce": [0.13278, 0.14, 0.12],
        "excess_bce": [0.07461, 0.0825, 0.0625],
        "code_size": [15, 1470, 2],
        "pca.psnr": [16.13, 14.25, 12.5],
        "code_mean": [4.1236, -0.5, 0.0],
        "code_near_zero": [0.0526, 0.25, 0.0],
        "codes.probe_accuracy": [0.8765, np.nan, 0.5],
        "codes.knn_accuracy": [0.9123, np.nan, 0.25],
        "parameters": [24319, 10756, 1234567],
        "input.psnr": [np.nan, 11.234, np.nan],
        "likelihood.elbo": [np.nan, np.nan, -105.126],
        "likelihood.reconstruction": [np.nan, np.nan, -80.0],
        "likelihood.kl": [np.nan, np.nan, 25.126],
        "likelihood.importance_weighted": [np.nan, np.nan, -101.5],
    }
)
SPREAD = pd.DataFrame(
    {
        "model": ["vae", "plain", "denoiser"],
        "psnr": [0.25, 0.123, np.nan],
        "ssim": [0.03, 0.0045, np.nan],
        "bce": [0.004, 0.00056, np.nan],
    }
)
BY_SEED = pd.DataFrame({"model": ["plain", "denoiser", "vae", "plain"], "seed": [3, 3, 3, 7]})
"""The common seed, 3, comes first."""
DEVIATIONS = pd.DataFrame(
    [("vae", "10 epochs & more."), ("plain", "Batches of <256>."), ("vae", "Other weights.")],
    columns=["model", "deviation"],
)
LAYERS = pd.DataFrame(
    [
        ("plain", "encoder", "Dense", "15", 11775),
        ("denoiser", "encoder", "Conv2D", "28 x 28 x 4", 40),
        ("plain", "decoder", "Dense & Activation", "784", 12544),
    ],
    columns=["model", "part", "layer", "output", "parameters"],
)
PUBLISHED = pd.DataFrame(
    [
        ("A1", "plain", "val_loss", 14, 0.1328, False, 0.13278, 0.00012, 5, 0.1667, 0.1324, 0.1332,
         -0.00015),
        ("A1", "plain", "loss", 15, 1.5, False, 1.5301, 0.01, 5, -3.01, 1.501, 1.5602, 0.0201),
        ("C3", "vae", "val_loss", 30, 105.0, True, 107.1, 2.0, 3, -1.05, 99.0, 115.2, 0.02),
        ("C3", "vae", "loss", 2, 10.0, False, 9.7, np.nan, 1, np.nan, np.nan, np.nan, -0.03),
    ],
    columns=["id", "model", "metric", "epoch", "published", "bound", "measured", "sd", "seeds", "z",
             "lowest", "highest", "difference"],
)  # fmt: skip
CLAIMS = pd.DataFrame(
    [
        (1, "A claim < another.", "holds", 5, 5, None, "it is 3 & more; and so; on", "pca"),
        (2, "A second.", "depends", 0, 1, "on what", "it is 4", "no_such_figure"),
        (3, "A third.", "not measured", 0, 0, None, "it lacks a model", "no_such_figure"),
    ],
    columns=["number", "claim", "verdict", "holding", "seeds", "condition", "measured", "figure"],
)
LADDER = pd.DataFrame(
    [("blur", 1.0, "pixels", False), ("salt_and_pepper", 0.3, "share", True)],
    columns=["kind", "strength", "unit", "shown"],
)
FILTERS = pd.DataFrame(
    [
        ("salt_and_pepper", 0.3, "none", 10.125, 0.5),
        ("salt_and_pepper", 0.3, "total_variation", 18.0, 0.75),
        ("salt_and_pepper", 0.3, "total_variation_curve", 19.0, 0.7),
        ("salt_and_pepper", 0.3, "posterior_mean", 15.0, 0.6),
        ("salt_and_pepper", 0.3, "stretch", 16.0, 0.4),
        ("salt_and_pepper", 0.5, "median", 99.0, 0.9),
        ("blur", 0.3, "median", 98.0, 0.9),
    ],
    columns=["kind", "strength", "method", "psnr", "ssim"],
)
DENOISED = pd.DataFrame(
    [("denoiser", "salt_and_pepper", 0.3, 17.256, 0.8125), ("denoiser", "blur", 1.0, 97.0, 0.9)],
    columns=["model", "kind", "strength", "psnr", "ssim"],
)
CARD = Card("digits", 60_000, 10_000, "0123456789abcdef" * 4, [*"01"])
REPORT = Report(
    card=CARD,
    noises=["gaussian", "salt_and_pepper"],
    tables={
        "models": MODELS,
        "scores": SCORES,
        "spread": SPREAD,
        "scores_by_seed": BY_SEED,
        "deviations": DEVIATIONS,
        "layers": LAYERS,
        "published": PUBLISHED,
        "ladder": LADDER,
        "filters": FILTERS,
        "denoising": DENOISED,
    },
    claims=CLAIMS,
    off=0.02,
    near_zero=0.01,
)


COMMON = (
    "scores",
    "pca",
    *(f"denoising_{kind}" for kind in ("example", "pictures", "strengths", "kinds")),
    "rate_distortion",
    *("specificity", "specificity_best", "specificity_worst"),
    *("planes", "recognition", "generation"),
)
OF_MODEL = ("reconstructions", "curve", "code", "weights", "generated", "grid", "walks", "codes")
DRAWN = [*COMMON, *(f"{kind}_{model}" for kind in OF_MODEL for model in MODELS["model"])]
"""The figures that the page may show."""


def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of a fixture: pictures of the noises, and two timings, of which one is too old."""
    monkeypatch.chdir(tmp_path)
    for name in ("noise/gaussian", "noise/salt_and_pepper"):
        draw(name)
    keep(Timing("aa", "<A machine>", 92.36, 6.0, 1, 1), Path("reports/timings/plain.json"))
    keep(Timing("old", "B machine", 50.0, 5.0, 1, 1), Path("reports/timings/denoiser.json"))


def draw(name: str) -> None:
    """A picture of its own name: a row of pixels as grey as its bytes."""
    path = Path("reports") / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.frombuffer(name.encode(), np.uint8)[np.newaxis]).save(path)


def rendered(report: Report = REPORT, **tables: pd.DataFrame) -> Page:
    return Page(replace(report, tables=report.tables | tables).render())


def changed(table: pd.DataFrame, model: str, **values: object) -> pd.DataFrame:
    """The table with other values in the row of one model; `__` stands for a dot."""
    table = table.astype(object)
    for name, value in values.items():
        table.loc[table["model"] == model, name.replace("__", ".")] = value
    return table


SCORE_HEADERS = (
    "model", "seeds", "PSNR (dB)", "SSIM", "MSE", "BCE (nats)", "excess BCE", "code size",
    "PCA PSNR (dB)", "mean code", "zero codes", "linear probe", "neighbours", "parameters",
    "training (s)",
)  # fmt: skip
