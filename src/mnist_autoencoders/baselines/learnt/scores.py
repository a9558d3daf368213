"""Denoisers learnt from many training images, on every noise of the ladder."""

from collections.abc import Iterator
from pathlib import Path

from joblib import delayed

from mnist_autoencoders.baselines.denoised import Denoised, write_scores
from mnist_autoencoders.baselines.learnt.learning import learn_linear, learn_posterior_mean
from mnist_autoencoders.baselines.learnt.parameters import LearntParameters
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.noise_ladder.read import NoisyImages
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar
from mnist_autoencoders.stagecraft.workers import in_processes


def write_learnt_scores(
    clean: Path,
    ladder: list[NoisyImages],
    parameters: LearntParameters,
    seed: int,
    folder: Path,
    processes: int,
) -> None:
    """Learn each denoiser for each noise of the ladder, and score it on the test images.

    Writes what `write_scores` does, with the methods `linear` and `posterior_mean`; their settings
    are a penalty and a temperature. There is no row where the ladder has taken all training
    images. No result depends on the number of processes.
    """
    write_scores(clean, ladder, _denoised(clean, ladder, parameters, seed, processes), folder)


def _denoised(
    clean: Path, ladder: list[NoisyImages], parameters: LearntParameters, seed: int, processes: int
) -> Iterator[Denoised]:
    jobs = []
    for noisy in ladder:
        if len(open_images(clean, "train")) <= len(noisy.images("train")):
            continue
        jobs.append((noisy, "linear", delayed(learn_linear)(clean, noisy, parameters.linear, seed)))
        if noisy.kind in parameters.posterior_mean.kinds:
            job = delayed(learn_posterior_mean)(clean, noisy, parameters.posterior_mean)
            jobs.append((noisy, "posterior_mean", job))
    results = in_processes((job for _, _, job in jobs), processes)
    with progress_bar("learnt denoisers", total=len(jobs)) as progress:
        for (noisy, method, _), (setting, images) in zip(jobs, results):
            yield noisy, method, setting, images
            progress.advance(BAR)
