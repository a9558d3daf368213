"""The best setting of a filter for a noise, alone and with a tone curve behind it.

Imported by worker processes, so nothing here imports TensorFlow.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from mnist_autoencoders.baselines.filters.curve import Curve, fit_curve
from mnist_autoencoders.baselines.filters.methods import Method
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.measures.pixels import Pixels, mse_and_psnr, squared_errors
from mnist_autoencoders.noise_ladder.read import NoisyImages

Tuned = tuple[float, Pixels]
"""The best setting, and the test images filtered with it: float32 `[n, 28, 28]` in [0, 1]."""


def tune_and_apply(
    clean: Path, noisy: NoisyImages, method: Method, settings: list[float]
) -> tuple[Tuned, Tuned]:
    """The filter alone, and followed by a tone curve, each with its best setting.

    Settings are judged, and the curve of each is fitted, on the same training images: a curve
    of few degrees of freedom fits them hardly better than others. No setting is computed twice.
    """
    train = noisy.images("train")
    originals = open_images(clean, "train")[: len(train)]

    @cache
    def of_train(setting: float) -> Pixels:
        return _filtered(train, method, setting)

    @cache
    def curve(setting: float) -> Curve:
        return fit_curve(of_train(setting), originals)

    @cache
    def of_test(setting: float) -> Pixels:
        return _filtered(noisy.images("test"), method, setting)

    alone = best_setting(
        settings, method.single_peak, lambda setting: mean_psnr(originals, of_train(setting))
    )
    curved = best_setting(
        settings,
        method.single_peak,
        lambda setting: mean_psnr(originals, curve(setting).apply(of_train(setting))),
    )
    return (alone, of_test(alone)), (curved, curve(curved).apply(of_test(curved)))


def best_setting(
    settings: list[float], single_peak: bool, quality: Callable[[float], float]
) -> float:
    """The one of `settings`, from gentle to strong, with the highest quality, of equals the first.

    A grid with a single peak is searched from coarse to fine and from gentle to strong: settings
    far apart until one is worse than the one before, then those half-way to the neighbours of
    the best, and so on.
    """
    step = max(1, 2 ** ((len(settings) - 1) // 4).bit_length() // 2) if single_peak else 1
    scores: dict[int, float] = {}
    for index in range(0, len(settings), step):
        scores[index] = quality(settings[index])
        if single_peak and index and scores[index] < scores[index - step]:
            break
    best = max(scores, key=scores.__getitem__)
    while step := step // 2:
        for index in {best - step, best + step} & set(range(len(settings))):
            scores[index] = quality(settings[index])
        best = max(sorted(scores), key=scores.__getitem__)
    return settings[best]


def mean_psnr(originals: Images, images: Pixels) -> float:
    """In dB, over uint8 `[n, 28, 28]` and float32 alike in [0, 1]."""
    return mse_and_psnr(squared_errors(originals, images))["psnr"]


def _filtered(images: Images, method: Method, setting: float) -> Pixels:
    return method.apply(images / 255.0, setting).clip(0, 1).astype(np.float32)
