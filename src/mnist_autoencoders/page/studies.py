"""What the page says of each study."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.intact import read_table

ABOUT = ("question", "points", "wanted", "date", "revisions")

HALF = ".half"
"""Ends the name of a column with half of an interval; the column before has its middle."""


@dataclass(frozen=True)
class StudyOnPage:
    """A study whose table is there: its question, how much of it is done, and its figures.

    `revisions` are the commits that its points were run from, `changed` the paths whose code has
    changed since; `summary` is a table of means, with `.half` of their intervals.
    """

    name: str
    question: str
    points: int
    wanted: int
    date: str
    revisions: list[str]
    changed: list[str]
    summary: pd.DataFrame

    def header(self) -> list[str]:
        """The names of the columns that `rows` has."""
        return [str(name) for name in self.summary if not str(name).endswith(HALF)]

    def rows(self) -> list[list[tuple[Any, float | None]]]:
        """Each cell of the summary with half of its interval, where it has one."""
        return [
            [(row[name], row.get(f"{name}{HALF}")) for name in self.header()]
            for row in self.summary.astype(object)
            .where(self.summary.notna(), None)
            .to_dict("records")
        ]


def read_studies(studies: Path, figures: Path) -> list[StudyOnPage]:
    """The studies that `plot_studies` has drawn, by name, from their folder and that of figures."""
    changed, found = read_json(figures / "changed.json"), []
    for name in sorted(changed):
        about = read_json(studies / f"{name}.json", *ABOUT)
        said = {key: about[key] for key in ABOUT}
        summary = read_table(figures / f"{name}.csv")
        found.append(StudyOnPage(name, **said, changed=changed[name], summary=summary))
    return found
