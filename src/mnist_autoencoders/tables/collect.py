"""The tables over all models, collected from what the stages left of each."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from mnist_autoencoders.noise_ladder.read import example, read_ladder
from mnist_autoencoders.published.read import compare_with_published, deviations, published_curves
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.intact import read_table
from mnist_autoencoders.tables.models import model_layers, model_table
from mnist_autoencoders.tables.seeds import Training, deviation, mean

Tables = dict[str, pd.DataFrame]

COLUMNS = {
    "denoising": ["kind", "strength", "mse", "psnr", "ssim"],
    "compression": ["bits", "bytes", "mse", "psnr"],
    "specificity": ["set", "images", "mse", "psnr", "relative_mse", "auroc"],
}
"""The tables that an evaluation may leave in its folder."""

KEYS = {"denoising": ["kind", "strength"], "compression": ["bits"], "specificity": ["set"]}
"""What tells the rows of one training in them apart."""

PLANES = {
    "pca": "two principal components",
    "tsne_pixels": "t-SNE of the pixels",
    "tsne_code": "t-SNE of the code of {}",
    "code": "the two code values of {}",
}
"""Titles of the planes, with a place for the model."""

SCORES = ["knn_accuracy", "silhouette"]
"""What is measured of a plane."""


def collect(runs: list[Training], embedded: str, kinds: Iterable[str]) -> Tables:
    """All tables by name; those of models have a column `model` in front.

    `runs` are all trainings, those with the common seed first. `embedded` is the model whose codes
    were laid out, `kinds` are those of the noise ladder.

    - `models`, `layers`: what each model is, see `tables.models`
    - `scores`: figures, a row per model, the mean over the seeds that it was trained with; `spread`
      has the standard deviation of one training
    - `curves`: losses by epoch, of the common seed
    - `denoising`, `compression`, `specificity`: see `COLUMNS`; means over the seeds
    - `scores_by_seed`, `curves_by_seed`, `denoising_by_seed`, ...: the same of every training
    - `filters`, `codecs`, `pca`, `pca_rates`, `planes`: what the models are compared with
    - `ladder`: kind, strength, unit of the noises that denoisers are compared on, and whether it
      is the one that is `shown`
    - `published`, `published_curves`, `deviations`: see `published.read`
    """
    shown = [run for run in runs if run.folder == run.model]
    models = [run.model for run in shown]
    records = {model: read_json(layout.TRAINING / model / "record.json") for model in models}
    scores = read_scores(layout.METRICS, runs)
    curves = read_curves(layout.TRAINING, runs)
    by_seed = {name: read_evaluations(layout.EVALUATION, name, runs) for name in COLUMNS}
    return {
        "models": model_table(records),
        "layers": model_layers(records),
        "scores": mean(scores),
        "spread": deviation(scores),
        "scores_by_seed": scores,
        "curves": read_curves(layout.TRAINING, shown).drop(columns="seed"),
        "curves_by_seed": curves,
        **{name: mean(table, *KEYS[name]) for name, table in by_seed.items()},
        **{f"{name}_by_seed": table for name, table in by_seed.items()},
        "filters": pd.concat(
            [
                read_table(layout.FILTERS / "scores.csv"),
                read_table(layout.LEARNT_DENOISERS / "scores.csv"),
            ],
            ignore_index=True,
        ),
        "codecs": read_table(layout.CODECS / "codecs.csv"),
        "pca": read_table(layout.PCA / "curve.csv"),
        "pca_decoder": read_table(layout.PCA_DECODER / "scores.csv"),
        "pca_rates": read_table(layout.PCA / "rate_distortion.csv"),
        "pca_specificity": read_table(layout.PCA / "specificity.csv"),
        "planes": read_planes(models, embedded),
        "ladder": ladder_table(layout.NOISE_LADDER, kinds),
        "published": compare_with_published(scores, curves),
        "published_curves": published_curves(),
        "deviations": deviations(models),
    }


def read_scores(metrics: Path, runs: Iterable[Training]) -> pd.DataFrame:
    """A row per training with the figures of its evaluation; nested ones as `input.mse` ..."""
    figures = [
        {"model": run.model, "seed": run.seed} | read_json(metrics / f"{run.folder}.json")
        for run in runs
    ]
    return pd.json_normalize(figures)


def read_curves(training: Path, runs: Iterable[Training]) -> pd.DataFrame:
    """The histories of all trainings below each other: model, seed, epoch, loss, val_loss, ..."""
    return _stack([(run, read_table(training / run.folder / "history.csv")) for run in runs])


def read_evaluations(evaluation: Path, table: str, runs: Iterable[Training]) -> pd.DataFrame:
    """One table of `COLUMNS` over all trainings that have it, with model and seed in front."""
    paths = [(run, evaluation / run.folder / f"{table}.csv") for run in runs]
    found = [(run, read_table(path)) for run, path in paths if path.exists()]
    return _stack(found) if found else pd.DataFrame(columns=["model", "seed", *COLUMNS[table]])


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


def _stack(tables: list[tuple[Training, pd.DataFrame]]) -> pd.DataFrame:
    stacked = pd.concat(
        [table.assign(model=run.model, seed=run.seed) for run, table in tables], ignore_index=True
    )
    return stacked[["model", "seed", *stacked.columns.drop(["model", "seed"])]]
