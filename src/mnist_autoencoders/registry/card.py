"""The model card: what a registered model is, what it can do, and how to get it back."""

from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.registry.champions import Champion, Tables, figures_by_training

LONGEST = 5000
"""Characters that MLflow keeps of a description."""

SHOWN = {
    "denoising": ["denoising.psnr", "denoising.ssim"],
    "codes": ["code_size", "codes.knn_accuracy", "codes.probe_accuracy", "codes.silhouette"],
    "reconstruction": ["psnr", "ssim", "mse", "excess_bce", "code_size"],
    "generation": [
        "generation.standard_normal.frechet",
        "generation.standard_normal.precision",
        "generation.standard_normal.recall",
        "generation.standard_normal.confident",
        "likelihood.elbo",
    ],
}
"""Figures in the card of a task, beside the one that it is chosen by, where a model has them."""

WORDS = {
    "denoising": "takes noise away from pictures of handwritten digits",
    "codes": "turns pictures of handwritten digits into short codes",
    "reconstruction": "compresses pictures of handwritten digits and restores them",
    "generation": "draws handwritten digits",
}
"""What the model of a task does."""


def summary(champion: Champion) -> str:
    """What the registered model of a task is, whichever version has the alias."""
    choice, most = champion.choice, champion.choice.most_code
    limit = f", of those whose code has at most {most} values" if most else ""
    return (
        f"It {WORDS[champion.task]}. `champion` is the model with the {choice.best} "
        f"`{choice.metric}` on the test images{limit}."
    )


def model_card(
    champion: Champion, record: dict[str, Any], data: Card, tables: Tables, revision: str
) -> str:
    """Markdown of at most `LONGEST` characters; `record` is what training says of the model."""
    environment = Environment(
        loader=PackageLoader("mnist_autoencoders.registry"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    card = environment.get_template("card.md.jinja").render(
        champion=champion,
        summary=summary(champion),
        record=record,
        data=data,
        rows=_rows(champion, tables),
        revision=revision,
    )
    return card if len(card) <= LONGEST else f"{card[: LONGEST - 4]}...\n"


def _rows(champion: Champion, tables: Tables) -> list[tuple[str, str, str]]:
    """Name, mean and standard deviation over the seeds, of the figures that are shown."""
    figures = figures_by_training(tables).loc[champion.model]
    of_kinds = [
        name for name in figures if name.startswith("denoising.") and name.endswith(".psnr")
    ]
    wanted = [champion.choice.metric, *SHOWN[champion.task]]
    if champion.task == "denoising":
        wanted += of_kinds
    rows = []
    for name in dict.fromkeys(wanted):
        if name in figures and figures[name].notna().any():
            spread = figures[name].std()
            shown = "unknown" if pd.isna(spread) else f"{spread:.3g}"
            rows.append((name, f"{figures[name].mean():.4g}", shown))
    return rows
