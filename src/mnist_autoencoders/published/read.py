"""The published figures, side by side with those measured here."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

COLUMNS = ["id", "model", "metric", "epoch", "published", "bound", "measured", "difference"]


def read_systems() -> dict[str, dict[str, Any]]:
    """The published systems by model: `id`, `figures`, and the losses by epoch if printed."""
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


def compare_with_published(scores: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """A row per published figure of the models that `scores` holds.

    `difference` is (measured - published) / published. A figure of an epoch that was not trained
    is compared with the last one that was.
    """
    by_model = scores.set_index("model")
    rows = [
        row
        for model, system in read_systems().items()
        if model in by_model.index
        for row in _rows(model, system, by_model.loc[model], curves[curves["model"] == model])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(
    model: str, system: dict[str, Any], scores: pd.Series, curve: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    last = int(curve["epoch"].max())
    for figure in system.get("figures", []):
        metric, published = figure["metric"], figure["value"]
        epoch = min(figure.get("epoch", last), last)
        if metric in curve:
            measured = curve.set_index("epoch").loc[epoch, metric]
        else:
            measured = scores[metric]
        yield {
            "id": system["id"],
            "model": model,
            "metric": metric,
            "epoch": epoch,
            "published": published,
            "bound": figure.get("bound", False),
            "measured": measured,
            "difference": (measured - published) / published,
        }
