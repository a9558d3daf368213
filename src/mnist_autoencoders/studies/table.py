"""The table of a study, made from its experiments in git, and of tables in DVC's cache."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mnist_autoencoders.records import read_json, write_json, write_table
from mnist_autoencoders.stagecraft.layout import EVALUATION, METRICS, STUDIES
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.studies.origin import Reference, git
from mnist_autoencoders.studies.parameters import Study
from mnist_autoencoders.studies.points import Point

SETTING = "set."
"""In front of the name of a column that holds what was set."""

DENOISING = "denoising.csv"

DIGITS = 16
"""Of the digest of the images."""


@dataclass(frozen=True)
class Done:
    """A point and its DVC experiment, which is in this repository."""

    point: Point
    name: str
    reference: Reference


def collect(done: list[Done]) -> pd.DataFrame:
    """A row per point, which is of one model, in their order.

    - study, model, seed
    - experiment, revision: name of the DVC experiment and the commit it was run from
    - data.name, data.train, data.sha256: the images, how many were trained on at most, their digest
    - threads: of the training
    - overrides: as after `-S`; `set.<key>`: the value of each key
    - all figures of the evaluation, nested ones as `codes.hoyer`; of denoisers also
      `denoising.<kind>.<strength>.psnr` and `.ssim`, with an underscore for the point
    """
    return pd.DataFrame([_row(each) for each in done])


def write_study(
    name: str, study: Study, wanted: list[str], done: list[Done], code: dict[str, str]
) -> tuple[Path, int]:
    """Write the table of a study, and beside it what the page says of it.

    A clone does not have the experiments that a committed table was made from. Its rows stay, if
    of a point of `wanted` that is not done here: a point of the same name has the same figures.
    `code` has the digests of the code that trained and evaluated. Returns the path of the table
    and its number of rows.
    """
    path = STUDIES / f"{name}.csv"
    table, newest = collect(done), max(_date(each.reference.commit) for each in done)
    if path.exists():
        # else a revision of digits alone, or like 12e4, would be a number
        before = pd.read_csv(path, dtype={"revision": str, "data.sha256": str})
        missing = set(wanted) - set(table["experiment"])
        kept = before[before["experiment"].isin(missing)]
        if len(kept):
            table = pd.concat([table, kept])
            table = table.sort_values("experiment", key=lambda names: names.map(wanted.index))
            newest = max(newest, read_json(STUDIES / f"{name}.json")["date"])
    with new_file(path) as new:
        write_table(new, table)
    about = {
        "question": study.question,
        "points": len(table),
        "wanted": len(wanted),
        "date": newest,
        "revisions": sorted(table["revision"].unique()),
        "figure": study.figure.model_dump(),
        "code": code,
    }
    write_json(STUDIES / f"{name}.json", about)
    return path, len(table)


def _date(commit: str) -> str:
    seconds = int(git("show", "-s", "--format=%ct", commit))
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def attempt_of(commit: str) -> dict[str, str]:
    """What a worker says in the message of an experiment's commit: its attempt and its threads."""
    lines = git("show", "-s", "--format=%(trailers:only,unfold)", commit).splitlines()
    return {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _row(done: Done) -> dict[str, Any]:
    point, commit = done.point, done.reference.commit
    metrics = json.loads(git("show", f"{commit}:{METRICS / point.model}.json"))
    data = metrics.pop("data")
    return {
        "study": point.study,
        "model": point.model,
        "seed": point.seed,
        "experiment": done.name,
        "revision": git("rev-parse", f"{commit}^").strip()[:12],
        "data.name": data["name"],
        "data.train": data["train"],
        "data.sha256": data["sha256"][:DIGITS],
        "threads": attempt_of(commit).get("threads"),
        "overrides": " ".join(point.overrides),
        **{f"{SETTING}{key}": _cell(value) for key, value in point.settings.items()},
        **pd.json_normalize(metrics).to_dict("records")[0],
        # the figures of its noisy input: what has them is a denoiser
        **(_denoised(point.model, commit) if "input" in metrics else {}),
    }


def _cell(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool, str)) else json.dumps(value)


def _denoised(model: str, commit: str) -> dict[str, float]:
    """What a denoiser makes of every noise of the ladder, from DVC's cache or its remote."""
    from dvc.api import DVCFileSystem

    path = f"{EVALUATION}/{model}/{DENOISING}"
    table = pd.read_csv(io.StringIO(DVCFileSystem(rev=commit).read_text(path)))
    return {
        f"denoising.{row.kind}.{f'{row.strength:g}'.replace('.', '_')}.{score}": getattr(row, score)
        for row in table.itertuples()
        for score in ("psnr", "ssim")
    }
