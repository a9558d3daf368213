"""The figures over all models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mnist_autoencoders import opponents
from mnist_autoencoders.dataset.store import Images, open_labels, read_card
from mnist_autoencoders.figures import (
    codes,
    compression,
    denoising,
    draw,
    generation,
    specificity,
)
from mnist_autoencoders.figures.names import missing_letters, warning_of
from mnist_autoencoders.figures.spread import of_common_seed
from mnist_autoencoders.figures.style import save, save_sheet, use_style
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.stagecraft.terminal import say

Tables = dict[str, pd.DataFrame]


def draw_comparisons(tables: Tables, folder: Path) -> None:
    """Write the figures that there are data for into `folder` as PNG.

    `tables` are those of reports/tables.
    """
    use_style()
    scores, spread, models = tables["scores"], tables["spread"], tables["models"]
    of_clean = scores[scores["model"].isin(models.loc[models["noise.kind"].isna(), "model"])]
    save(draw.score_bars(scores, spread), folder / "scores.png")
    for sparse, plain in sparse_twins(models):
        values = {name: _array(_evaluated(name, "codes.npy")) for name in (sparse, plain)}
        shown = of_common_seed(tables["scores_by_seed"])
        save(draw.code_histogram(values, shown), folder / f"codes_{sparse}.png")
    if not of_clean.empty:
        beside_pca = draw.beside_pca(of_clean, spread, tables["pca"], tables["pca_decoder"])
        save(beside_pca, folder / "pca.png")
        rates = compression.rate_distortion(
            tables["compression"], tables["codecs"], tables["pca_rates"]
        )
        save(rates, folder / "rate_distortion.png")
        _draw_specificity(tables, folder)
    if not tables["denoising"].empty:
        _draw_denoising(tables, folder)
    if "codes.probe_accuracy" in scores:
        save(codes.code_accuracy(scores, spread), folder / "recognition.png")
    if not tables["planes"].empty:
        _draw_planes(tables["planes"], folder)
    judge = read_json(layout.CLASSIFIER / "record.json")
    if not of_clean.empty and judge["accuracy"] is not None:
        real = {split: judge[split]["scores"] for split in ("train", "test")}
        save(generation.generation_scores(of_clean, real), folder / "generation.png")


def sparse_twins(models: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Pairs of models that differ in the sparsity penalty alone, which the second lacks.

    `models` is that of `tables.models`.
    """
    penalty = models.set_index("model")["code_l1"]
    named = models.set_index("model").drop(columns=["id", "code_l1", "model_sha256"])
    # what is missing in both is equal
    named = named.astype(str).fillna("")
    for sparse in penalty.index[penalty > 0]:
        same = (named == named.loc[sparse]).all(axis=1) & (penalty == 0)
        yield from ((sparse, plain) for plain in named.index[same])


def _draw_specificity(tables: Tables, folder: Path) -> None:
    """All models, and examples of those that copy the flower best and worst."""
    table, by_seed = tables["specificity"], of_common_seed(tables["specificity_by_seed"])
    errors = specificity.errors_by_set(table, tables["pca_specificity"])
    save(errors, folder / "specificity.png")
    flower = table[table["set"] == "flower"].set_index("model")["relative_mse"]
    for name, end in ((flower.idxmin(), "best"), (flower.idxmax(), "worst")):
        examples = _arrays(_evaluated(name, "specificity.npz"))
        figure = specificity.examples(examples, by_seed[by_seed["model"] == name])
        figure.suptitle(f"{name}: image above reconstruction")
        save_sheet(figure, folder / f"specificity_{end}.png")


def _draw_denoising(tables: Tables, folder: Path) -> None:
    filters, ladder, by_seed = tables["filters"], tables["ladder"], tables["denoising_by_seed"]
    noisy = tables["models"].dropna(subset="noise.kind")
    trained_on = dict(zip(noisy["model"], noisy["noise.label"]))
    units = dict(zip(ladder["kind"], ladder["unit"]))
    shown = ladder[ladder["shown"]].iloc[0]
    at = denoising.scores_at(filters, by_seed, shown["kind"], shown["strength"])
    strengths = denoising.psnr_over_strength(filters, by_seed, units)
    save(strengths, folder / "denoising_strengths.png")
    save(at, folder / "denoising_example.png")
    kinds = denoising.psnr_by_noise(tables["denoising"], trained_on)
    save(kinds, folder / "denoising_kinds.png")
    under = (filters["kind"] == shown["kind"]) & (filters["strength"] == shown["strength"])
    rows = _filtered(filters[under])
    for name in trained_on:
        # a model may be named as a filter is
        row = f"{name} (model)" if name in rows else name
        rows[row] = _array(_evaluated(name, "denoised.npy"))
    save_sheet(draw.reconstructions(rows), folder / "denoising_pictures.png")


def _filtered(filters: pd.DataFrame) -> dict[str, Images]:
    """Images without filter, by the plain filters, the best with a tone curve, and those learnt."""
    families = filters["method"].map(opponents.family)
    toned = filters[families == opponents.TONED].sort_values("psnr", ascending=False)["method"]
    rows: dict[str, Images] = {}
    examples = _arrays(layout.FILTERS / "examples.npz")
    names = [name for name in examples if opponents.family(name) == opponents.PLAIN]
    names += [name for name in toned[:1] if name in examples]
    rows |= {opponents.words(name): examples[name] for name in names}
    if (layout.LEARNT_DENOISERS / "examples.npz").exists():
        examples = _arrays(layout.LEARNT_DENOISERS / "examples.npz")
        rows |= {
            opponents.words(name): examples[name] for name in opponents.LEARNING if name in examples
        }
    return rows


def _draw_planes(table: pd.DataFrame, folder: Path) -> None:
    points = {}
    for row in table.itertuples():
        points[row.title] = _arrays(_plane_folder(row.plane, row.model) / "planes.npz")[row.plane]
    labels = open_labels(layout.CLEAN, "test")
    assert labels is not None, "planes are scored by labels"
    shown = labels[spread(len(labels), len(points[table["title"][0]]))]
    scores = table.set_index("title").to_dict("index")
    classes = read_card(layout.CLEAN).classes
    if missing := missing_letters(classes):
        say(f"planes.png: {warning_of(missing)}")
    save(codes.planes(points, shown, classes, scores), folder / "planes.png")


def _plane_folder(plane: str, model: str) -> Path:
    """Where a plane lies: pixels and t-SNE have stages of their own."""
    if plane == "code":
        return layout.EVALUATION / model
    return layout.CODE_PLANE if plane == "tsne_code" else layout.PIXEL_PLANES


def _array(path: Path) -> Any:
    with intact(path):
        return np.load(path)


def _arrays(path: Path) -> dict[str, Any]:
    with intact(path), np.load(path) as arrays:
        return dict(arrays)


def _evaluated(model: str, name: str) -> Path:
    return layout.EVALUATION / model / name
