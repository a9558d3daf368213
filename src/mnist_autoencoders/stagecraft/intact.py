"""Outputs of other stages as they were written: what was damaged since is named, with its cure."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.terminal import UserError, shown

if TYPE_CHECKING:
    from pandas import DataFrame

OF_ONE = {
    layout.TRAINING: "train",
    layout.TIMINGS: "train",
    layout.EVALUATION: "evaluate",
    layout.METRICS: "evaluate",
    layout.NOISE_LADDER: "noise_ladder",
    layout.DATA: "add_noise",
}
"""Stages of one entry, by the folder that holds a folder or a file for each."""

OF_ALL = {
    layout.CLEAN: "prepare",
    layout.CLASSIFIER: "classifier",
    layout.PCA: "pca",
    layout.PCA_DECODER: "pca_decoder",
    layout.CODECS: "codecs",
    layout.FILTERS: "filters",
    layout.LEARNT_DENOISERS: "learnt_denoisers",
    layout.PIXEL_PLANES: "embed_pixels",
    layout.CODE_PLANE: "embed_codes",
    layout.LABORATORY: "laboratory",
    layout.TABLES: "tables",
    layout.CLAIMS.with_suffix(".csv"): "claims",
}

BOMB = 100
"""Times the size of an archive that its content may have; those of stages are not compressed."""


@contextmanager
def intact(path: Path, content: bytes | None = None) -> Iterator[None]:
    """What goes wrong within, but for a file that is not there, is that `path` was damaged.

    Readers of models, arrays and tables raise nearly anything over bytes that no stage wrote. It
    becomes a `UserError` with the file and the command that makes it anew. An archive that would
    fill the memory is refused unread. `content` is what is read where that is not the file's, as of
    another revision.
    """
    try:
        _check_archive(path, content)
        yield
    except (UserError, FileNotFoundError):
        raise
    except Exception as error:
        cause = shown(f"{type(error).__name__}: {error}", 300)
        raise UserError(f"{path}: damaged since it was written ({cause}). {cure(path)}") from error


def read_table(path: Path) -> "DataFrame":
    """The table in a CSV file; `UserError` where that is damaged."""
    import pandas as pd

    with intact(path):
        return pd.read_csv(path)


def read_tables(folder: Path) -> "dict[str, DataFrame]":
    """All tables of a folder by name."""
    return {path.stem: read_table(path) for path in sorted(folder.glob("*.csv"))}


def cure(path: Path) -> str:
    """How one gets an output anew, whole."""
    for output in (path, *path.parents):
        stage = OF_ALL.get(output)
        if stage is None and output.parent in OF_ONE:
            # replicas have stages of another name
            stage = f"{OF_ONE[output.parent]}@{output.stem}" if "-" not in output.stem else None
        elif stage is None:
            continue
        again = f"`dvc repro --force --single-item {stage}`" if stage else "`dvc repro`"
        if output.is_relative_to(layout.REPORTS):
            return f"{again} makes it anew"
        return f"`dvc checkout --force {output}` brings back what DVC keeps, {again} makes it anew"
    return "`dvc repro` makes it anew"


def _check_archive(path: Path, content: bytes | None) -> None:
    if path.suffix not in (".keras", ".npz"):
        return
    with zipfile.ZipFile(path if content is None else io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > BOMB * (path.stat().st_size if content is None else len(content)):
        raise ValueError(f"it would become {unpacked:,} bytes")
