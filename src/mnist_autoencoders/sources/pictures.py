"""A folder of PNG or JPEG pictures as an image set."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from sklearn.model_selection import train_test_split

from mnist_autoencoders.dataset.store import SIDE, Images, ImageSet, Labels
from mnist_autoencoders.stagecraft.terminal import BAR, UserError, progress_bar

SUFFIXES = {".png", ".jpg", ".jpeg"}


def read_pictures(folder: Path, ground: int, test_share: float, seed: int) -> ImageSet:
    """Read all pictures under `folder`, made grey, padded to a square and scaled to 28x28.

    `ground` is the grey value, 0 to 255, of the padding.

    With sub-folders `train/` and `test/` these are the split; otherwise `test_share` of the
    pictures is held out, stratified by label. A picture's label is the name of the folder it
    lies in; pictures that lie in no sub-folder have none.

    Raises `UserError` for a folder without pictures and for a picture that cannot be read.
    """
    if (folder / "train").is_dir() and (folder / "test").is_dir():
        roots = [folder / "train", folder / "test"]
    else:
        roots = [folder]
    found = [_find_pictures(root) for root in roots]
    names = [[_label(path, root) for path in paths] for paths, root in zip(found, roots)]
    classes = sorted({name for split in names for name in split if name is not None})
    if classes and any(name is None for split in names for name in split):
        raise UserError(f"{folder}: some pictures lie in a sub-folder, their label, and some don't")
    images = [_read_all(paths, ground) for paths in found]
    labels: list[Labels | None] = [
        np.array([classes.index(str(name)) for name in split], np.int16) if classes else None
        for split in names
    ]
    if len(roots) == 1:
        train, test = _split(folder, labels[0], len(images[0]), test_share, seed)
        images = [images[0][train], images[0][test]]
        labels = [None if labels[0] is None else labels[0][part] for part in (train, test)]
    return ImageSet(folder.name, images[0], images[1], labels[0], labels[1], classes)


def _find_pictures(root: Path) -> list[Path]:
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise UserError(f"{root}: neither IDX files (*ubyte, *ubyte.gz) nor PNG or JPEG pictures")
    return paths


def _label(path: Path, root: Path) -> str | None:
    return None if path.parent == root else path.parent.name


def _read_all(paths: list[Path], ground: int) -> Images:
    images = np.empty((len(paths), SIDE, SIDE), np.uint8)
    with progress_bar("reading pictures", total=len(paths)) as progress:
        for index, path in enumerate(paths):
            images[index] = _read(path, ground)
            progress.advance(BAR)
    return images


def _read(path: Path, ground: int) -> Images:
    try:
        with Image.open(path) as picture:
            grey = picture.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(f"{path}: not a readable picture: {error}") from error
    return np.asarray(ImageOps.pad(grey, (SIDE, SIDE), color=ground), np.uint8)


def _split(
    folder: Path, labels: Labels | None, count: int, test_share: float, seed: int
) -> tuple[list[int], list[int]]:
    try:
        train, test = train_test_split(
            range(count), test_size=test_share, random_state=seed, stratify=labels
        )
    except ValueError as error:
        raise UserError(
            f"{folder}: {count} pictures cannot be split with data.test_share={test_share}: {error}"
        ) from error
    return sorted(train), sorted(test)
