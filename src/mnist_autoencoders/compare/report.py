"""A comparison as one HTML page and as a table for a pull request."""

import base64
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_autoencoders.compare.pictures import Reconstructions, evenly, reconstruct
from mnist_autoencoders.compare.revision import Revision
from mnist_autoencoders.compare.scores import differences
from mnist_autoencoders.stagecraft.schema import hint, listed
from mnist_autoencoders.stagecraft.terminal import UserError, shown

FIRST = ("psnr", "ssim", "mse", "excess_bce", "codes.knn_accuracy", "likelihood.elbo")
"""Figures that the table for a pull request has, where they differ."""


@dataclass(frozen=True)
class Comparison:
    """Two revisions, where their figures differ, and pictures of the models that differ.

    `other_data` says that they are of different images, whose figures cannot be compared.
    """

    a: Revision
    b: Revision
    table: pd.DataFrame
    same: list[str]
    other_data: bool
    pictures: dict[str, Reconstructions] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def render(self) -> str:
        """One page with everything in it."""
        return self._render("compare.html.jinja")

    def markdown(self) -> str:
        """A table of the figures that matter first."""
        return self._render("compare.md.jinja")

    def _render(self, template: str) -> str:
        environment = Environment(
            loader=PackageLoader("mnist_autoencoders.compare"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters |= {"number": _number, "signed": _signed}
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return environment.get_template(template).render(
            a=self.a.title,
            b=self.b.title,
            rows=rows,
            first=FIRST,
            same=self.same,
            other_data=self.other_data,
            picture={model: _address(each) for model, each in self.pictures.items()}.get,
            problems=self.problems,
        )


def compare(a: Revision, b: Revision, models: list[str]) -> Comparison:
    """Compare two revisions, of these models alone if any are given.

    What differs is pictured; a model that is in no cache is told instead. Raises `UserError` for an
    unknown model, and where a revision has no figures.
    """
    scores = [revision.scores() for revision in (a, b)]
    known = sorted(set(scores[0]["model"]) & set(scores[1]["model"]))
    for model in models:
        if model not in known:
            close = hint(model, known) or f"; both have {listed(known) or 'none in common'}"
            raise UserError(f"there is no model '{shown(model, 80)}' in both{close}")
    wanted = models or known
    digests = {str(table["data.sha256"].iloc[0]) for table in scores}
    of_a, of_b = (table[table["model"].isin(models or set(table["model"]))] for table in scores)
    table = differences(of_a, of_b, a.spread())
    changed = [model for model in wanted if model in set(table["model"])]
    same = [model for model in wanted if model not in changed]
    pictures, problems = {}, []
    if len(digests) == 1 and changed:
        numbers = evenly(int(scores[0]["data.test"].iloc[0]))
        for model in changed:
            try:
                pictures[model] = reconstruct(model, a, b, numbers)
            except UserError as error:
                problems.append(str(error))
    return Comparison(a, b, table, same, len(digests) > 1, pictures, problems)


def _address(pictures: Reconstructions) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        pictures.save(path)
        return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:.5g}"


def _signed(value: Any, digits: int) -> str:
    return "–" if value is None else f"{value:+.{digits}g}"
