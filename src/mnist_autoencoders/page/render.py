"""Render the report from tables and figures."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mnist_autoencoders import layout
from mnist_autoencoders.claims.published import read_systems
from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.models.parameters import ModelParameters
from mnist_autoencoders.noise.sweep import NoisyImages, example, read_sweep
from mnist_autoencoders.page.architecture import architecture

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What the page shows: parameters, and the tables of `reports/` by name."""

    card: Card
    models: dict[str, ModelParameters]
    noises: list[str]
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame

    def render(self) -> str:
        """The report as HTML, with its pictures inside."""
        environment = Environment(
            loader=PackageLoader("mnist_autoencoders.page"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"number": _number, "percent": _percent, "words": _words}
        environment.globals["picture"] = picture
        scores = _rows(self.tables["scores"])
        shown = example(read_sweep(layout.SWEEP))
        machines = {row["training.machine"] for row in scores} - {None}
        return environment.get_template("index.html.jinja").render(
            card=self.card,
            models=[self._describe(row) for row in scores],
            published=_rows(self.tables["published"]),
            claims=_rows(self.claims),
            shown=shown,
            denoising=self._denoising(shown),
            planes=_rows(self.tables["planes"]),
            noises=self.noises,
            previews=layout.NOISE_PREVIEWS,
            machines=sorted(machines),
        )

    def _describe(self, scores: Row) -> Row:
        name = scores["model"]
        model = self.models[name]
        system = read_systems().get(name, {})
        published = self.tables["published"]
        return {
            "name": name,
            "id": system.get("id"),
            "parameters": model,
            "architecture": architecture(model),
            "layers": _layers(name),
            "scores": scores,
            "published": _rows(published[published["model"] == name]),
        }

    def _denoising(self, shown: NoisyImages) -> list[Row]:
        """Models and tuned filters under the noise `shown`, best PSNR first."""
        filters = self.tables["filters"].rename(columns={"method": "name"}).assign(kind_of="filter")
        models = self.tables["denoising"].rename(columns={"model": "name"}).assign(kind_of="model")
        both = pd.concat([filters, models], ignore_index=True)
        chosen = both[(both["kind"] == shown.kind) & (both["strength"] == shown.strength)]
        return _rows(chosen.sort_values("psnr", ascending=False))


def picture(name: str, folder: Path = layout.FIGURES) -> str | None:
    """A PNG of `folder` as an address that holds it; None if there is none of that name."""
    path = folder / f"{name}.png"
    if not path.exists():
        return None
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _rows(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, with None for what is missing."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _layers(model: str) -> list[Row]:
    record = json.loads((layout.TRAINING / model / "record.json").read_text(encoding="utf-8"))
    layers: list[Row] = record["layers"]
    return layers


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _words(name: str) -> str:
    return name.replace("_", " ")
