"""What people name as input: files, folders, patterns, arrays, IDX files, the standard input."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.sources.idx import MOST_IMAGES, read_content, read_idx
from mnist_autoencoders.sources.picture import read_picture
from mnist_autoencoders.stagecraft.files import check_file
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.use.fitting import Fitted, Fitting, fit, is_light

STDIN = "-"
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"}
"""Of the pictures that are taken from a folder."""

MOST_ARRAY_BYTES = 8 * MOST_IMAGES * SIDE * SIDE
LARGEST_VALUE = 10.0
"""Magnitude up to which noise may have taken a pixel of [0, 1]; beyond, it is none of that."""


@dataclass(frozen=True)
class Named:
    """A file that was named; `relative` is its place below the folder that was named."""

    path: Path
    relative: Path
    title: str

    @property
    def is_stdin(self) -> bool:
        """Whether it is what the standard input gave."""
        return self.title == "standard input"


@dataclass(frozen=True)
class Input:
    """A file as it was read: one picture, or an array of digits, uint8 `[n, 28, 28]`.

    Of an array, `shape` and `floats` say how it was stored, to be given back alike.
    """

    named: Named
    images: Images
    light: bool
    picture: Fitted | None = None
    shape: tuple[int, ...] = ()
    floats: bool = False

    @property
    def page(self) -> bool:
        """Whether it is more than a digit."""
        return self.picture is not None and self.picture.page


def expand(names: list[str], scratch: Path) -> list[Named]:
    """The files that are named, each once; the standard input is kept in the folder `scratch`.

    Raises `UserError` for what is not there, and for a folder without pictures.
    """
    found: list[Named] = []
    for name in names:
        if name == STDIN:
            found.append(_standard_input(scratch))
        elif os.path.lexists(name):
            found += _at(Path(name))
        elif matches := sorted(glob(name, recursive=True)):  # noqa: PTH207  may be absolute
            found += [named for match in matches for named in _at(Path(match))]
        else:
            raise UserError(f"{shown(name, 300)}: there is no such file or folder")
    once: dict[Path, Named] = {}
    for named in found:
        once.setdefault(named.path, named)
    return list(once.values())


def is_array(named: Named) -> bool:
    """Whether a file holds an array, by its first bytes; `UserError` where it cannot be read."""
    return _kind(named.path) != "picture"


def read_input(named: Named, how: Fitting) -> Input:
    """The pictures of a file; `UserError` with its name for all that is wrong with it."""
    try:
        match _kind(named.path):
            case "array":
                return _read_array(named, how)
            case "idx":
                images = read_idx(named.path, axes=3).array
                if named.path.name.startswith("emnist"):  # stored column by column
                    images = images.transpose(0, 2, 1)
                return _array_input(named, images, how, images.shape, False)
        fitted = fit(named.path, read_picture(named.path), how)
    except UserError as error:
        raise UserError(str(error).replace(str(named.path), named.title)) from error
    return Input(named, fitted.image[np.newaxis], fitted.light, fitted)


def read_array(path: Path) -> NDArray[Any]:
    """The array of a `.npy` file; `UserError` where it is none, or not of numbers."""
    try:
        check_file(path, MOST_ARRAY_BYTES)
        array: NDArray[Any] = np.load(path, allow_pickle=False)
        if array.dtype.kind not in "buif":
            raise ValueError(f"its values are {array.dtype}, not numbers")
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"{path}: not a readable array: {shown(error, 300)}") from error
    return array


def _kind(path: Path) -> str:
    try:
        start = read_content(path, 6)
    except UserError as error:
        if not path.exists():
            raise UserError(f"{path}: there is no such file") from error
        raise
    if start == b"\x93NUMPY":
        return "array"
    return "idx" if start[:3] == b"\0\0\x08" else "picture"


def _at(path: Path) -> list[Named]:
    return _in_folder(path) if path.is_dir() else [Named(path, Path(path.name), str(path))]


def _in_folder(folder: Path) -> list[Named]:
    try:
        paths = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES]
        paths = sorted(path for path in paths if not path.is_dir())
    except (OSError, RecursionError) as error:
        raise UserError(f"{folder}: cannot be read: {shown(error, 300)}") from error
    if not paths:
        raise UserError(f"{folder}: no pictures are in this folder ({', '.join(sorted(SUFFIXES))})")
    return [Named(path, path.relative_to(folder), str(path)) for path in paths]


def _standard_input(scratch: Path) -> Named:
    content = sys.stdin.buffer.read(MOST_ARRAY_BYTES + 1)
    if not content:
        raise UserError("standard input: it is empty")
    # the reader of IDX files goes by the ending
    path = scratch / ("input.gz" if content[:2] == b"\x1f\x8b" else "input")
    path.write_bytes(content)
    return Named(path, Path("standard_input"), "standard input")


def _read_array(named: Named, how: Fitting) -> Input:
    array = read_array(named.path)
    path, shape = named.path, array.shape
    bare = shape[:-1] if shape[-1:] == (1,) else shape
    if bare[-2:] != (SIDE, SIDE):
        raise UserError(f"{path}: an array {list(shape)}, not of images [..., {SIDE}, {SIDE}]")
    images = array.reshape(-1, SIDE, SIDE)
    if not 0 < len(images) <= MOST_IMAGES:
        raise UserError(f"{path}: {len(images):,} images; 1 to {MOST_IMAGES:,} are read")
    if array.dtype.kind != "f":
        if images.min() < 0 or images.max() > 255:
            raise UserError(f"{path}: whole numbers that are not 0 to 255")
        return _array_input(named, images.astype(np.uint8), how, shape, False)
    if not np.abs(images).max() <= LARGEST_VALUE:
        raise UserError(
            f"{path}: values up to {np.abs(images).max():g}; as floats, pixels are 0 to 1: divide "
            "by 255, or store uint8"
        )
    grey = np.rint(255 * images.astype(np.float32).clip(0, 1)).astype(np.uint8)
    return _array_input(named, grey, how, shape, True)


def _array_input(
    named: Named, images: Images, how: Fitting, shape: tuple[int, ...], floats: bool
) -> Input:
    """The ground of an array is that of all its images together: most have the same."""
    light = is_light(images) if how.ground == "auto" else how.ground == "light"
    return Input(named, 255 - images if light else images, light, None, shape, floats)


def in_groups(inputs: Iterator[Input], most: int) -> Iterator[list[Input]]:
    """Inputs together, until there are `most` images; a page is alone."""
    group: list[Input] = []
    count = 0
    for each in inputs:
        if group and (each.page or group[0].page or count >= most):
            yield group
            group, count = [], 0
        group.append(each)
        count += len(each.images)
    if group:
        yield group
