"""Tuned filters on every noise of the ladder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from mnist_autoencoders.baselines.filters.methods import METHODS
from mnist_autoencoders.baselines.filters.tuning import tune_and_apply
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.measures.pixels import Pixels, as_bytes, as_pixels
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.noise_ladder.read import NoisyImages, example
from mnist_autoencoders.records import write_table
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar

NO_FILTER = "none"
EXAMPLES = 10
"""Test images to show."""


def write_filter_scores(
    clean: Path,
    ladder: list[NoisyImages],
    settings: dict[str, list[float]],
    folder: Path,
    processes: int,
) -> None:
    """Tune every filter on the training images of every noise, and score it on the test images.

    `settings` are those to choose from, by method, see `FilterParameters`.

    Writes `folder/scores.csv` (kind, strength, method, setting, mse, psnr, ssim; the method
    `none` is the noisy image itself, without a setting) and `folder/examples.npz`: the first ten
    test images, uint8 `[10, 28, 28]`, as `clean`, as `noisy` and under each method's name, with
    the noise that `noise_ladder.read.example` picks. No result depends on the number of processes.
    """
    shown = example(ladder)
    originals = open_images(clean, "test")[: len(shown.images("test"))]
    examples = {"clean": originals[:EXAMPLES], "noisy": shown.images("test")[:EXAMPLES]}
    rows: list[dict[str, Any]] = []
    with progress_bar("filters", total=len(ladder) * (len(settings) + 1)) as progress:
        for noisy, method, setting, images in _denoised(clean, ladder, settings, processes):
            scores = image_scores(originals, images)
            rows.append(
                {"kind": noisy.kind, "strength": noisy.strength}
                | {"method": method, "setting": setting}
                | {score: scores[score] for score in ("mse", "psnr", "ssim")}
            )
            if noisy == shown and method != NO_FILTER:
                examples[method] = as_bytes(images[:EXAMPLES])
            progress.advance(BAR)
    write_table(folder / "scores.csv", pd.DataFrame(rows))
    np.savez(folder / "examples.npz", allow_pickle=False, **examples)


def _denoised(
    clean: Path, ladder: list[NoisyImages], settings: dict[str, list[float]], processes: int
) -> Iterator[tuple[NoisyImages, str, float | None, Pixels]]:
    """The test images under every noise and method, with the method's setting."""
    filtered = Parallel(n_jobs=processes, return_as="generator")(
        delayed(tune_and_apply)(clean, noisy, METHODS[method], choice)
        for noisy in ladder
        for method, choice in settings.items()
    )
    for noisy in ladder:
        yield noisy, NO_FILTER, None, as_pixels(noisy.images("test"))
        for method in settings:
            yield noisy, method, *next(filtered)
