"""A folder of PNG or JPEG pictures as an image set."""

from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from mnist_autoencoders.dataset.store import SIDE, Images, ImageSet, Labels
from mnist_autoencoders.sources.picture import read_fitted
from mnist_autoencoders.stagecraft.terminal import BAR, UserError, progress_bar, shown

SUFFIXES = {".png", ".jpg", ".jpeg"}

MOST_PICTURES = 1_000_000
MOST_CLASSES = 1000


def read_pictures(folder: Path, ground: int, test_share: float, seed: int) -> ImageSet:
    """Read all pictures under `folder`, made grey, padded to a square and scaled to 28x28.

    `ground` is the grey value, 0 to 255, of the padding, and of what lies behind transparency.

    With sub-folders `train/` and `test/` these are the split; otherwise `test_share` of the
    pictures is held out, stratified by label. A picture's label is the name of the folder it
    lies in; pictures that lie in no sub-folder have none.

    Raises `UserError` for a folder without pictures, for a picture that cannot be read, and for
    more than the limits above.
    """
    inside = [(folder / split).is_dir() for split in ("train", "test")]
    if any(inside) and not all(inside):
        there, absent = ("train", "test") if inside[0] else ("test", "train")
        raise UserError(
            f"{folder}: there is a folder {there}/ and none called {absent}/; make that too, or "
            f"name {folder / there} to have data.test_share of its pictures held out"
        )
    roots = [folder / "train", folder / "test"] if all(inside) else [folder]
    found = [_find_pictures(root) for root in roots]
    names = [[_label(path, root) for path in paths] for paths, root in zip(found, roots)]
    classes = _classes(folder, names)
    images = [_read_all(paths, ground) for paths in found]
    labels: list[Labels | None] = [
        np.array([classes[str(name)] for name in split], np.int16) if classes else None
        for split in names
    ]
    if len(roots) == 1:
        train, test = _split(folder, labels[0], len(images[0]), test_share, seed)
        images = [images[0][train], images[0][test]]
        labels = [None if labels[0] is None else labels[0][part] for part in (train, test)]
    return ImageSet(
        shown(folder.name, 100), images[0], images[1], labels[0], labels[1], list(classes)
    )


def _find_pictures(root: Path) -> list[Path]:
    """All files with the name of a picture; also those that are none, which are refused later."""
    try:
        named = [path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES]
        paths = sorted(path for path in named if not path.is_dir())
    except (OSError, RecursionError) as error:
        raise UserError(f"{root}: cannot be read: {shown(error, 300)}") from error
    if not paths:
        raise UserError(f"{root}: neither IDX files (*ubyte, *ubyte.gz) nor PNG or JPEG pictures")
    if len(paths) > MOST_PICTURES:
        raise UserError(f"{root}: {len(paths):,} pictures, at most {MOST_PICTURES:,} are read")
    return paths


def _label(path: Path, root: Path) -> str | None:
    return None if path.parent == root else path.parent.name


def _classes(folder: Path, names: list[list[str | None]]) -> dict[str, int]:
    """The number of every label; none where pictures have none."""
    labels = sorted({name for split in names for name in split if name is not None})
    if labels and any(name is None for split in names for name in split):
        raise UserError(f"{folder}: some pictures lie in a sub-folder, their label, and some don't")
    if len(labels) > MOST_CLASSES:
        raise UserError(
            f"{folder}: {len(labels):,} folders with pictures, which are labels: at most "
            f"{MOST_CLASSES:,} are told apart; for pictures without labels put them in one folder"
        )
    for label in labels:
        if not label.isprintable():
            raise UserError(
                f"{folder}: the folder {shown(label, 300)} is a label, and has signs that cannot "
                "be shown; rename it"
            )
    return {label: number for number, label in enumerate(labels)}


def _read_all(paths: list[Path], ground: int) -> Images:
    images = np.empty((len(paths), SIDE, SIDE), np.uint8)
    with progress_bar("reading pictures", total=len(paths)) as progress:
        for index, path in enumerate(paths):
            images[index] = read_fitted(path, ground)
            progress.advance(BAR)
    return images


def _split(
    folder: Path, labels: Labels | None, count: int, test_share: float, seed: int
) -> tuple[list[int], list[int]]:
    try:
        train, test = train_test_split(
            range(count), test_size=test_share, random_state=seed, stratify=labels
        )
    except ValueError as error:
        raise UserError(
            f"{folder}: {count} pictures cannot be split with data.test_share={test_share}: "
            f"{shown(error, 300)} Add pictures, two of each label at least, or put them into "
            "folders train/ and test/"
        ) from error
    return sorted(train), sorted(test)
