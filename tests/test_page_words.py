"""Sentences, links and pictures of the page say and show what there is, and no more."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.page.render import picture
from mnist_autoencoders.timings.timing import Timing, keep
from tests import pages
from tests.pages import (
    CARD,
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

COMMON = (
    "scores",
    "pca",
    *(f"denoising_{kind}" for kind in ("example", "pictures", "strengths", "kinds")),
    "rate_distortion",
    *("specificity", "specificity_best", "specificity_worst"),
    *("planes", "code_accuracy", "generation"),
)
OF_MODEL = ("reconstructions", "curve", "code", "weights", "generated", "grid", "walks", "codes")
DRAWN = [*COMMON, *(f"{kind}_{model}" for kind in OF_MODEL for model in MODELS["model"])]

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
    for name in DRAWN:
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
    for name in DRAWN:
        if name not in missing:
            draw(f"figures/{name}")
    # what is decoded is folded away as a whole, below its sheet
    hidden = {"grid_plain", "walks_plain"} if "generated_plain" in missing else set()
    wanted = sorted(set(DRAWN) - set(missing) - hidden)
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
