"""How close one set of images is to another."""

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from mnist_autoencoders.dataset.store import Images

Pixels = NDArray[np.float32]
EPSILON = 1e-7
"""Probabilities are kept that far from 0 and 1, as Keras does."""


def image_scores(originals: Images, images: Pixels) -> dict[str, float]:
    """Scores of `images`, float `[n, 28, 28]` in [0, 1], against uint8 `originals` alike.

    - `mse`, `mae`: means over all pixels
    - `bce`: binary cross-entropy in nats, mean over all pixels
    - `psnr`: in dB with a peak of 1, mean over the images; an image without error is no number
      and counts as one with an error of half a grey level in every pixel
    - `ssim`: mean over the images, with the Gaussian window and constants of Wang et al. 2004,
      "Image quality assessment: from error visibility to structural similarity"
    """
    wanted = originals.astype(np.float32) / np.float32(255)
    error = images - wanted
    mse_by_image = np.mean(np.square(error), axis=(1, 2), dtype=np.float64)
    likely = np.clip(images, EPSILON, 1 - EPSILON)
    cross_entropy = -wanted * np.log(likely) - (1 - wanted) * np.log1p(-likely)
    similarity = [
        structural_similarity(
            original,
            image,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        for original, image in zip(wanted, images, strict=True)
    ]
    return {
        "mse": float(np.mean(mse_by_image)),
        "mae": float(np.mean(np.abs(error), dtype=np.float64)),
        "bce": float(np.mean(cross_entropy, dtype=np.float64)),
        "psnr": float(np.mean(-10 * np.log10(np.maximum(mse_by_image, (0.5 / 255) ** 2)))),
        "ssim": float(np.mean(similarity, dtype=np.float64)),
    }
