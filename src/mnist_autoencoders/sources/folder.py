"""The folder that the user names, found without importing what reads it."""

import os
from pathlib import Path

from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.stagecraft.layout import repository
from mnist_autoencoders.stagecraft.terminal import UserError

AUTO, MNIST, SUBSET = "auto", "mnist", "mnist-5k"
"""What `data.source` may be besides a folder."""

FOLDER_VARIABLE = "MNIST_DIR"


def source_folder(parameters: DataParameters) -> Path | None:
    """The folder that holds the images, if `data.source` or `MNIST_DIR` names one.

    A relative one counts from the repository. Raises `UserError` if it does not exist.
    """
    if parameters.source in (MNIST, SUBSET):
        return None
    key, name = "data.source", parameters.source
    if name == AUTO:
        key, name = FOLDER_VARIABLE, os.environ.get(FOLDER_VARIABLE, "")
    if not name:
        return None
    folder = repository() / Path(name).expanduser()
    if not folder.is_dir():
        raise UserError(f"{key}: there is no folder {folder}")
    return folder
