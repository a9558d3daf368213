"""The figures that matter, of all models in one file: what `dvc exp show` has room for."""

from pathlib import Path
from typing import Any

from mnist_autoencoders.records import read_json

FIGURES = {
    "psnr": ("psnr",),
    "ssim": ("ssim",),
    "knn": ("codes", "knn_accuracy"),
    "elbo": ("likelihood", "elbo"),
}
"""Their short names, and where an evaluation has them."""


def headlines(folder: Path) -> dict[str, dict[str, float]]:
    """The figures by model, of the evaluations in `folder`, without those of replicas.

    A model has those that its evaluation has: only a variational one has a bound.
    """
    files = sorted(path for path in folder.glob("*.json") if "-" not in path.stem)
    return {path.stem: _of(read_json(path)) for path in files}


def _of(evaluation: dict[str, Any]) -> dict[str, float]:
    found = {}
    for name, keys in FIGURES.items():
        value: Any = evaluation
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            found[name] = value
    return found
