"""Sentences and links of the page say what there is, and no more."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.timings.timing import Timing, keep
from tests import pages
from tests.pages import (
    CARD,
    DEVIATIONS,
    DRAWN,
    MODELS,
    REPORT,
    SCORE_HEADERS,
    SCORES,
    Page,
    changed,
    draw,
    rendered,
)

reports = pytest.fixture(autouse=True)(pages.reports)

PLAIN = (
    "784-15-784; 24,319 parameters, relu in hidden layers, a code of 15 softplus values, "
    "sigmoid out{}. Adam at 0.001{}, binary crossentropy, 15 epochs{}, in batches of 256{}.{}"
)
SEEDS = " Figures are means over {} seeds; pictures are of the training with seed 3."
ONE = " One seed, its spread is unknown; figures and pictures are of the training with seed 3."
DIFFERS = " It differs from what was published:"


def plain(
    out: str = "", rate: str = "", epochs: str = "", batches: str = "", more: str = ""
) -> str:
    """The paragraphs of the plain model, with these words put in."""
    return PLAIN.format(out, rate, epochs, batches, more) + SEEDS.format(5) + DIFFERS


def test_a_model_is_described_by_its_parameters_and_no_other() -> None:
    page = rendered()
    assert [page.text(f"model-{name} h3") for name in MODELS["model"]] == [
        "A1, plain",
        "denoiser",
        "C3, vae",
    ]
    assert page.text("model-plain p") == plain()
    assert page.text("model-denoiser p") == (
        "conv 4 & pool; 10,756 parameters, tanh in hidden layers, a code of 1,470 gelu values in a "
        "feature map of 7 x 7 x 30, tanh out. Adadelta at 1.0, mean squared error, 20 epochs, "
        "in batches of 128. It sees images under the noise gaussian and raises their PSNR by "
        "4.27 dB, from 11.23." + ONE
    )
    assert page.text("model-vae p") == (
        "784-(2, 2)-784; 1,234,567 parameters, elu in hidden layers, a code of 2 normal values, "
        "sigmoid out. Sgd at 0.02, binary crossentropy summed over the pixels plus 0.5 times the "
        "divergence from N(0, I), 30 epochs, in batches of 64."
        + SEEDS.format(3)
        + DIFFERS
        + " On the test images, in nats: "
        "evidence lower bound -105.13, made of a reconstruction of -80.00 and a divergence of "
        "25.13; importance-weighted estimate of log p(x) -101.50."
    )


@pytest.mark.parametrize(
    ("parameters", "places"),
    [
        ({"schedule": "cosine"}, {"rate": " falling along a cosine"}),
        ({"code_l1": 1e-5}, {"batches": ", sparsity penalty 1e-05 on the code"}),
        ({"weight_decay": 0.25}, {"batches": ", weight decay 0.25"}),
        ({"l2": 0.5}, {"batches": ", 0.5 times the weights added to their gradients"}),
        ({"dropout": 0.2}, {"batches": ", dropout of 20 %"}),
        ({"batch_normalisation": True}, {"batches": ", batch normalisation"}),
        (
            {"early_stopping__patience": 3.0},
            {"epochs": " at most, ended by 3 without improvement"},
        ),
        (
            {"initialisation": "normal"},
            {"out": "; all first weights and biases from N(0, 1)"},
        ),
        (
            {"initialisation": "truncated_normal"},
            {"out": "; all first weights and biases from N(0, 1) cut at 2"},
        ),
        (
            {"initialisation": "pytorch"},
            {"out": "; all first weights and biases uniform within 1 / sqrt(fan in)"},
        ),
        ({"skips": True}, {"out": "; skips pass feature maps by the code"}),
        ({"images": 55000.0}, {"more": " Trained on the last 55,000 images."}),
        (
            {"binarised": True},
            {"more": " The images are black and white, drawn by their grey values."},
        ),
        (
            {
                "code_l1": 0.5,
                "weight_decay": 0.1,
                "l2": 0.2,
                "dropout": 0.5,
                "batch_normalisation": True,
            },
            {
                "batches": ", sparsity penalty 0.5 on the code, weight decay 0.1, 0.2 times the "
                "weights added to their gradients, dropout of 50 %, batch normalisation"
            },
        ),
    ],
)
def test_what_differs_from_the_default_is_said(
    parameters: dict[str, object], places: dict[str, str]
) -> None:
    models = MODELS.assign(**{"early_stopping.patience": np.nan})
    page = rendered(models=changed(models, "plain", **parameters))
    assert page.text("model-plain p") == plain(**places)


@pytest.mark.parametrize(
    ("samples", "said"),
    [(1.0, ", 30 epochs"), (5.0, ", weighted over 5 codes an image, 30 epochs")],
)
def test_a_bound_of_several_codes_is_said(samples: float, said: str) -> None:
    page = rendered(models=changed(MODELS, "vae", variational__samples=samples))
    assert f"the divergence from N(0, I){said}, in batches" in page.text("model-vae p")


@pytest.mark.parametrize(
    ("kind", "shape", "said"),
    [
        ("convolutional", "32", " in a dense layer"),
        ("convolutional", 32, " in a dense layer"),
        ("strided", "2x2x8", " in a feature map of 2 x 2 x 8"),
        ("dense", "15", ""),
    ],
)
def test_the_place_of_a_code_is_said_of_convolutions(kind: str, shape: str, said: str) -> None:
    page = rendered(models=changed(MODELS, "plain", kind=kind, code_shape=shape))
    assert f"a code of 15 softplus values{said}, sigmoid out" in page.text("model-plain p")


def test_what_deviates_is_listed_with_the_model_it_is_about() -> None:
    page = rendered()
    assert page.words["model-plain li"] == ["Batches of <256>."]
    assert page.words["model-vae li"] == ["10 epochs & more.", "Other weights."]
    # no published system
    assert "model-denoiser li" not in page.words
    page = rendered(deviations=DEVIATIONS[:1])
    assert "Nothing is known that differs from what was published." in page.text("model-plain p")
    assert "differs" not in page.text("model-denoiser p")


def test_one_seed_is_said_to_tell_of_no_spread() -> None:
    page = rendered()
    assert "Where one seed was trained the spread is unknown" in page.text("scores p")
    assert [row["seeds"] for row in page.table(*SCORE_HEADERS)] == ["5", "1", "3"]


def test_held_out_images_are_said() -> None:
    page = rendered(models=changed(MODELS, "plain", validation_share=0.15))
    said = " 15 % of the training images were held out for validation."
    assert page.text("model-plain p") == plain(more=said)


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
    words = f"It sees images under the noise gaussian{said}{ONE}"
    assert page.text("model-denoiser p").endswith(words)
    assert ("#noises", "gaussian") in page.links


def test_without_denoisers_and_variational_models_columns_are_missing() -> None:
    gone = [name for name in SCORES if name.startswith(("input.", "likelihood.", "excess"))]
    page = rendered(
        models=MODELS.drop(columns="variational.beta"), scores=SCORES.drop(columns=gone)
    )
    assert page.text("model-plain p") == plain()
    assert {row["excess BCE"] for row in page.table(*SCORE_HEADERS)} == {"–"}
    assert "It sees" not in page.text("model-denoiser p")
    assert "nats:" not in page.text("model-vae p")


def test_machines_are_those_that_trained_what_is_shown() -> None:
    assert (
        'without validation and start-up, on <A machine>; "–" where the model came from a cache.'
    ) in rendered().text("scores p")
    keep(Timing("bb", "<B machine>", 7.04, 1.0, 1, 1), Path("reports/timings/denoiser.json"))
    page = rendered()
    assert "start-up, on <A machine>; <B machine>; " in page.text("scores p")
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
    assert "python -m stages.compare HEAD EXPERIMENT writes compare.html" in page.text("scores p")
    assert page.words["scores p"][0].replace("\n", " ") == (
        "Data: digits, 60,000 training and 10,000 test images; sha256 of the arrays "
        "0123456789abcdef. All scores are of the test images; pixels are in [0, 1]."
    )
    assert f"below {near_zero} in magnitude" in page.text("scores p")


def test_a_warning_of_the_data_stands_on_top_and_odd_names_break_nothing() -> None:
    name = "<b>odd</b> & \"quoted\" 'name'"
    page = rendered(replace(REPORT, card=replace(CARD, name=name, warning="Only <5> images.")))
    assert page.text("h1") == f"Autoencoders on {name}"
    assert page.text("p").endswith("what was published. Warning. Only <5> images.")


def test_links_lead_somewhere_and_nothing_is_loaded() -> None:
    for name in DRAWN:
        draw(f"figures/{name}")
    html = REPORT.render()
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {address.removeprefix("#") for address, _ in page.links} <= set(page.ids)
    sections = ("scores", "published", "claims", "models", "pca", "denoising", "compression",
                "specificity", "codes", "generation", "studies", "noises")  # fmt: skip
    addresses = [address for address, _ in page.links]
    assert addresses[: len(sections)] == [f"#{name}" for name in sections]
    # and the models' own contents, behind the claims
    start = addresses.index("#figure-pca") + 1
    assert addresses[start : start + 3] == [f"#model-{name}" for name in MODELS["model"]]
    assert "://" not in html
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)
    assert html.lower().startswith("<!doctype html>")
