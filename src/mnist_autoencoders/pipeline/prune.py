"""What entries left that are no longer in params.yaml."""

import shutil
from pathlib import Path

from mnist_autoencoders.models.model import CLEAN
from mnist_autoencoders.parameters import Parameters
from mnist_autoencoders.stagecraft import layout


def leftovers(parameters: Parameters) -> list[Path]:
    """Outputs, by entry, of entries that are no longer there.

    A stage that reads all of a folder would have them in the hash of what it depends on.
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
        for path in (sorted(folder.iterdir()) if folder.exists() else ())
        if path.stem not in kept and not path.name.startswith(".")
    ]


def remove(path: Path) -> None:
    """Remove a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
