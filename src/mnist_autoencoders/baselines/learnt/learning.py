"""A denoiser for one noise: learnt from one part of the training images, tuned on another.

The first training images are the ladder's own: settings are chosen on them. Those after them are
learnt from. Imported by worker processes, so nothing here imports TensorFlow.
"""

from pathlib import Path

from mnist_autoencoders.baselines.learnt.linear import fit
from mnist_autoencoders.baselines.learnt.noisy_copies import noisy_copies
from mnist_autoencoders.baselines.learnt.parameters import LinearParameters, PosteriorMeanParameters
from mnist_autoencoders.baselines.learnt.posterior_mean import posterior_means
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.measures.pixels import Pixels, mse_and_psnr, squared_errors
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.read import NoisyImages

Learnt = tuple[float, Pixels]
"""The best setting, and the test images denoised with it: float32 `[n, 28, 28]` in [0, 1]."""


def learn_linear(
    clean: Path, noisy: NoisyImages, parameters: LinearParameters, seed: int
) -> Learnt:
    """The linear map, with the penalty of the highest mean PSNR."""
    noise = noise_of(noisy.kind, noisy.strength)
    learnt = fit(noisy_copies(_to_learn(clean, noisy, parameters.images), noise, seed))
    tuned = [learnt.apply(noisy.images("train"), penalty) for penalty in parameters.penalties]
    penalty = parameters.penalties[_best(clean, tuned)]
    return penalty, learnt.apply(noisy.images("test"), penalty)


def learn_posterior_mean(
    clean: Path, noisy: NoisyImages, parameters: PosteriorMeanParameters
) -> Learnt:
    """The likelihood-weighted mean of images, with the temperature of the highest mean PSNR."""
    images, sigma = _to_learn(clean, noisy, parameters.images), noisy.strength
    tuned = posterior_means(noisy.images("train"), images, sigma, parameters.temperatures)
    temperature = parameters.temperatures[_best(clean, tuned)]
    (denoised,) = posterior_means(noisy.images("test"), images, sigma, [temperature])
    return temperature, denoised


def _to_learn(clean: Path, noisy: NoisyImages, count: int) -> Images:
    start = len(noisy.images("train"))
    return open_images(clean, "train")[start : start + count]


def _best(clean: Path, denoised: list[Pixels]) -> int:
    """The position of the best of several results for the ladder's training images."""
    originals = open_images(clean, "train")[: len(denoised[0])]
    scores = [mse_and_psnr(squared_errors(originals, images))["psnr"] for images in denoised]
    return scores.index(max(scores))
