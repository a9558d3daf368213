"""The page says what its tables hold: every cell of every table, and every sentence's numbers."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.page.render import Report, picture
from mnist_autoencoders.timings.timing import Timing, keep

VOID = {"meta", "img", "br"}


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
        if tag in ("p", "h1", "h3", "summary", "figcaption"):
            self.words.setdefault(f"{self.section} {tag}".strip(), []).append("")
        if tag == "a":
            self.links.append((str(values["href"]), ""))
        if tag == "img":
            self.images.append(values)
        if tag not in VOID:
            self.open.append((tag, values))

    def handle_endtag(self, tag: str) -> None:
        opened, values = self.open.pop()
        assert opened == tag
        if values.get("class") == "worse":
            self.marked.append(self.tables[-1][-1][-1].strip())

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if {"style", "script"} & set(tags):
            return
        if {"td", "th"} & set(tags):
            self.tables[-1][-1][-1] = " ".join((self.tables[-1][-1][-1] + data).split())
        if "a" in tags:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data)
        for tag in {"p", "h1", "h3", "summary", "figcaption"} & set(tags):
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
        "model_sha256": ["aa", "bb", "cc"],
        "input": ["clean", "gaussian", "clean"],
        "fresh_noise": False,
        "activation": ["relu", "tanh", "elu"],
        "code_activation": ["softplus", "gelu", "linear"],
        "output_activation": ["sigmoid", "tanh", "sigmoid"],
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
        "psnr": [16.891, 15.5, 17.25],
        "ssim": [0.6124, 0.5, 0.75],
        "mse": [0.02308, 0.03, 0.02],
        "bce": [0.13278, 0.14, 0.12],
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
        ("A1", "plain", "val_loss", 14, 0.1328, False, 0.13278, -0.00015),
        ("A1", "plain", "loss", 15, 1.5, False, 1.5301, 0.0201),
        ("C3", "vae", "val_loss", 30, 105.0, True, 107.1, 0.02),
        ("C3", "vae", "loss", 2, 10.0, False, 9.0, -0.1),
    ],
    columns=["id", "model", "metric", "epoch", "published", "bound", "measured", "difference"],
)
CLAIMS = pd.DataFrame(
    [
        (1, "A claim < another.", "holds", None, "it is 3 & more", "pca"),
        (2, "A second.", "depends", "on what", "it is 4", "no_such_figure"),
    ],
    columns=["number", "claim", "verdict", "condition", "measured", "figure"],
)
LADDER = pd.DataFrame(
    [("blur", 1.0, "pixels", False), ("salt_and_pepper", 0.3, "share", True)],
    columns=["kind", "strength", "unit", "shown"],
)
FILTERS = pd.DataFrame(
    [
        ("salt_and_pepper", 0.3, "none", 10.125, 0.5),
        ("salt_and_pepper", 0.3, "total_variation", 18.0, 0.75),
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
        "layers": LAYERS,
        "published": PUBLISHED,
        "ladder": LADDER,
        "filters": FILTERS,
        "denoising": DENOISED,
    },
    claims=CLAIMS,
    worse=0.02,
    near_zero=0.01,
)
COMMON = (
    "scores",
    "pca",
    *(f"denoising_{kind}" for kind in ("example", "pictures", "strengths", "kinds")),
    "rate_distortion",
    *("specificity", "specificity_best", "specificity_worst"),
    *("planes", "code_accuracy", "generation"),
)
OF_MODEL = ("reconstructions", "curve", "code", "weights", "generated", "grid", "walks", "codes")


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with pictures of the noises and with two timings, of which one is too old."""
    monkeypatch.chdir(tmp_path)
    for name in ("noise/gaussian", "noise/salt_and_pepper"):
        draw(name)
    keep(Timing("aa", "<A machine>", 92.36, 6.0, 1, 1, 2), Path("reports/timings/plain.json"))
    keep(Timing("old", "B machine", 50.0, 5.0, 1, 1), Path("reports/timings/denoiser.json"))
    return tmp_path / "reports"


def draw(name: str) -> None:
    """A picture that holds its own name."""
    path = Path("reports") / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())


def rendered(report: Report = REPORT, **tables: pd.DataFrame) -> Page:
    return Page(replace(report, tables=report.tables | tables).render())


def changed(table: pd.DataFrame, model: str, **values: object) -> pd.DataFrame:
    """The table with other values in the row of one model; `__` stands for a dot."""
    table = table.astype(object)
    for name, value in values.items():
        table.loc[table["model"] == model, name.replace("__", ".")] = value
    return table


SCORE_HEADERS = (
    "model", "PSNR (dB)", "SSIM", "MSE", "BCE (nats)", "code size", "PCA PSNR (dB)", "mean code",
    "zero codes", "linear probe", "neighbours", "parameters", "training (s)",
)  # fmt: skip


def test_each_score_stands_below_its_heading() -> None:
    rows = [
        ("plain", "16.89", "0.612", "0.0231", "0.1328", "15", "16.13", "4.124", "5.3 %", "87.6 %",
         "91.2 %", "24,319", "92.4"),
        ("denoiser", "15.50", "0.500", "0.0300", "0.1400", "1,470", "14.25", "-0.500", "25.0 %",
         "–", "–", "10,756", "–"),
        ("vae", "17.25", "0.750", "0.0200", "0.1200", "2", "12.50", "0.000", "0.0 %", "50.0 %",
         "25.0 %", "1,234,567", "–"),
    ]  # fmt: skip
    wanted = [dict(zip(SCORE_HEADERS, row, strict=True)) for row in rows]
    assert rendered().table(*SCORE_HEADERS) == wanted


def test_scores_follow_their_model_whatever_their_order() -> None:
    shown = rendered(scores=SCORES[::-1], layers=LAYERS[::-1]).table(*SCORE_HEADERS)
    assert [(row["model"], row["code size"]) for row in shown] == [
        ("plain", "15"),
        ("denoiser", "1,470"),
        ("vae", "2"),
    ]


def test_without_labels_nothing_is_recognised() -> None:
    columns = ["codes.probe_accuracy", "codes.knn_accuracy"]
    shown = rendered(scores=SCORES.drop(columns=columns)).table(*SCORE_HEADERS)
    assert {(row["linear probe"], row["neighbours"]) for row in shown} == {("–", "–")}


PUBLISHED_HEADERS = ("figure", "epoch", "published", "measured", "difference")
PUBLISHED_ROWS = [
    ("A1", "plain", "val_loss", "14", "0.1328", "0.1328", "-0.0 %"),
    ("A1", "plain", "loss", "15", "1.500", "1.530", "+2.0 %"),
    ("C3", "vae", "val_loss", "30", "below 105.0", "107.1", "+2.0 %"),
    ("C3", "vae", "loss", "2", "10.0", "9.0", "-10.0 %"),
]


def test_published_figures_stand_beside_those_measured() -> None:
    page = rendered()
    headers = ("system", "model", *PUBLISHED_HEADERS)
    assert [tuple(row.values()) for row in page.table(*headers)] == PUBLISHED_ROWS
    of_models = [rows[1:] for rows in page.tables if rows[0] == list(PUBLISHED_HEADERS)]
    cells = [list(row[2:]) for row in PUBLISHED_ROWS]
    assert of_models == [cells[:2], cells[2:]]
    # more than two percent worse: 2.01, in the common table and in that of the model
    assert page.marked == ["+2.0 %", "+2.0 %"]
    assert "more than 2 % worse is marked" in page.text("published p")


@pytest.mark.parametrize(("worse", "marked"), [(0.0199, 2), (0.02, 1), (0.021, 0)])
def test_only_what_is_worse_by_more_is_marked(worse: float, marked: int) -> None:
    page = rendered(replace(REPORT, worse=worse))
    assert len(page.marked) == 2 * marked


def test_no_published_figure_is_said() -> None:
    page = rendered(published=PUBLISHED[:0])
    assert page.text("published p") == "None of the models here has a published figure."
    assert not [rows for rows in page.tables if rows[0][-1] == "difference"]


def test_claims_stand_with_their_verdicts_and_the_figures_there_are() -> None:
    draw("figures/pca")
    page = rendered()
    assert [tuple(row.values()) for row in page.table("", "claim", "verdict", "measured")] == [
        ("1", "A claim < another.", "holds", "it is 3 & more. Figure"),
        ("2", "A second.", "dependson what", "it is 4."),
    ]
    assert [link for link in page.links if link[1] == "Figure"] == [("#figure-pca", "Figure")]
    assert {"claim-1", "claim-2"} <= set(page.ids)


def test_denoisers_stand_best_first_under_the_noise_shown() -> None:
    page = rendered()
    rows = page.table("denoiser", "kind", "PSNR (dB)", "SSIM")
    assert [tuple(row.values()) for row in rows] == [
        ("total variation", "filter", "18.00", "0.750"),
        ("denoiser", "model", "17.26", "0.812"),
        ("noisy image", "filter", "10.12", "0.500"),
    ]
    start = "Salt and pepper noise of 0.3 on the first test images."
    assert page.text("denoising p").startswith(start)


def test_a_model_named_as_a_filter_keeps_its_name() -> None:
    page = rendered(denoising=DENOISED.assign(model="none"))
    rows = page.table("denoiser", "kind", "PSNR (dB)", "SSIM")
    assert [(row["denoiser"], row["kind"]) for row in rows[1:]] == [
        ("none", "model"),
        ("noisy image", "filter"),
    ]


def test_layers_are_those_of_their_model() -> None:
    tables = [rows for rows in rendered().tables if rows[0][0] == "part"]
    header = ["part", "layer", "output", "parameters"]
    assert tables == [
        [
            header,
            ["encoder", "Dense", "15", "11,775"],
            ["decoder", "Dense & Activation", "784", "12,544"],
        ],
        [header, ["encoder", "Conv2D", "28 x 28 x 4", "40"]],
        [header],
    ]


PLAIN = (
    "784-15-784; 24,319 parameters, relu in hidden layers, a code of 15 softplus values, "
    "sigmoid out. Adam at 0.001{}, binary crossentropy, 15 epochs{}, in batches of 256{}."
)


def test_a_model_is_described_by_its_parameters_and_no_other() -> None:
    page = rendered()
    assert [page.text(f"model-{name} h3") for name in MODELS["model"]] == [
        "A1, plain",
        "denoiser",
        "C3, vae",
    ]
    assert page.text("model-plain p") == PLAIN.format("", "", "")
    assert page.text("model-denoiser p") == (
        "conv 4 & pool; 10,756 parameters, tanh in hidden layers, a code of 1,470 gelu values, "
        "tanh out. Adadelta at 1.0, mean squared error, 20 epochs, in batches of 128. "
        "It sees images under the noise gaussian and raises their PSNR by 4.27 dB, from 11.23."
    )
    assert page.text("model-vae p") == (
        "784-(2, 2)-784; 1,234,567 parameters, elu in hidden layers, a code of 2 normal values, "
        "sigmoid out. Sgd at 0.02, binary crossentropy summed over the pixels plus 0.5 times the "
        "divergence from N(0, I), 30 epochs, in batches of 64. On the test images, in nats: "
        "evidence lower bound -105.13, made of a reconstruction of -80.00 and a divergence of "
        "25.13; importance-weighted estimate of log p(x) -101.50."
    )


@pytest.mark.parametrize(
    ("parameters", "places"),
    [
        ({"schedule": "cosine"}, (" falling along a cosine", "", "")),
        ({"code_l1": 1e-5}, ("", "", ", sparsity penalty 1e-05 on the code")),
        ({"weight_decay": 0.25}, ("", "", ", weight decay 0.25")),
        ({"dropout": 0.2}, ("", "", ", dropout of 20 %")),
        ({"batch_normalisation": True}, ("", "", ", batch normalisation")),
        (
            {"early_stopping__patience": 3.0},
            ("", " at most, ended by 3 without improvement", ""),
        ),
        (
            {"code_l1": 0.5, "weight_decay": 0.1, "dropout": 0.5, "batch_normalisation": True},
            (
                "",
                "",
                ", sparsity penalty 0.5 on the code, weight decay 0.1, dropout of 50 %, "
                "batch normalisation",
            ),
        ),
    ],
)
def test_what_differs_from_the_default_is_said(
    parameters: dict[str, object], places: tuple[str, str, str]
) -> None:
    models = MODELS.assign(**{"early_stopping.patience": np.nan})
    page = rendered(models=changed(models, "plain", **parameters))
    assert page.text("model-plain p") == PLAIN.format(*places)


def test_held_out_images_are_said() -> None:
    page = rendered(models=changed(MODELS, "plain", validation_share=0.15))
    assert page.text("model-plain p").endswith(
        " 15 % of the training images were held out for validation."
    )


@pytest.mark.parametrize(
    ("psnr", "fresh", "said"),
    [
        (10.0, False, " and lowers their PSNR by 1.23 dB, from 11.23."),
        (11.234, False, " and raises their PSNR by 0.00 dB, from 11.23."),
        (12.0, True, ", drawn anew in every epoch, and raises their PSNR by 0.77 dB, from 11.23."),
    ],
)
def test_a_denoiser_says_what_it_gains_or_loses(psnr: float, fresh: bool, said: str) -> None:
    page = rendered(
        models=changed(MODELS, "denoiser", fresh_noise=fresh),
        scores=changed(SCORES, "denoiser", psnr=psnr),
    )
    assert page.text("model-denoiser p").endswith(f"It sees images under the noise gaussian{said}")
    assert ("#noises", "gaussian") in page.links


def test_without_denoisers_and_variational_models_columns_are_missing() -> None:
    gone = [name for name in SCORES if name.startswith(("input.", "likelihood."))]
    page = rendered(
        models=MODELS.drop(columns="variational.beta"), scores=SCORES.drop(columns=gone)
    )
    assert page.text("model-plain p") == PLAIN.format("", "", "")
    assert "It sees" not in page.text("model-denoiser p")
    assert "nats:" not in page.text("model-vae p")


def test_machines_are_those_that_trained_what_is_shown() -> None:
    assert (
        "without validation and start-up, on <A machine>, 2 stages at once; "
        '"–" where the model came from a cache.'
    ) in rendered().text("scores p")
    keep(Timing("bb", "<A machine>", 7.04, 1.0, 1, 1), Path("reports/timings/denoiser.json"))
    page = rendered()
    assert "start-up, on <A machine>; <A machine>, 2 stages at once; " in page.text("scores p")
    assert page.table(*SCORE_HEADERS)[1]["training (s)"] == "7.0"


def test_no_machine_is_named_where_all_came_from_a_cache() -> None:
    Path("reports/timings/plain.json").unlink()
    page = rendered()
    assert 'without validation and start-up; "–" where' in page.text("scores p")
    assert {row["training (s)"] for row in page.table(*SCORE_HEADERS)} == {"–"}


@pytest.mark.parametrize("near_zero", [0.01, 0.5])
def test_the_page_names_its_data(near_zero: float) -> None:
    page = rendered(replace(REPORT, near_zero=near_zero))
    assert page.text("h1") == "Autoencoders on digits"
    assert page.text("p") == (
        "Data: digits, 60,000 training and 10,000 test images; sha256 of the arrays "
        "0123456789abcdef. All scores are of the test images; pixels are in [0, 1]."
    )
    assert f"below {near_zero} in magnitude" in page.text("scores p")


def test_a_warning_of_the_data_stands_on_top_and_odd_names_break_nothing() -> None:
    name = "<b>odd</b> & \"quoted\" 'name'"
    page = rendered(replace(REPORT, card=replace(CARD, name=name, warning="Only <5> images.")))
    assert page.text("h1") == f"Autoencoders on {name}"
    assert page.text("p").endswith("in [0, 1]. Warning. Only <5> images.")


def test_links_lead_somewhere_and_nothing_is_loaded() -> None:
    for name in [*COMMON, *(f"{kind}_{model}" for kind in OF_MODEL for model in MODELS["model"])]:
        draw(f"figures/{name}")
    html = REPORT.render()
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {address.removeprefix("#") for address, _ in page.links} <= set(page.ids)
    sections = ("scores", "published", "claims", "models", "pca", "denoising", "compression",
                "specificity", "codes", "generation", "noises")  # fmt: skip
    assert [address for address, _ in page.links[: len(sections) + 3]] == [
        *(f"#{name}" for name in sections),
        *(f"#model-{name}" for name in MODELS["model"]),
    ]
    assert "http" not in html
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)
    assert html.lower().startswith("<!doctype html>")


@pytest.mark.parametrize("missing", [(), ("scores", "grid_vae", "generated_plain")])
def test_every_picture_there_is_stands_in_the_page_once(missing: tuple[str, ...]) -> None:
    wanted = [*COMMON, *(f"{kind}_{model}" for kind in OF_MODEL for model in MODELS["model"])]
    for name in wanted:
        if name not in missing:
            draw(f"figures/{name}")
    # what is decoded is folded away as a whole, below its sheet
    hidden = {"grid_plain", "walks_plain"} if "generated_plain" in missing else set()
    wanted = sorted(set(wanted) - set(missing) - hidden)
    page = rendered()
    held = [decoded(str(image["src"])) for image in page.images]
    assert sorted(held[:-2]) == [f"figures/{name}" for name in wanted]
    assert held[-2:] == ["noise/gaussian", "noise/salt_and_pepper"]
    figures = [name.removeprefix("figure-") for name in page.ids if name.startswith("figure-")]
    assert [f"figures/{name}" for name in figures] == held[:-2]
    assert all(image["alt"] and image["loading"] == "lazy" for image in page.images)
    assert [image["alt"] for image in page.images[-2:]] == [
        "Test digits, clean above gaussian",
        "Test digits, clean above salt_and_pepper",
    ]
    assert page.words["noises figcaption"] == [
        "gaussian: the image above, its noisy copy below.",
        "salt_and_pepper: the image above, its noisy copy below.",
    ]
    assert len(page.words.get("model-vae summary", [])) == 2
    assert len(page.words.get("model-plain summary", [])) == (1 if hidden else 2)


def decoded(address: str) -> str:
    return base64.b64decode(address.removeprefix("data:image/png;base64,"), validate=True).decode()


def test_a_picture_is_its_bytes_and_none_where_there_is_no_file() -> None:
    draw("figures/one")
    assert picture("one") == "data:image/png;base64,ZmlndXJlcy9vbmU="
    assert picture("two") is None
    assert picture("gaussian") is None
    assert picture("gaussian", Path("reports/noise")) is not None
