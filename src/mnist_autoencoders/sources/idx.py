"""The IDX files of the MNIST family: read, checked, named.

The format: http://yann.lecun.com/exdb/mnist/ - a magic number (0x0803 for images, 0x0801 for
labels), the sizes of the axes as big-endian int32, then the values as unsigned bytes.
"""

import gzip
import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, ImageSet
from mnist_autoencoders.stagecraft.files import check_file
from mnist_autoencoders.stagecraft.schema import listed
from mnist_autoencoders.stagecraft.terminal import UserError, shown

MNIST_SHA256 = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the uncompressed content of MNIST's four files."""

MOST_IMAGES = 1_000_000
"""Of a file: 784 MB in memory. EMNIST's largest has 731,668."""

BLOCK = 1 << 20
"""Bytes that are read at once."""

MAGIC = {1: 0x0801, 3: 0x0803}
"""Magic number of an IDX file of unsigned bytes, by its number of axes."""

SYNONYMS = {
    "train-images": ("train-images",),
    "train-labels": ("train-labels",),
    "t10k-images": ("t10k-images", "test-images"),
    "t10k-labels": ("t10k-labels", "test-labels"),
}
"""How the four files are called in the MNIST family, within their full names."""


@dataclass(frozen=True)
class IdxFile:
    """An IDX file in memory; `sha256` is that of the uncompressed content."""

    path: Path
    array: NDArray[np.uint8]
    sha256: str


def find_idx_files(folder: Path) -> dict[str, Path] | None:
    """The four IDX files of a folder under the names of MNIST; None if it has none at all.

    Raises `UserError` where some of the four are missing or a name fits several files.
    """
    try:
        files = [path for path in sorted(folder.iterdir()) if "ubyte" in path.name]
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror}") from error
    if not files:
        return None
    found = {}
    for part, synonyms in SYNONYMS.items():
        matches = [path for path in files if any(name in path.name for name in synonyms)]
        if len(matches) != 1:
            names = listed(shown(path.name, 80) for path in matches) or "no file"
            raise UserError(
                f"{folder}: expected one file named *{'* or *'.join(synonyms)}*, found {names}"
            )
        found[part] = matches[0]
    return found


def read_mnist_family(files: dict[str, Path], name: str) -> ImageSet:
    """Read four IDX files. They are called "MNIST" if their content is, else `name`.

    Raises `UserError` naming the file and the cause.
    """
    parts = {
        part: read_idx(path, axes=3 if part.endswith("images") else 1)
        for part, path in files.items()
    }
    for split in ("train", "t10k"):
        images, labels = parts[f"{split}-images"], parts[f"{split}-labels"]
        if len(images.array) != len(labels.array):
            raise UserError(
                f"{images.path} has {len(images.array)} images, "
                f"but {labels.path.name} has {len(labels.array)} labels"
            )
        if files[f"{split}-images"].name.startswith("emnist"):  # stored column by column
            parts[f"{split}-images"] = IdxFile(
                images.path, images.array.transpose(0, 2, 1), images.sha256
            )
    is_mnist = all(parts[part].sha256 == digest for part, digest in MNIST_SHA256.items())
    train_labels, test_labels = parts["train-labels"].array, parts["t10k-labels"].array
    return ImageSet(
        name="MNIST" if is_mnist else name,
        train_images=parts["train-images"].array,
        test_images=parts["t10k-images"].array,
        train_labels=train_labels.astype(np.int16),
        test_labels=test_labels.astype(np.int16),
        classes=[
            str(label) for label in range(int(max(train_labels.max(), test_labels.max())) + 1)
        ],
    )


def read_idx(path: Path, axes: int) -> IdxFile:
    """Read one IDX file, gzipped or not: images with 3 axes `[n, 28, 28]`, labels with 1 `[n]`.

    Raises `UserError` for a broken gzip, a wrong magic number, a wrong size, no images at all or
    more than `MOST_IMAGES`. Hardly more is uncompressed than the header promises.
    """
    with _opened(path) as file:
        return _read_opened(path, file, axes)


def _read_opened(path: Path, file: IO[bytes], axes: int) -> IdxFile:
    header = file.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes:
        raise UserError(f"{path}: truncated: {len(header)} bytes are not even a header")
    magic, *shape = struct.unpack(f">{1 + axes}I", header)
    if magic != MAGIC[axes]:
        kind = "images" if axes == 3 else "labels"
        raise UserError(
            f"{path}: magic number 0x{magic:08x} instead of 0x{MAGIC[axes]:08x}: "
            f"not an IDX file of {kind}"
        )
    if axes == 3 and shape[1:] != [SIDE, SIDE]:
        raise UserError(f"{path}: images of {shape[1]}x{shape[2]} pixels instead of {SIDE}x{SIDE}")
    if shape[0] > MOST_IMAGES:
        raise UserError(
            f"{path}: the header promises {shape[0]:,} entries, at most {MOST_IMAGES:,} are read; "
            f"the file has {path.stat().st_size:,} bytes"
        )
    expected = int(np.prod(shape, dtype=np.int64))
    content = bytearray()
    # by and by: what a header promises is not worth its memory yet
    while len(content) <= expected and (block := file.read(BLOCK)):
        content += block
    if len(content) != expected:
        held = len(content) if len(content) < expected else "more"
        raise UserError(
            f"{path}: truncated or corrupt: the header promises {expected} values, "
            f"the file holds {held}"
        )
    if shape[0] == 0:
        raise UserError(f"{path}: the file is empty: it holds 0 entries")
    digest = hashlib.sha256(header)
    digest.update(content)
    return IdxFile(path, np.frombuffer(content, np.uint8).reshape(shape), digest.hexdigest())


def read_content(path: Path, most: int) -> bytes:
    """The first `most` bytes of a file, uncompressed if it is a gzip.

    A broken gzip, and what is no file, raises `UserError`.
    """
    with _opened(path) as file:
        return file.read(most)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to read, uncompressed if it is a gzip; errors become a `UserError` with its name."""
    try:
        check_file(path)
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield cast(IO[bytes], file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{path}: truncated or corrupt gzip file: {error}") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
