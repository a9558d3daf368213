"""Render the report from tables and figures."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.timings import timing

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What the page shows: the data, and the tables of `reports/` by name.

    A published figure is marked where the measured one is worse by more than the share `worse`;
    `near_zero` is the magnitude below which a code value counts as zero.
    """

    card: Card
    noises: list[str]
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame
    worse: float
    near_zero: float

    def render(self) -> str:
        """The report as HTML, with its pictures inside."""
        environment = Environment(
            loader=PackageLoader("mnist_autoencoders.page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"number": _number, "percent": _percent, "words": _words}
        environment.globals |= {"picture": picture, "worse": self.worse}
        models = [self._describe(row) for row in _rows(self.tables["models"])]
        ladder = self.tables["ladder"]
        shown = _rows(ladder[ladder["shown"]])[0]
        machines = {model["training"]["machine"] for model in models} - {None}
        return environment.get_template("index.html.jinja").render(
            card=self.card,
            models=models,
            published=_rows(self.tables["published"]),
            claims=_rows(self.claims),
            shown=shown,
            denoising=self._denoising(shown),
            noises=self.noises,
            previews=layout.NOISE_PREVIEWS,
            machines=sorted(machines),
            near_zero=self.near_zero,
        )

    def _describe(self, model: Row) -> Row:
        """A model's row of the table `models`, with what the other tables say of it."""
        name = model["model"]
        of_model = {
            key: _rows(table[table["model"] == name])
            for key, table in self.tables.items()
            if key in ("scores", "layers", "published")
        }
        digest, file = model["model_sha256"], layout.TIMINGS / f"{name}.json"
        return {
            "parameters": model,
            "scores": of_model["scores"][0],
            "layers": of_model["layers"],
            "published": of_model["published"],
            "training": timing.of_model(digest, file),
        }

    def _denoising(self, shown: Row) -> list[Row]:
        """Models and tuned filters under the noise `shown`, best PSNR first."""
        filters = self.tables["filters"].rename(columns={"method": "name"}).assign(kind_of="filter")
        models = self.tables["denoising"].rename(columns={"model": "name"}).assign(kind_of="model")
        both = pd.concat([filters, models], ignore_index=True)
        chosen = both[(both["kind"] == shown["kind"]) & (both["strength"] == shown["strength"])]
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


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _words(name: str) -> str:
    return name.replace("_", " ")
