"""What entries left that are no longer in params.yaml."""

from collections.abc import Iterable
from pathlib import Path

from mnist_autoencoders.models.model import CLEAN
from mnist_autoencoders.noise.noise import CARD
from mnist_autoencoders.parameters import Parameters
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.terminal import UserError


def leftovers(parameters: Parameters) -> list[Path]:
    """Outputs, by entry, of entries that are no longer there.

    A stage that reads all of a folder would have them in the hash of what it depends on. Raises
    `UserError` where a folder lies out of the repository.
    """
    models, noises = list(parameters.models), list(parameters.noises)
    trained = [*models, *(layout.replica(*pair) for pair in parameters.replicas.pairs())]
    entries = {
        layout.TRAINING: trained,
        layout.EVALUATION: trained,
        layout.METRICS: trained,
        layout.TIMINGS: models,
        layout.DATA: [CLEAN, *noises],
        layout.NOISE_PREVIEWS: noises,
        layout.NOISE_LADDER: list(parameters.noise_ladder.strengths),
    }
    return [
        path
        for folder, kept in entries.items()
        for path in _listed(folder)
        if path.stem not in kept and not path.name.startswith(".")
    ]


def _listed(folder: Path) -> Iterable[Path]:
    """What a folder of outputs holds; in that of the data there may be pictures of the user.

    Raises `UserError` where it is a link to a folder that may hold anything.
    """
    if not folder.exists():
        return ()
    if not folder.resolve().is_relative_to(Path.cwd()):
        raise UserError(
            f"{folder} is a link out of the repository, to {folder.resolve()}: "
            "remove what is left over there by hand"
        )
    paths = sorted(folder.iterdir())
    return [path for path in paths if (path / CARD).exists()] if folder == layout.DATA else paths
