"""All figures of a run of the pipeline."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.figures import draw
from mnist_autoencoders.figures.style import save, use_style
from mnist_autoencoders.layout import CLEAN
from mnist_autoencoders.models.parameters import ModelParameters

SHOWN = 10
"""Test images in a grid of reconstructions."""


def draw_figures(
    models: dict[str, ModelParameters],
    scores: pd.DataFrame,
    curves: pd.DataFrame,
    data: Path,
    evaluation: Path,
    folder: Path,
) -> None:
    """Write all figures into `folder` as PNG; `evaluation` holds a folder per model."""
    use_style()
    save(draw.learning_curves(curves), folder / "learning_curves.png")
    save(draw.score_bars(scores), folder / "scores.png")
    for name, model in models.items():
        rows = {"original": open_images(data / CLEAN.name, "test")[:SHOWN]}
        if model.input != CLEAN.name:
            rows["input"] = open_images(data / model.input, "test")[:SHOWN]
        outputs = np.load(evaluation / name / "reconstructions.npy", mmap_mode="r")
        rows["reconstruction"] = outputs[:SHOWN]
        save(draw.reconstructions(rows), folder / f"reconstructions_{name}.png")
    for sparse, plain in sparse_twins(models):
        codes = {
            name: np.load(evaluation / name / "codes.npy", mmap_mode="r")
            for name in (sparse, plain)
        }
        save(draw.code_histogram(codes, scores), folder / f"codes_{sparse}.png")
    plt.close("all")


def sparse_twins(models: dict[str, ModelParameters]) -> Iterator[tuple[str, str]]:
    """Pairs of models that differ in the sparsity penalty alone, which the second lacks."""
    for sparse, model in models.items():
        twin = model.model_copy(update={"code_l1": 0.0})
        for plain, other in models.items():
            if model.code_l1 and other == twin:
                yield sparse, plain


def prune(folder: Path, models: list[str]) -> None:
    """Remove what entries that are no longer in params.yaml left in `folder`."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.stem in models or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
