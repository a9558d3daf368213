"""The folder that the user names, found without importing what reads it."""

import os
from pathlib import Path

from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.stagecraft.layout import repository
from mnist_autoencoders.stagecraft.terminal import UserError, shown

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
    try:
        folder = repository() / Path(name).expanduser()
        if folder.is_dir():
            return folder
    except (OSError, ValueError, RuntimeError) as error:
        # too long, with a NUL, of a user who is not there
        raise UserError(f"{key}: {shown(name, 200)}: {shown(error, 200)}") from error
    raise UserError(f"{key}: there is no folder {shown(folder, 1000)}")
