"""The figures over all models."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from mnist_autoencoders import layout
from mnist_autoencoders.dataset.store import Images, open_labels, read_card
from mnist_autoencoders.figures import codes, compression, denoising, draw, generation, specificity
from mnist_autoencoders.figures.style import save, save_sheet, use_style
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.models.parameters import ModelParameters
from mnist_autoencoders.noise.parameters import NoiseParameters, strength
from mnist_autoencoders.noise.sweep import example, read_sweep

Tables = dict[str, pd.DataFrame]
Models = dict[str, ModelParameters]


def draw_comparisons(
    models: Models, noises: dict[str, NoiseParameters], tables: Tables, folder: Path
) -> None:
    """Write the figures that there are data for into `folder` as PNG.

    `tables` are those of reports/tables.
    """
    use_style()
    scores = tables["scores"]
    of_clean = scores[[models[name].input == layout.CLEAN.name for name in scores["model"]]]
    save(draw.score_bars(scores), folder / "scores.png")
    for sparse, plain in sparse_twins(models):
        values = {name: np.load(_evaluated(name, "codes.npy")) for name in (sparse, plain)}
        save(draw.code_histogram(values, scores), folder / f"codes_{sparse}.png")
    if not of_clean.empty:
        save(draw.beside_pca(of_clean, tables["pca"]), folder / "pca.png")
        rates = compression.rate_distortion(
            tables["compression"], tables["codecs"], tables["pca_rates"]
        )
        save(rates, folder / "rate_distortion.png")
        _draw_specificity(tables["specificity"], folder)
    if not tables["denoising"].empty:
        _draw_denoising(models, noises, tables, folder)
    if "codes.probe_accuracy" in scores:
        named = scores.rename(columns=lambda column: column.removeprefix("codes."))
        save(codes.code_accuracy(named), folder / "code_accuracy.png")
        _draw_planes(tables["planes"], folder)
    judge = json.loads((layout.CLASSIFIER / "record.json").read_text(encoding="utf-8"))
    if not of_clean.empty and judge["accuracy"] is not None:
        real = {split: judge[split]["scores"] for split in ("train", "test")}
        save(generation.generation_scores(of_clean, real), folder / "generation.png")


def sparse_twins(models: Models) -> Iterator[tuple[str, str]]:
    """Pairs of models that differ in the sparsity penalty alone, which the second lacks."""
    for sparse, model in models.items():
        twin = model.model_copy(update={"code_l1": 0.0})
        for plain, other in models.items():
            if model.code_l1 and other == twin:
                yield sparse, plain


def _draw_specificity(table: pd.DataFrame, folder: Path) -> None:
    """All models, and examples of those that copy the flower best and worst."""
    save(specificity.errors_by_set(table), folder / "specificity.png")
    flower = table[table["set"] == "flower"].set_index("model")["relative_mse"]
    for name, end in ((flower.idxmin(), "best"), (flower.idxmax(), "worst")):
        with np.load(_evaluated(name, "specificity.npz")) as examples:
            figure = specificity.examples(dict(examples), table[table["model"] == name])
        figure.suptitle(f"{name}: image above reconstruction")
        save_sheet(figure, folder / f"specificity_{end}.png")


def _draw_denoising(
    models: Models, noises: dict[str, NoiseParameters], tables: Tables, folder: Path
) -> None:
    filters, denoisers = tables["filters"], tables["denoising"]
    trained_on = {
        name: f"{noises[model.input].kind} {strength(noises[model.input]):g}".replace("_", " ")
        for name, model in models.items()
        if model.input in noises
    }
    shown = example(read_sweep(layout.SWEEP))
    at = denoising.scores_at(filters, denoisers, shown.kind, shown.strength)
    save(denoising.psnr_over_strength(filters, denoisers), folder / "denoising_strengths.png")
    save(at, folder / "denoising_example.png")
    save(denoising.psnr_by_noise(denoisers, trained_on), folder / "denoising_kinds.png")
    rows: dict[str, Images] = {}
    with np.load(layout.FILTERS / "examples.npz") as filtered:
        rows |= {name.replace("_", " "): filtered[name] for name in filtered.files}
    for name in trained_on:
        rows[name] = np.load(_evaluated(name, "denoised.npy"))
    save_sheet(draw.reconstructions(rows), folder / "denoising_pictures.png")


def _draw_planes(table: pd.DataFrame, folder: Path) -> None:
    labels = open_labels(layout.CLEAN, "test")
    if table.empty or labels is None:
        return
    points = {}
    for row in table.itertuples():
        source = layout.EMBEDDING if pd.isna(row.model) else layout.EVALUATION / row.model
        with np.load(source / "planes.npz") as planes:
            points[row.title] = planes[row.plane]
    shown = labels[spread(len(labels), len(points[table["title"][0]]))]
    scores = table.set_index("title").to_dict("index")
    figure = codes.planes(points, shown, read_card(layout.CLEAN).classes, scores)
    save(figure, folder / "planes.png")


def _evaluated(model: str, name: str) -> Path:
    return layout.EVALUATION / model / name
