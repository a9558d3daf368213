"""Image sets on disk: one folder with `.npy` arrays that can be memory-mapped, and `card.json`.

Images are uint8 `[n, 28, 28]`, 0 for black and 255 for white; labels are int16 `[n]`. Scaling to
[0, 1] belongs to whoever reads them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.records import read_json, write_json
from mnist_autoencoders.stagecraft.intact import intact

SIDE = 28
"""Height and width of every image, in pixels."""

Images = NDArray[np.uint8]
Labels = NDArray[np.int16]
Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")


@dataclass(frozen=True)
class Card:
    """What data this really is; it follows the data into every metric file, run and page.

    `sha256` is over the bytes of all arrays; `classes` names the labels 0, 1, ... and is empty
    where images have none; `warning` says what the reader of any result has to know.
    """

    name: str
    train: int
    test: int
    sha256: str
    classes: list[str]
    warning: str | None = None

    @property
    def title(self) -> str:
        """One phrase, such as "MNIST, 60,000 training and 10,000 test images"."""
        return f"{self.name}, {self.train:,} training and {self.test:,} test images"


@dataclass(frozen=True)
class ImageSet:
    """A data set in memory, on its way to disk. Labels are None where there are none."""

    name: str
    train_images: Images
    test_images: Images
    train_labels: Labels | None
    test_labels: Labels | None
    classes: list[str]
    warning: str | None = None

    def arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """The arrays that exist, by name."""
        for name in ("train_images", "train_labels", "test_images", "test_labels"):
            array = getattr(self, name)
            if array is not None:
                yield name, array


def write_images(folder: Path, images: ImageSet) -> Card:
    """Write the arrays and the card into `folder`; return the card."""
    digest = hashlib.sha256()
    for name, array in images.arrays():
        np.save(folder / f"{name}.npy", array)
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    card = Card(
        name=images.name,
        train=len(images.train_images),
        test=len(images.test_images),
        sha256=digest.hexdigest(),
        classes=images.classes,
        warning=images.warning,
    )
    write_json(folder / "card.json", asdict(card))
    return card


def read_card(folder: Path) -> Card:
    """The card of the data in `folder`; `UserError` where it is of a version that had another."""
    known = [field.name for field in fields(Card)]
    card = read_json(folder / "card.json", *known)
    return Card(**{name: card[name] for name in known})


def open_images(folder: Path, split: Split) -> Images:
    """The images of one split, memory-mapped: uint8 `[n, 28, 28]`. Writing never changes the file.

    Copy on write rather than read-only, which TensorFlow would not take in place.
    """
    path = folder / f"{split}_images.npy"
    with intact(path):
        images: Images = np.load(path, mmap_mode="c")
        _check(images, np.uint8, (SIDE, SIDE))
    return images


def open_labels(folder: Path, split: Split) -> Labels | None:
    """The labels of one split, int16 `[n]`; None where the images have none."""
    path = folder / f"{split}_labels.npy"
    if not path.exists():
        return None
    with intact(path):
        labels: Labels = np.load(path)
        _check(labels, np.int16, ())
    return labels


def _check(array: NDArray[Any], kind: type, shape: tuple[int, ...]) -> None:
    if array.dtype != kind or array.shape[1:] != shape or array.ndim != 1 + len(shape):
        raise ValueError(f"{array.dtype} {array.shape} instead of {kind.__name__} [n, {shape}]")
