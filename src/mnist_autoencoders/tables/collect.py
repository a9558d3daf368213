"""The tables over all models, collected from what the stages left of each."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from mnist_autoencoders.noise_ladder.read import example, read_ladder
from mnist_autoencoders.published.read import compare_with_published, published_curves
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.tables.models import model_layers, model_table

Tables = dict[str, pd.DataFrame]

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


def collect(models: list[str], embedded: str, kinds: Iterable[str]) -> Tables:
    """All tables by name; those of models have a column `model` in front.

    `embedded` is the model whose codes were laid out, `kinds` are those of the noise ladder.

    - `models`, `layers`: what each model is, see `tables.models`
    - `scores`, `curves`: figures, and losses by epoch
    - `denoising`, `compression`, `specificity`: see `COLUMNS`
    - `filters`, `codecs`, `pca`, `pca_rates`, `planes`: what the models are compared with
    - `ladder`: kind, strength, unit of the noises that denoisers are compared on, and whether it
      is the one that is `shown`
    - `published`, `published_curves`: see `published.read`
    """
    records = {model: read_json(layout.TRAINING / model / "record.json") for model in models}
    scores = read_scores(layout.METRICS, models)
    curves = read_curves(layout.TRAINING, models)
    return {
        "models": model_table(records),
        "layers": model_layers(records),
        "scores": scores,
        "curves": curves,
        **{table: read_evaluations(layout.EVALUATION, table, models) for table in COLUMNS},
        "filters": pd.read_csv(layout.FILTERS / "scores.csv"),
        "codecs": pd.read_csv(layout.CODECS / "codecs.csv"),
        "pca": pd.read_csv(layout.PCA / "curve.csv"),
        "pca_rates": pd.read_csv(layout.PCA / "rate_distortion.csv"),
        "planes": read_planes(models, embedded),
        "ladder": ladder_table(layout.NOISE_LADDER, kinds),
        "published": compare_with_published(scores, curves),
        "published_curves": published_curves(),
    }


def read_scores(metrics: Path, models: Iterable[str]) -> pd.DataFrame:
    """A row per model with the figures of its evaluation; nested ones as `input.mse` ..."""
    figures = [{"model": model} | read_json(metrics / f"{model}.json") for model in models]
    return pd.json_normalize(figures)


def read_curves(training: Path, models: Iterable[str]) -> pd.DataFrame:
    """The histories of all models below each other: model, epoch, loss, val_loss, ..."""
    return _stack({model: pd.read_csv(training / model / "history.csv") for model in models})


def read_evaluations(evaluation: Path, table: str, models: Iterable[str]) -> pd.DataFrame:
    """One table of `COLUMNS` over all models that have it, with a column `model` in front."""
    paths = {model: evaluation / model / f"{table}.csv" for model in models}
    found = {model: pd.read_csv(path) for model, path in paths.items() if path.exists()}
    return _stack(found) if found else pd.DataFrame(columns=["model", *COLUMNS[table]])


def read_planes(models: Iterable[str], embedded: str) -> pd.DataFrame:
    """How well the digits lie apart in each plane: plane, title, model, and two scores.

    The planes of the pixels have no model; without labels there is no row.
    """
    found = [("", read_json(layout.PIXEL_PLANES / "scores.json"))]
    for model in models:
        found.append((model, read_json(layout.METRICS / f"{model}.json").get("planes", {})))
    found.append((embedded, read_json(layout.CODE_PLANE / "scores.json")))
    rows = [
        {"plane": plane, "title": PLANES[plane].format(model), "model": model} | scores
        for model, planes in found
        for plane, scores in planes.items()
    ]
    return pd.DataFrame(rows, columns=["plane", "title", "model", *SCORES])


def ladder_table(folder: Path, kinds: Iterable[str]) -> pd.DataFrame:
    """A row per noise of the ladder: kind, strength, unit, shown."""
    ladder = read_ladder(folder, kinds)
    shown = example(ladder)
    rows = [(noisy.kind, noisy.strength, noisy.unit, noisy == shown) for noisy in ladder]
    return pd.DataFrame(rows, columns=["kind", "strength", "unit", "shown"])


def _stack(tables: Tables) -> pd.DataFrame:
    stacked = pd.concat(
        [table.assign(model=model) for model, table in tables.items()], ignore_index=True
    )
    return stacked[["model", *stacked.columns.drop("model")]]
