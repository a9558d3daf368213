"""The champion of a task is the best by the metric of params.yaml, and its card says so."""

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.registry.card import LONGEST, model_card
from mnist_autoencoders.registry.champions import champion
from mnist_autoencoders.registry.parameters import Choice, RegistryParameters
from mnist_autoencoders.stagecraft.intact import read_tables
from tests.projects import ROOT

FRECHET = "generation.standard_normal.frechet"
TABLES = {
    "models": pd.DataFrame(
        {
            "model": ["small", "twice", "wide", "blurred", "noised"],
            "input": ["clean", "clean", "clean", "blur", "gaussian"],
        }
    ),
    "scores_by_seed": pd.DataFrame(
        [
            ("small", 0, 21.0, 8, 0.9, 50.0),
            ("twice", 0, 20.0, 16, 0.8, 40.0),
            ("twice", 1, 23.0, 16, 0.7, 20.0),
            ("wide", 0, 30.0, 700, None, None),
            ("blurred", 0, 99.0, 1, 0.99, None),
            ("noised", 0, 98.0, 1, 0.98, None),
        ],
        columns=["model", "seed", "psnr", "code_size", "codes.knn_accuracy", FRECHET],
    ),
    "denoising_by_seed": pd.DataFrame(
        [
            ("blurred", 0, "gaussian", 0.2, 20.0),
            ("blurred", 0, "gaussian", 0.4, 10.0),
            ("blurred", 0, "blur", 1.0, 30.0),
            ("noised", 0, "gaussian", 0.2, 17.0),
            ("noised", 0, "gaussian", 0.4, 15.0),
            ("noised", 0, "blur", 1.0, 10.0),
        ],
        columns=["model", "seed", "kind", "strength", "psnr"],
    ).assign(mse=0.5, ssim=0.5),
}


def choice(metric: str, best: str = "highest", **more: Any) -> Choice:
    return Choice.model_validate({"metric": metric, "best": best, **more})


@pytest.mark.parametrize(
    ("task", "wanted", "model", "value", "compared", "second"),
    [
        ("reconstruction", choice("psnr"), "wide", 30.0, 3, "twice"),
        # the mean of 20 and 23 is above 21
        ("reconstruction", choice("psnr", most_code=16), "twice", 21.5, 2, "small"),
        ("codes", choice("codes.knn_accuracy"), "small", 0.9, 2, "twice"),
        ("generation", choice(FRECHET, "lowest"), "twice", 30.0, 2, "small"),
        ("denoising", choice("denoising.psnr"), "blurred", 20.0, 2, "noised"),
        ("denoising", choice("denoising.gaussian.psnr"), "noised", 16.0, 2, "blurred"),
    ],
)
def test_the_champion_is_the_best_of_its_task(
    task: str, wanted: Choice, model: str, value: float, compared: int, second: str
) -> None:
    found = champion(task, wanted, TABLES)
    assert found is not None
    assert (found.model, found.value, found.compared, found.second) == (
        model,
        value,
        compared,
        second,
    )


def test_the_spread_is_that_over_the_seeds() -> None:
    twice = champion("generation", choice(FRECHET, "lowest"), TABLES)
    small = champion("codes", choice("codes.knn_accuracy"), TABLES)
    assert twice is not None
    assert small is not None
    # of 40 and 20: 20 / sqrt(2)
    assert (twice.seeds, twice.spread) == (2, pytest.approx(14.1421356))
    assert (small.seeds, small.spread) == (1, None)


def test_a_figure_that_no_model_has_gives_no_champion() -> None:
    """As codes' of images without labels."""
    assert champion("codes", choice("codes.probe_accuracy"), TABLES) is None
    assert champion("reconstruction", choice("psnr", most_code=1), TABLES) is None


def test_the_metrics_of_params_yaml_choose_among_the_committed_figures() -> None:
    tables = read_tables(ROOT / "reports/tables")
    choices = dict(load_parameters(ROOT / "params.yaml").registry.choices())
    assert [*choices] == ["denoising", "codes", "reconstruction", "generation"]
    assert all(champion(task, wanted, tables) for task, wanted in choices.items())


def test_a_generator_is_chosen_by_what_it_draws() -> None:
    with pytest.raises(ValidationError, match=r"the registered model draws codes from N\(0, I\)"):
        RegistryParameters(generation=choice("generation.mixture.frechet", "lowest"))
    assert [*RegistryParameters(codes=choice("psnr")).choices()] == [("codes", choice("psnr"))]


RECORD = {
    "architecture": "784-8-784",
    "count_parameters": 12_345,
    "noise": None,
    "parameters": {"epochs": 3},
    "seed": 0,
    "versions": {"keras": "3", "tensorflow": "2"},
    "model_sha256": "abc123",
}


@pytest.mark.parametrize("warning", [None, "w" * LONGEST])
def test_the_card_says_what_the_model_is_worth_and_that_it_was_chosen(warning: str | None) -> None:
    data = Card("digits", 300, 60, "f" * 64, [], warning)
    best = champion("reconstruction", choice("psnr", most_code=16), TABLES)
    assert best is not None
    card = model_card(best, RECORD, data, TABLES, "f00")
    assert len(card) <= LONGEST
    assert card.startswith("# reconstruction: `twice`\n")
    if warning:
        assert warning[:100] in card
        return
    for words in (
        "digits, 300 training and 60 test images",
        "784-8-784; 12,345 weights",
        "the mean of 2 trainings",
        # of 20 and 23: 3 / sqrt(2)
        "| `psnr` | 21.5 | 2.12 |",
        "the best of 2 by `psnr`; the second is `small` with 21",
        "its figure flatters it",
        "`abc123`",
        "commit `f00`",
        "Apache License 2.0",
    ):
        assert words in card


def test_the_card_of_one_training_has_no_spread() -> None:
    best = champion("codes", choice("codes.knn_accuracy"), TABLES)
    assert best is not None
    card = model_card(best, RECORD, Card("digits", 300, 60, "f" * 64, []), TABLES, "f00")
    assert "On the test images, of one training: how far others would be from it" in card
    assert "| figure | value |\n|---|---|\n| `codes.knn_accuracy` | 0.9 |\n" in card
    for words in ("deviation", "mean of", "unknown |"):
        assert words not in card
