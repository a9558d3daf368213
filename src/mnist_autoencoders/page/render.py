"""Render the report from tables and figures."""

import base64
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.models.parameters import Convolutional, Dense, ModelParameters


def render_page(
    card: Card,
    models: dict[str, ModelParameters],
    noises: list[str],
    scores: Path,
    figures: Path,
    previews: Path,
) -> str:
    """The report as HTML, with its pictures inside."""
    table = pd.read_csv(scores, index_col="model").to_dict("index")
    environment = Environment(
        loader=PackageLoader("mnist_autoencoders.page"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = _number
    return environment.get_template("index.html.jinja").render(
        card=card,
        models=[_describe(name, model, table[name]) for name, model in models.items()],
        noises=[{"name": name, "picture": _embed(previews / f"{name}.png")} for name in noises],
        machines=sorted({str(row["training.machine"]) for row in table.values()} - {"nan"}),
        curves=_embed(figures / "learning_curves.png"),
        bars=_embed(figures / "scores.png"),
        reconstructions={name: _embed(figures / f"reconstructions_{name}.png") for name in models},
        histograms=[_embed(path) for path in sorted(figures.glob("codes_*.png"))],
    )


def architecture(model: ModelParameters) -> str:
    """The network in one phrase, such as 784-15-784."""
    match model:
        case Dense():
            widths = [784, *model.hidden, model.code_size, *model.hidden[::-1], 784]
            return "-".join(map(str, widths))
        case Convolutional():
            inward = [f"conv {filters}, pool" for filters in model.filters]
            outward = [f"conv {filters}, up" for filters in model.filters[::-1]]
            return ", ".join([*inward, *outward, "conv 1"])


def _describe(name: str, model: ModelParameters, scores: dict[Hashable, Any]) -> dict[str, Any]:
    noisy = pd.notna(scores.get("input.psnr"))
    return {
        "name": name,
        "parameters": model,
        "architecture": architecture(model),
        "scores": {key: None if pd.isna(value) else value for key, value in scores.items()},
        "gain": scores["psnr"] - scores["input.psnr"] if noisy else None,
    }


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _embed(picture: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode("ascii")
