"""How close one set of images is to another."""

import numpy as np
import tensorflow as tf
from scipy.special import xlogy

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import Pixels, as_pixels, mse_and_psnr, squared_errors

EPSILON = 1e-7
"""Probabilities are kept that far from 0 and 1, as Keras does."""


def image_scores(originals: Images, images: Pixels) -> dict[str, float]:
    """Scores of `images`, float `[n, 28, 28]` in [0, 1], against uint8 `originals` alike.

    - `mse`, `mae`: means over all pixels
    - `bce`: binary cross-entropy in nats, mean over all pixels
    - `excess_bce`: `bce` minus `grey_entropy`, which is the cross-entropy of the originals
      themselves: the Kullback-Leibler divergence, 0 for a reconstruction without error
    - `psnr`: in dB with a peak of 1, mean over the images; an image without error is no number
      and counts as one with an error of half a grey level in every pixel
    - `ssim`: mean over the images, with the Gaussian window and constants of Wang et al. 2004,
      "Image quality assessment: from error visibility to structural similarity"
    """
    wanted = as_pixels(originals)
    mse, psnr = mse_and_psnr(squared_errors(originals, images)).values()
    likely = np.clip(images.astype(np.float64), EPSILON, 1 - EPSILON)
    # NumPy's logarithms differ between processors with and without AVX-512, SciPy's do not
    cross_entropy = -xlogy(wanted, likely) - xlogy(1 - wanted, 1 - likely)
    similarity = tf.image.ssim(
        wanted[..., np.newaxis], images.astype(np.float32)[..., np.newaxis], max_val=1.0
    ).numpy()
    return {
        "mse": mse,
        "mae": float(np.mean(np.abs(images - wanted), dtype=np.float64)),
        "bce": float(np.mean(cross_entropy)),
        "excess_bce": float(np.mean(cross_entropy)) - grey_entropy(originals),
        "psnr": psnr,
        "ssim": float(np.mean(similarity, dtype=np.float64)),
    }


def grey_entropy(images: Images) -> float:
    """Entropy of the grey values of uint8 images, taken for probabilities: nats, mean over pixels.

    0 where all are black or white, log 2 where all are in the middle.
    """
    shares = np.bincount(images.ravel(), minlength=256) / images.size
    grey = np.arange(256) / 255
    return float(np.sum(shares * (-xlogy(grey, grey) - xlogy(1 - grey, 1 - grey))))
