"""A model that was found, and what is known of it."""

import contextlib
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.stagecraft.layout import METRICS, TRAINING
from mnist_autoencoders.stagecraft.terminal import UserError

RECORD = "record.json"
MODEL = "model.keras"

Content = Callable[[Path], bytes]
"""The bytes of an output of the pipeline, by its path in the repository."""


@dataclass(frozen=True)
class Origin:
    """The training that a model comes from: its name, and how its outputs are read."""

    name: str
    content: Content

    def read(self, path: Path) -> bytes | None:
        """An output, None where it is not there."""
        with contextlib.suppress(UserError, OSError):
            return self.content(path)
        return None

    def array(self, path: Path) -> NDArray[Any] | None:
        """An array; None where it is not there."""
        content = self.read(path)
        if content is None:
            return None
        with intact(path, content):
            loaded: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
            return loaded


@dataclass(frozen=True)
class Found:
    """A model: how it was asked for, where it was, its file, the digest of that.

    `origin` is None where nothing is known of its training.
    """

    asked: str
    where: str
    file: Path
    sha256: str
    origin: Origin | None = None

    @cached_property
    def record(self) -> dict[str, Any] | None:
        """What training says of it."""
        return self._json(TRAINING / self.origin.name / RECORD) if self.origin else None

    @cached_property
    def figures(self) -> dict[str, Any] | None:
        """What evaluation measured."""
        return self._json(METRICS / f"{self.origin.name}.json") if self.origin else None

    def _json(self, path: Path) -> dict[str, Any] | None:
        content = self.origin.read(path) if self.origin else None
        if content is None:
            return None
        with intact(path, content):
            loaded: dict[str, Any] = json.loads(content)
            return loaded


def sha256(path: Path) -> str:
    """The digest of a file, without Keras, which that of `networks.archive` starts."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def in_folder(root: Path) -> Content:
    """The outputs that lie in a repository."""
    return lambda path: (root / path).read_bytes()
