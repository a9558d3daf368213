"""Render the report from tables and figures."""

import base64
import hashlib
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from mnist_autoencoders import opponents
from mnist_autoencoders.dataset.store import Card
from mnist_autoencoders.page.laboratory import Laboratory
from mnist_autoencoders.page.studies import StudyOnPage
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.timings import timing

Row = dict[str, Any]

HUGE = 1e12
"""Numbers from which on they are written with their power of ten."""

NEARLY = 0.8
"""Share of the bytes of an exact picture below which one with small errors is taken."""

INITIALISATIONS = {
    "normal": "from N(0, 1)",
    "truncated_normal": "from N(0, 1) cut at 2",
    "pytorch": "uniform within 1 / sqrt(fan in)",
}
"""What weights were drawn from, in words; the common choice is not said."""


@dataclass(frozen=True)
class Report:
    """What the page shows: the data, and the tables of `reports/` by name.

    `off` is the share by which a figure of one seed may differ from the published one, see
    `missed`; `near_zero` is the magnitude below which a code value counts as zero.
    """

    card: Card
    noises: list[str]
    tables: dict[str, pd.DataFrame]
    claims: pd.DataFrame
    off: float
    near_zero: float
    studies: list[StudyOnPage] = field(default_factory=list)
    laboratory: Laboratory | None = None

    def render(self) -> str:
        """The report as HTML, with its pictures inside."""
        environment = Environment(
            loader=PackageLoader("mnist_autoencoders.page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # the templates ask for some of them twice
        held = cache(picture)
        environment.filters |= {
            "number": _number, "percent": _percent, "words": _words, "method": opponents.words,
            "digest": _digest, "picture": held, "short": _short,
        }  # fmt: skip
        environment.globals |= {
            "picture": held, "measured": _measured, "initialisations": INITIALISATIONS,
        }  # fmt: skip
        models = [self._describe(row) for row in _rows(self.tables["models"])]
        ladder = self.tables["ladder"]
        shown = _rows(ladder[ladder["shown"]])[0]
        machines = {model["training"]["machine"] for model in models} - {None}
        return environment.get_template("index.html.jinja").render(
            card=self.card,
            models=models,
            published=self._published(self.tables["published"]),
            off=self.off,
            seed=int(self.tables["scores_by_seed"]["seed"].iloc[0]),
            claims=_rows(self.claims),
            shown=shown,
            denoising=self._denoising(shown),
            noises=self.noises,
            previews=layout.NOISE_PREVIEWS,
            machines=sorted(machines),
            near_zero=self.near_zero,
            studies=self.studies,
            study_figures=layout.STUDY_FIGURES,
            laboratory=self.laboratory,
        )

    def _describe(self, model: Row) -> Row:
        """A model's row of the table `models`, with what the other tables say of it."""
        name = model["model"]
        of_model = {
            key: _rows(table[table["model"] == name])
            for key, table in self.tables.items()
            if key in ("scores", "spread", "layers", "deviations")
        }
        published = self.tables["published"]
        digest, file = model["model_sha256"], layout.TIMINGS / f"{name}.json"
        return {
            "parameters": model,
            "scores": of_model["scores"][0],
            "spread": of_model["spread"][0],
            "layers": of_model["layers"],
            "deviations": [row["deviation"] for row in of_model["deviations"]],
            "published": self._published(published[published["model"] == name]),
            "training": timing.of_model(digest, file),
        }

    def _published(self, table: pd.DataFrame) -> list[Row]:
        return [row | {"missed": missed(row, self.off)} for row in _rows(table)]

    def _denoising(self, shown: Row) -> list[Row]:
        """Models and their opponents under the noise `shown`, best PSNR first."""
        filters = self.tables["filters"].rename(columns={"method": "name"})
        filters["kind_of"] = filters["name"].map(opponents.family)
        models = self.tables["denoising"].rename(columns={"model": "name"}).assign(kind_of="model")
        both = pd.concat([filters, models], ignore_index=True)
        chosen = both[(both["kind"] == shown["kind"]) & (both["strength"] == shown["strength"])]
        return _rows(chosen.sort_values("psnr", ascending=False))


def missed(row: Row, off: float) -> str:
    """Where the measured figure lies if it misses the published one, else an empty word.

    `row` is one of `published.read.compare_with_published`. A bound is missed by a mean above it.
    Of several seeds the published figure is missed if it lies outside `lowest` to `highest`, of
    one seed if the difference is above the share `off`.
    """
    if row["bound"]:
        return "above" if row["measured"] > row["published"] else ""
    if row["seeds"] > 1:
        inside = row["lowest"] <= row["published"] <= row["highest"]
    else:
        inside = abs(row["difference"]) <= off
    if inside:
        return ""
    return "above" if row["measured"] > row["published"] else "below"


@dataclass(frozen=True)
class Picture:
    """An address that holds a picture, and its size in pixels."""

    address: str
    width: int
    height: int


def picture(name: str, folder: Path = layout.FIGURES) -> Picture | None:
    """A PNG of `folder`, to be held in the page; None if there is none of that name.

    It becomes WebP: the same pixels, or nearly the same where that saves a fifth or more, as in
    sheets of soft digits. The file stays as it is, and the page gets a third smaller.
    """
    path = folder / f"{name}.png"
    if not path.exists():
        return None
    with intact(path), Image.open(path) as image:
        width, height = image.size
        exact, near = io.BytesIO(), io.BytesIO()
        image.convert("RGB").save(exact, "WEBP", lossless=True, quality=40, method=2)
        image.convert("RGB").save(near, "WEBP", quality=80, method=2)
    smaller = len(near.getvalue()) < NEARLY * len(exact.getvalue())
    content = (near if smaller else exact).getvalue()
    address = "data:image/webp;base64," + base64.b64encode(content).decode("ascii")
    return Picture(address, width, height)


def _rows(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, with None for what is missing."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _number(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "–"
    return f"{value:,.{digits}f}" if abs(value) < HUGE else f"{value:.3g}"


def _measured(mean: float | None, deviation: float | None, digits: int) -> str:
    """A mean over seeds and its standard deviation, the mean alone where that is unknown."""
    spread = "" if deviation is None else f" ± {deviation:.{digits}f}"
    return _number(mean, digits) + spread


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _short(value: Any) -> str:
    """A number in four digits, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _digest(script: str) -> str:
    """A script as the page's Content-Security-Policy names it."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _words(name: str) -> str:
    return name.replace("_", " ")
