"""A revision of this repository: what git has of it, and what DVC has."""

import json
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from ruamel.yaml import YAML

from mnist_autoencoders.stagecraft.layout import METRICS, PARAMETERS, TABLES
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.studies.origin import git

BYTES_SHOWN = 12
"""Digits of a commit that stand for it."""


@dataclass(frozen=True)
class Revision:
    """A commit, and the name that it was asked for by."""

    name: str
    commit: str

    @classmethod
    def of(cls, name: str) -> "Revision":
        """The revision of a commit, a branch, a tag or a DVC experiment; `UserError` if none."""
        for candidate in (name, *_experiments(name)):
            try:
                commit = git("rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
            except UserError:
                continue
            return cls(name, commit.strip())
        raise UserError(
            f"there is no revision and no DVC experiment '{shown(name, 80)}'; "
            "`git log` and `dvc exp list --all-commits` list them"
        )

    @property
    def title(self) -> str:
        """Its name, with the commit where that says more."""
        short = self.commit[:BYTES_SHOWN]
        return self.name if self.commit.startswith(self.name) else f"{self.name} ({short})"

    def scores(self) -> pd.DataFrame:
        """A row per model with the figures of its evaluation; `UserError` where there are none.

        Replicas are left out: each model is compared as the common seed has it.
        """
        listed = git("ls-tree", "--name-only", self.commit, f"{METRICS}/").split()
        paths = [path for path in map(PurePosixPath, listed) if "-" not in path.stem]
        if not paths:
            raise UserError(f"{self.title}: {METRICS} has no figures at that revision")
        rows = [{"model": path.stem} | json.loads(self._text(path)) for path in paths]
        return pd.json_normalize(rows)

    def spread(self) -> pd.DataFrame:
        """The standard deviation of one training over its seeds: a row per model, if known."""
        try:
            return pd.read_csv(StringIO(self._text(TABLES / "spread.csv")))
        except UserError:
            return pd.DataFrame(columns=["model"])

    def models(self) -> dict[str, Any]:
        """The entries of its models."""
        entries: dict[str, Any] = YAML(typ="safe").load(self._text(PARAMETERS))["models"]
        return entries

    def input_of(self, model: str) -> str:
        """The folder of the images that a model sees."""
        return f"data/{self.models()[model]['input']}"

    def array(self, path: str) -> NDArray[Any]:
        """An array that DVC keeps."""
        loaded: NDArray[Any] = np.load(BytesIO(self.content(path)), allow_pickle=False)
        return loaded

    def content(self, path: str) -> bytes:
        """The content of a file that DVC keeps, from its cache or its remote."""
        from dvc.api import DVCFileSystem

        try:
            content: bytes = DVCFileSystem(rev=self.commit).read_bytes(path)
        except Exception as error:
            # DVC's, those of its file systems and of remotes
            why = shown(error, 200) or type(error).__name__
            raise UserError(
                f"{self.title}: {path} is neither in DVC's cache nor in a remote ({why}); "
                "`dvc exp pull` or `dvc pull` get it"
            ) from error
        return content

    def _text(self, path: Path | PurePosixPath) -> str:
        return git("show", f"{self.commit}:{path.as_posix()}")


def _experiments(name: str) -> list[str]:
    """The references of the experiments of a name."""
    if not name.replace("-", "").replace("_", "").isalnum():
        return []
    found = git("for-each-ref", "--format=%(refname)", f"refs/exps/*/*/{name}")
    return found.split()
