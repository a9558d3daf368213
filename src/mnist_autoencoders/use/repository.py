"""The repository whose models are used, from wherever the command is called."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mnist_autoencoders.backend.parameters import DeviceName, RuntimeParameters, read_runtime
from mnist_autoencoders.stagecraft.layout import PARAMETERS
from mnist_autoencoders.stagecraft.terminal import UserError

CODE = Path(__file__).resolve().parents[3]
"""The repository that this code lies in, where it is installed in place."""


def repository() -> Path | None:
    """The first of the working folder, those above it, and that of the code; None if none is."""
    here = Path.cwd()
    for folder in (here, *here.parents, CODE):
        if (folder / PARAMETERS).is_file() and (folder / "dvc.yaml").is_file():
            return folder
    return None


@contextlib.contextmanager
def within() -> Iterator[Path]:
    """Work in the repository; `UserError` where there is none."""
    root = repository()
    if root is None:
        raise UserError(
            f"{Path.cwd()}: no repository of models here or above (no {PARAMETERS}); go to one, or "
            "name the file of a model: --model path/to/model.keras"
        )
    with contextlib.chdir(root):
        yield root


def runtime(device: DeviceName | None) -> RuntimeParameters:
    """What to compute on: that of params.yaml where `device` is None; without one, `auto`."""
    parameters = RuntimeParameters()
    if repository() is not None:
        with within():
            parameters = read_runtime()
    return parameters if device is None else parameters.model_copy(update={"device": device})
