"""Scores and examples of denoisers that are compared on the noise ladder, as files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.measures.pixels import Pixels, as_bytes
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.noise_ladder.read import NoisyImages, example
from mnist_autoencoders.records import write_table

Denoised = tuple[NoisyImages, str, float | None, Pixels]
"""A noise, the name of a method, its setting if it has one, and the test images it gives."""

NO_FILTER = "none"
"""The method that leaves the noisy image as it is."""

EXAMPLES = 10
"""Test images to show."""

SCORES = ["mse", "psnr", "ssim"]


def write_scores(
    clean: Path, ladder: list[NoisyImages], denoised: Iterable[Denoised], folder: Path
) -> None:
    """Score test images under every noise and method, and keep some of them.

    Writes `folder/scores.csv` (kind, strength, method, setting, mse, psnr, ssim) and
    `folder/examples.npz`: the first ten test images, uint8 `[10, 28, 28]`, as `clean`, as `noisy`
    and under each method's name, with the noise that `noise_ladder.read.example` picks.
    """
    shown = example(ladder)
    originals = open_images(clean, "test")[: len(shown.images("test"))]
    examples = {"clean": originals[:EXAMPLES], "noisy": shown.images("test")[:EXAMPLES]}
    rows: list[dict[str, Any]] = []
    for noisy, method, setting, images in denoised:
        scores = image_scores(originals, images)
        rows.append(
            {"kind": noisy.kind, "strength": noisy.strength}
            | {"method": method, "setting": setting}
            | {score: scores[score] for score in SCORES}
        )
        if noisy == shown and method != NO_FILTER:
            examples[method] = as_bytes(images[:EXAMPLES])
    columns = ["kind", "strength", "method", "setting", *SCORES]
    write_table(folder / "scores.csv", pd.DataFrame(rows, columns=columns))
    np.savez(folder / "examples.npz", allow_pickle=False, **examples)
