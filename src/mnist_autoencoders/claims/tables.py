"""The tables over all models, collected from what the stages left of each."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from mnist_autoencoders import layout

COLUMNS = {
    "denoising": ["kind", "strength", "mse", "psnr", "ssim"],
    "compression": ["bits", "bytes", "mse", "psnr"],
    "specificity": ["set", "images", "mse", "psnr", "relative_mse", "auroc"],
}
"""The tables that an evaluation may leave in its folder."""


PLANES = {
    "pca": "two principal components",
    "tsne_pixels": "t-SNE of the pixels",
    "tsne_code": "t-SNE of the code of {}",
    "code": "the two code values of {}",
}
"""Titles of the planes, with a place for the model."""

SCORES = ["knn_accuracy", "silhouette"]
"""What is measured of a plane."""


def collect(models: list[str]) -> dict[str, pd.DataFrame]:
    """All tables by name; those of models have a column `model` in front.

    - `scores`, `curves`: figures, and losses by epoch
    - `denoising`, `compression`, `specificity`: see `COLUMNS`
    - `filters`, `codecs`, `pca`, `pca_rates`, `planes`: what the models are compared with
    """
    return {
        "scores": read_scores(layout.METRICS, models),
        "curves": read_curves(layout.TRAINING, models),
        **{table: read_evaluations(layout.EVALUATION, table, models) for table in COLUMNS},
        "filters": pd.read_csv(layout.FILTERS / "scores.csv"),
        "codecs": pd.read_csv(layout.CODECS / "codecs.csv"),
        "pca": pd.read_csv(layout.PCA / "curve.csv"),
        "pca_rates": pd.read_csv(layout.PCA / "rate_distortion.csv"),
        "planes": read_planes(layout.EMBEDDING, layout.METRICS, models),
    }


def read_scores(metrics: Path, models: Iterable[str]) -> pd.DataFrame:
    """A row per model with the figures of its evaluation; nested ones as `input.mse` ..."""
    figures = [{"model": model} | _read_json(metrics / f"{model}.json") for model in models]
    return pd.json_normalize(figures)


def read_curves(training: Path, models: Iterable[str]) -> pd.DataFrame:
    """The histories of all models below each other: model, epoch, loss, val_loss, ..."""
    histories = {model: pd.read_csv(training / model / "history.csv") for model in models}
    return _stack(histories)


def read_evaluations(evaluation: Path, table: str, models: Iterable[str]) -> pd.DataFrame:
    """One table of `COLUMNS` over all models that have it, with a column `model` in front."""
    paths = {model: evaluation / model / f"{table}.csv" for model in models}
    found = {model: pd.read_csv(path) for model, path in paths.items() if path.exists()}
    return _stack(found) if found else pd.DataFrame(columns=["model", *COLUMNS[table]])


def read_planes(embedding: Path, metrics: Path, models: Iterable[str]) -> pd.DataFrame:
    """How well the digits lie apart in each plane: plane, title, model, and two scores.

    The planes of the pixels come from `embedding`, those of codes from the models' metrics.
    """
    found = {"": _read_json(embedding / "scores.json")}
    for model in models:
        found[model] = _read_json(metrics / f"{model}.json").get("planes", {})
    rows = [
        {"plane": plane, "title": PLANES[plane].format(model), "model": model} | scores
        for model, planes in found.items()
        for plane, scores in planes.items()
    ]
    return pd.DataFrame(rows, columns=["plane", "title", "model", *SCORES])


def prune(folder: Path, models: Iterable[str]) -> None:
    """Remove what entries that are no longer in params.yaml left in `folder`."""
    kept = set(models)
    for path in folder.iterdir() if folder.exists() else ():
        if path.stem in kept or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _stack(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    stacked = pd.concat(
        [table.assign(model=model) for model, table in tables.items()], ignore_index=True
    )
    return stacked[["model", *stacked.columns.drop("model")]]
