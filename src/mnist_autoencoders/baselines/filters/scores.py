"""Tuned filters on every noise of the ladder."""

from collections.abc import Iterator
from pathlib import Path

from joblib import delayed

from mnist_autoencoders.baselines.denoised import NO_FILTER, Denoised, write_scores
from mnist_autoencoders.baselines.filters.methods import Method, unfiltered
from mnist_autoencoders.baselines.filters.tools import methods_for
from mnist_autoencoders.baselines.filters.tuning import tune_and_apply
from mnist_autoencoders.noise_ladder.read import NoisyImages
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar
from mnist_autoencoders.stagecraft.workers import in_processes

CURVE = "curve"
"""The method that is a tone curve alone; behind a filter it is an ending of the filter's name."""


def write_filter_scores(
    clean: Path,
    ladder: list[NoisyImages],
    settings: dict[str, list[float]],
    folder: Path,
    processes: int,
) -> None:
    """Tune every filter on the training images of every noise, and score it on the test images.

    `settings` are those to choose from, by method, see `FilterParameters`.

    Writes what `write_scores` does. The method `none` is the noisy image itself and `curve` that
    with other tones, both without a setting; `median_curve` is the median and then a tone curve.
    A tool made for one kind of noise has no row under the others. No result depends on the
    number of processes.
    """
    write_scores(clean, ladder, _denoised(clean, ladder, settings, processes), folder)


def _denoised(
    clean: Path, ladder: list[NoisyImages], settings: dict[str, list[float]], processes: int
) -> Iterator[Denoised]:
    jobs: list[tuple[NoisyImages, str, Method, list[float]]] = []
    for noisy in ladder:
        jobs.append((noisy, NO_FILTER, Method(unfiltered), [0.0]))
        methods = methods_for(noisy.kind, noisy.strength)
        jobs += [
            (noisy, name, methods[name], settings[name]) for name in settings if name in methods
        ]
    calls = (
        delayed(tune_and_apply)(clean, noisy, method, choice) for noisy, _, method, choice in jobs
    )
    results = in_processes(calls, processes)
    with progress_bar("filters", total=len(jobs)) as progress:
        for (noisy, name, _, _), ((setting, images), (curve_setting, curved)) in zip(jobs, results):
            if name == NO_FILTER:
                yield noisy, NO_FILTER, None, images
                yield noisy, CURVE, None, curved
            else:
                yield noisy, name, setting, images
                yield noisy, f"{name}_{CURVE}", curve_setting, curved
            progress.advance(BAR)
