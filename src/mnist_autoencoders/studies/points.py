"""The points of a study: every setting of its grids with every seed."""

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_autoencoders.pipeline.request import request
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.studies.parameters import Study

MOST_POINTS = 100_000

SEED = "seed"
"""The setting that tells the repetitions of a point apart."""


@dataclass(frozen=True)
class Point:
    """One training and evaluation of one model; `overrides` are written as after `-S`."""

    study: str
    model: str
    overrides: tuple[str, ...]

    @property
    def target(self) -> str:
        """The DVC stage whose outputs are wanted."""
        return f"evaluate@{self.model}"

    @property
    def settings(self) -> dict[str, Any]:
        """The values that are set, by key; a key of the model itself without `models.<name>.`."""
        from dvc.utils.hydra import to_hydra_overrides

        return {
            override.key_or_group.removeprefix(f"models.{self.model}."): override.value()
            for override in to_hydra_overrides(list(self.overrides))
        }

    @property
    def seed(self) -> int:
        """Of weights and order."""
        return int(self.settings[SEED])

    def experiment(self, shaping: str) -> str:
        """The name of its DVC experiment, given a digest of all else that shapes its figures.

        Where that stays the same, so does the name, at every revision and on every machine.
        """
        content = json.dumps([shaping, self.model, sorted(self.overrides)])
        return f"{self.study}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def points_of(name: str, study: Study) -> list[Point]:
    """All points, model by model, the seeds of one setting beside each other.

    Raises `UserError` for a line that is no override, and for a setting that params.yaml refuses,
    naming the key.
    """
    points: list[Point] = []
    for model, lines in study.vary.items():
        seeds = ",".join(map(str, study.seeds))
        settings = _grid(name, model, lines)
        if (len(settings) * len(study.seeds) + len(points)) > MOST_POINTS:
            raise UserError(f"studies.{name}: more than {MOST_POINTS:,} points")
        for setting in settings:
            _check(name, model, setting)
        with_seeds = _grid(name, model, [*lines, f"++models.{model}.{SEED}={seeds}"])
        points += [Point(name, model, tuple(setting)) for setting in with_seeds]
    return points


def _grid(study: str, model: str, lines: list[str]) -> list[list[str]]:
    """Every combination of the values, the last line's varying fastest."""
    from dvc.utils.hydra import get_hydra_sweeps

    if not lines:
        return [[]]
    try:
        return [each[PARAMETERS.name] for each in get_hydra_sweeps({PARAMETERS.name: lines})]
    except Exception as error:
        # the parsers of DVC, Hydra and OmegaConf have many of their own
        raise UserError(f"studies.{study}.vary.{model}: {shown(error, 500)}") from error


def _check(study: str, model: str, setting: list[str]) -> None:
    """Have params.yaml with these values read as every stage would."""
    if not setting:
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PARAMETERS.name
        copy.write_bytes(PARAMETERS.read_bytes())
        try:
            request([], setting, copy)
        except UserError as error:
            what = str(error).replace(str(copy), PARAMETERS.name)
            raise UserError(f"studies.{study}.vary.{model}, {' '.join(setting)}: {what}") from error
