"""Tuned filters on every noise of the sweep."""

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
from mnist_autoencoders.noise.sweep import NoisyImages, example, read_sweep
from mnist_autoencoders.terminal import BAR, progress_bar

NO_FILTER = "none"
EXAMPLES = 10
"""Test images to show."""


def write_filter_scores(clean: Path, sweep: Path, folder: Path, processes: int) -> None:
    """Tune every filter on the training images of every noise, and score it on the test images.

    Writes `folder/scores.csv` (kind, strength, method, setting, mse, psnr, ssim; the method
    `none` is the noisy image itself, without a setting) and `folder/examples.npz`: the first ten
    test images, uint8 `[10, 28, 28]`, as `clean`, as `noisy` and under each method's name, with
    the noise that `noise.sweep.example` picks. No result depends on the number of processes.
    """
    noises = read_sweep(sweep)
    shown = example(noises)
    originals = open_images(clean, "test")[: len(shown.images("test"))]
    examples = {"clean": originals[:EXAMPLES], "noisy": shown.images("test")[:EXAMPLES]}
    rows: list[dict[str, Any]] = []
    with progress_bar("filters", total=len(noises) * (len(METHODS) + 1)) as progress:
        for noisy, method, setting, images in _denoised(clean, noises, processes):
            scores = image_scores(originals, images)
            rows.append(
                {"kind": noisy.kind, "strength": noisy.strength}
                | {"method": method, "setting": setting}
                | {score: scores[score] for score in ("mse", "psnr", "ssim")}
            )
            if noisy == shown and method != NO_FILTER:
                examples[method] = as_bytes(images[:EXAMPLES])
            progress.advance(BAR)
    pd.DataFrame(rows).to_csv(folder / "scores.csv", index=False)
    np.savez(folder / "examples.npz", allow_pickle=False, **examples)


def _denoised(
    clean: Path, noises: list[NoisyImages], processes: int
) -> Iterator[tuple[NoisyImages, str, float | None, Pixels]]:
    """The test images under every noise and method, with the method's setting."""
    filtered = Parallel(n_jobs=processes, return_as="generator")(
        delayed(tune_and_apply)(clean, noisy, method)
        for noisy in noises
        for method in METHODS.values()
    )
    for noisy in noises:
        yield noisy, NO_FILTER, None, as_pixels(noisy.images("test"))
        for method in METHODS:
            yield noisy, method, *next(filtered)
