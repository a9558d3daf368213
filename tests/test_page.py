"""Every cell of every table of the page is that of its table, heading by heading."""

from typing import Any

import pytest

from mnist_autoencoders.page.render import missed
from tests import pages
from tests.pages import (
    DENOISED,
    LAYERS,
    PUBLISHED,
    SCORE_HEADERS,
    SCORES,
    SPREAD,
    draw,
    rendered,
)

reports = pytest.fixture(autouse=True)(pages.reports)


def test_each_score_stands_below_its_heading() -> None:
    rows = [
        ("plain", "5", "16.89 ± 0.12", "0.612 ± 0.004", "0.0231", "0.1328 ± 0.0006", "0.0746", "15",
         "16.13", "4.124", "5.3 %", "87.6 %", "91.2 %", "24,319", "92.4"),
        ("denoiser", "1", "15.50", "0.500", "0.0300", "0.1400", "0.0825", "1,470", "14.25",
         "-0.500", "25.0 %", "–", "–", "10,756", "–"),
        ("vae", "3", "17.25 ± 0.25", "0.750 ± 0.030", "0.0200", "0.1200 ± 0.0040", "0.0625", "2",
         "12.50", "0.000", "0.0 %", "50.0 %", "25.0 %", "1,234,567", "–"),
    ]  # fmt: skip
    wanted = [dict(zip(SCORE_HEADERS, row, strict=True)) for row in rows]
    assert rendered().table(*SCORE_HEADERS) == wanted


def test_scores_follow_their_model_whatever_their_order() -> None:
    page = rendered(scores=SCORES[::-1], layers=LAYERS[::-1], spread=SPREAD[::-1])
    shown = page.table(*SCORE_HEADERS)
    assert [(row["model"], row["code size"]) for row in shown] == [
        ("plain", "15"),
        ("denoiser", "1,470"),
        ("vae", "2"),
    ]


def test_without_labels_nothing_is_recognised() -> None:
    columns = ["codes.probe_accuracy", "codes.knn_accuracy"]
    shown = rendered(scores=SCORES.drop(columns=columns)).table(*SCORE_HEADERS)
    assert {(row["linear probe"], row["neighbours"]) for row in shown} == {("–", "–")}


PUBLISHED_HEADERS = (
    "figure", "epoch", "published", "measured", "seeds", "z", "difference", "missed"
)  # fmt: skip
PUBLISHED_ROWS = [
    ("A1", "plain", "val_loss", "14", "0.1328", "0.1328 ± 0.0001", "5", "+0.2", "+0.0 %", ""),
    ("A1", "plain", "loss", "15", "1.500", "1.530 ± 0.010", "5", "-3.0", "+2.0 %", "above"),
    ("C3", "vae", "val_loss", "30", "below 105.0", "107.1 ± 2.0", "3", "–", "+2.0 %", "above"),
    ("C3", "vae", "loss", "2", "10.0", "9.7", "1", "–", "-3.0 %", "below"),
]


def test_published_figures_stand_beside_those_measured() -> None:
    page = rendered()
    headers = ("system", "model", *PUBLISHED_HEADERS)
    assert [tuple(row.values()) for row in page.table(*headers)] == PUBLISHED_ROWS
    of_models = [rows[1:] for rows in page.tables if rows[0] == list(PUBLISHED_HEADERS)]
    cells = [list(row[2:]) for row in PUBLISHED_ROWS]
    assert of_models == [cells[:2], cells[2:]]
    # in the common table, and in those of the models
    assert page.marked == 2 * ["above", "above", "below"]
    said = page.text("published p")
    assert "a difference of more than 2 % is marked" in said
    assert "each of one training of an unknown seed" in said


@pytest.mark.parametrize(
    ("row", "where"),
    [
        # of several seeds by the range, on either side, whatever the difference
        ({"published": 1.0, "measured": 1.1}, ""),
        ({"published": 0.899, "measured": 1.1}, "above"),
        ({"published": 1.201, "measured": 1.1}, "below"),
        ({"published": 0.9, "measured": 1.1}, ""),
        ({"published": 1.2, "measured": 1.1}, ""),
        # of one seed by the difference
        ({"seeds": 1, "published": 1.0, "measured": 1.0201, "difference": 0.0201}, "above"),
        ({"seeds": 1, "published": 1.0, "measured": 1.02, "difference": 0.02}, ""),
        ({"seeds": 1, "published": 1.0, "measured": 0.9799, "difference": -0.0201}, "below"),
        ({"seeds": 1, "published": 1.0, "measured": 0.98, "difference": -0.02}, ""),
        # a bound by the mean alone
        ({"bound": True, "published": 1.0, "measured": 1.001, "seeds": 1, "difference": 0.001},
         "above"),
        ({"bound": True, "published": 1.0, "measured": 1.0}, ""),
        ({"bound": True, "published": 2.0, "measured": 1.0}, ""),
    ],
)  # fmt: skip
def test_a_figure_is_missed_on_either_side(row: dict[str, Any], where: str) -> None:
    usual = {"bound": False, "seeds": 5, "lowest": 0.9, "highest": 1.2, "difference": 0.5}
    assert missed(usual | row, 0.02) == where


def test_no_published_figure_is_said() -> None:
    page = rendered(published=PUBLISHED[:0])
    assert page.text("published p") == "None of the models here has a published figure."
    assert not [rows for rows in page.tables if rows[0][-1] == "missed"]


def test_claims_stand_with_their_verdicts_and_the_figures_there_are() -> None:
    draw("figures/pca")
    page = rendered()
    assert [page.text(f"claim-{number}-words h3") for number in (1, 2, 3)] == [
        "1. A claim < another.", "2. A second.", "3. A third."
    ]  # fmt: skip
    assert [page.text(f"claim-{number}-words p") for number in (1, 2, 3)] == [
        "holds, as a whole in 5 of 5 seeds", "depends, one seed on what", "not measured"
    ]  # fmt: skip
    assert [page.words[f"claim-{number}-words li"] for number in (1, 2)] == [
        ["it is 3 & more", "and so", "on"], ["it is 4"]
    ]  # fmt: skip
    assert page.words["claim-3-words li"][0] == "it lacks a model"
    assert [link for link in page.links if link[1] == "Figure"] == [("#figure-pca", "Figure")]
    assert {"claim-1", "claim-2", "claim-3"} <= set(page.ids)


def test_denoisers_stand_best_first_under_the_noise_shown() -> None:
    page = rendered()
    rows = page.table("denoiser", "kind", "PSNR (dB)", "SSIM")
    assert [tuple(row.values()) for row in rows] == [
        ("total variation, tone curve", "filter and tone curve", "19.00", "0.700"),
        ("total variation", "filter", "18.00", "0.750"),
        ("denoiser", "model", "17.26", "0.812"),
        ("stretch", "tool for this noise", "16.00", "0.400"),
        ("posterior mean", "learnt", "15.00", "0.600"),
        ("noisy image", "", "10.12", "0.500"),
    ]
    start = "Salt and pepper noise of 0.3 on the first test images."
    assert page.text("denoising p").startswith(start)


def test_a_model_named_as_a_filter_keeps_its_name() -> None:
    page = rendered(denoising=DENOISED.assign(model="none"))
    rows = page.table("denoiser", "kind", "PSNR (dB)", "SSIM")
    assert [(row["denoiser"], row["kind"]) for row in (rows[2], rows[-1])] == [
        ("none", "model"),
        ("noisy image", ""),
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
