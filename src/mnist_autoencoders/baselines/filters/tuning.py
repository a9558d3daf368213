"""The best setting of a filter for a noise.

Imported by worker processes, so nothing here imports TensorFlow.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.baselines.filters.methods import Method, Stack
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.measures.pixels import mse_and_psnr, squared_errors
from mnist_autoencoders.noise_ladder.read import NoisyImages


def tune_and_apply(
    clean: Path, noisy: NoisyImages, method: Method, settings: list[float]
) -> tuple[float, NDArray[np.float32]]:
    """The best setting on the training images, and the test images filtered with it.

    These are float32 `[n, 28, 28]` in [0, 1].
    """
    train = noisy.images("train")
    originals = open_images(clean, "train")[: len(train)]
    setting = best_setting(method, settings, originals, train / 255.0)
    filtered = method.apply(noisy.images("test") / 255.0, setting)
    return setting, filtered.clip(0, 1).astype(np.float32)


def best_setting(method: Method, settings: list[float], originals: Images, noisy: Stack) -> float:
    """The one of `settings`, from gentle to strong, with the highest mean PSNR over the images.

    `noisy` is float `[n, 28, 28]` in [0, 1], `originals` uint8 alike.

    A grid with a single peak is searched from coarse to fine and from gentle to strong: settings
    far apart until one is worse than the one before, then those half-way to the neighbours of
    the best, and so on.
    """
    step = max(1, 2 ** ((len(settings) - 1) // 4).bit_length() // 2) if method.single_peak else 1
    scores: dict[int, float] = {}
    for index in range(0, len(settings), step):
        scores[index] = _mean_psnr(originals, method.apply(noisy, settings[index]))
        if method.single_peak and index and scores[index] < scores[index - step]:
            break
    best = max(scores, key=scores.__getitem__)
    while step := step // 2:
        for index in {best - step, best + step} & set(range(len(settings))):
            scores[index] = _mean_psnr(originals, method.apply(noisy, settings[index]))
        best = max(sorted(scores), key=scores.__getitem__)
    return settings[best]


def _mean_psnr(originals: Images, images: Stack) -> float:
    return mse_and_psnr(squared_errors(originals, images.clip(0, 1).astype(np.float32)))["psnr"]
