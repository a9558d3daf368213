"""The published figures, side by side with those measured here."""

import math
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from scipy.stats import t

COLUMNS = [
    "id", "model", "metric", "epoch", "published", "bound",
    "measured", "sd", "seeds", "z", "lowest", "highest", "difference",
]  # fmt: skip

LIKELY = 0.95
"""Probability with which one more training falls between `lowest` and `highest`."""


def read_systems() -> dict[str, dict[str, Any]]:
    """The published systems by model: `id`, `figures`, the losses by epoch if printed, and how the
    entry of params.yaml deviates from what was published."""
    text = files("mnist_autoencoders.published").joinpath("systems.yaml").read_text("utf-8")
    systems: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(text)
    return systems


def published_curves() -> pd.DataFrame:
    """The validation losses that were printed for every epoch: model, epoch, val_loss."""
    rows = [
        {"model": model, "epoch": epoch, "val_loss": loss}
        for model, system in read_systems().items()
        for epoch, loss in enumerate(system.get("val_loss", []), start=1)
    ]
    return pd.DataFrame(rows)


def deviations(models: Iterable[str]) -> pd.DataFrame:
    """Columns model and deviation: in a sentence each, how these models differ from the published.

    A system without a row is as it was published, as far as is known.
    """
    systems = read_systems()
    rows = [
        {"model": model, "deviation": sentence}
        for model in models
        for sentence in systems.get(model, {}).get("deviations", [])
    ]
    return pd.DataFrame(rows, columns=["model", "deviation"])


def compare_with_published(scores: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """A row per published figure of the models that `scores` holds.

    Both tables hold all trainings, by model and seed. `measured` is the mean over the seeds, `sd`
    the standard deviation of one training, `z` is (published - measured) / sd. One more training,
    as the published one was, falls between `lowest` and `highest` with a probability of 95 %
    (Student's t for the prediction of one value). `difference` is (measured - published) /
    published. A figure of an epoch that was not trained is compared with the last one that was.
    """
    rows = [
        row
        for model, system in read_systems().items()
        if model in set(scores["model"])
        for row in _rows(model, system, scores, curves[curves["model"] == model])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(
    model: str, system: dict[str, Any], scores: pd.DataFrame, curve: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    last = int(curve["epoch"].max())
    for figure in system.get("figures", []):
        metric, published = figure["metric"], figure["value"]
        epoch = min(figure.get("epoch", last), last)
        if metric in curve:
            measured = curve.loc[curve["epoch"] == epoch, metric]
        else:
            measured = scores.loc[scores["model"] == model, metric]
        mean, count = measured.mean(), len(measured)
        sd = measured.std()
        reach = t.ppf((1 + LIKELY) / 2, count - 1) * sd * math.sqrt(1 + 1 / count)
        yield {
            "id": system["id"],
            "model": model,
            "metric": metric,
            "epoch": epoch,
            "published": published,
            "bound": figure.get("bound", False),
            "measured": mean,
            "sd": sd,
            "seeds": count,
            # of trainings that ended alike there is none
            "z": (published - mean) / (sd or math.nan),
            "lowest": mean - reach,
            "highest": mean + reach,
            "difference": (mean - published) / published,
        }
