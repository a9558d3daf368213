"""The tables over all models: one of the scores, one of the learning curves."""

import json
from pathlib import Path

import pandas as pd


def read_scores(metrics: Path, models: list[str]) -> pd.DataFrame:
    """A row per model with the figures of its evaluation; those of the input as `input.mse` ..."""
    figures = [
        {"model": model} | json.loads((metrics / f"{model}.json").read_text(encoding="utf-8"))
        for model in models
    ]
    return pd.json_normalize(figures)


def read_curves(training: Path, models: list[str]) -> pd.DataFrame:
    """The histories of all models below each other: model, epoch, loss, val_loss, ..."""
    histories = [
        pd.read_csv(training / model / "history.csv").assign(model=model) for model in models
    ]
    curves = pd.concat(histories, ignore_index=True)
    return curves[["model", *curves.columns.drop("model")]]
