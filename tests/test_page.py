"""Every cell of every table of the page is that of its table, heading by heading."""

from dataclasses import replace

import pytest

from tests import pages
from tests.pages import (
    DENOISED,
    LAYERS,
    PUBLISHED,
    REPORT,
    SCORE_HEADERS,
    SCORES,
    draw,
    rendered,
)

reports = pytest.fixture(autouse=True)(pages.reports)


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
        ("2", "A second.", "depends on what", "it is 4."),
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
