"""The figures of one model, each named `..._<model>.png`."""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.figures import codes, draw, generation
from mnist_autoencoders.figures.spread import of_common_seed
from mnist_autoencoders.figures.style import save, save_sheet, use_style
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.intact import intact

SHOWN = 10
"""Test images in a grid of reconstructions."""

LARGEST_PICTURE = 256
"""Code values up to which a code is drawn as a picture."""


def draw_model(name: str, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write the figures that there are data for into `folder` as PNG.

    `tables` are those of reports/tables.
    """
    use_style()
    model = tables["models"].set_index("model").loc[name]
    curves, published = (
        tables[table][tables[table]["model"] == name] for table in ("curves", "published_curves")
    )
    curve = draw.learning_curve(curves, published["val_loss"].tolist(), model["loss_unit"])
    save(curve, folder / f"curve_{name}.png")
    originals = open_images(layout.CLEAN, "test")[:SHOWN]
    rows = {"original": originals}
    noisy = pd.notna(model["noise.kind"])
    if noisy:
        rows["input"] = _load(name, "seen.npy")[:SHOWN]
    rows["reconstruction"] = _load(name, "reconstructions.npy")[:SHOWN]
    save(draw.reconstructions(rows), folder / f"reconstructions_{name}.png")

    shape = tuple(int(length) for length in str(model["code_shape"]).split("x"))
    if len(shape) == 3 and prod(shape) <= LARGEST_PICTURE:
        values = _load(name, "codes.npy")[:SHOWN]
        save(codes.code_pictures(originals, values, shape), folder / f"code_{name}.png")
    if (layout.EVALUATION / name / "first_layer.npy").exists():
        save_sheet(
            codes.first_layer(_load(name, "first_layer.npy")), folder / f"weights_{name}.png"
        )
    if not noisy:
        # the pictures are of this training, and so are their scores
        scores = of_common_seed(tables["scores_by_seed"]).set_index("model").loc[name]
        _draw_decoded(name, scores, folder)


def _draw_decoded(name: str, scores: pd.Series, folder: Path) -> None:
    pictures = _load(name, "pictures.npz")
    prefixes = (f"generation.{draw}." for draw in generation.SHEET)
    judged = next((prefix for prefix in prefixes if pd.notna(scores.get(f"{prefix}frechet"))), None)
    shown = None
    if judged:
        shown = {key: scores[f"{judged}{key}"] for key in ("confidence", "balance", "frechet")}
    sheet = generation.generated_sheet(name, pictures["generated"], shown)
    save_sheet(sheet, folder / f"generated_{name}.png")
    if "grid" in pictures:
        grid = generation.code_grid(name, pictures["grid"], pictures["grid_range"])
        save_sheet(grid, folder / f"grid_{name}.png")
    if "pairs" in pictures:
        walks = generation.walks(name, pictures["pairs"], pictures.get("class_means"))
        save_sheet(walks, folder / f"walks_{name}.png")


def _load(model: str, name: str) -> Any:
    path = layout.EVALUATION / model / name
    with intact(path):
        return np.load(path)
