"""Six classical denoisers of scikit-image and Pillow, each with one strength.

All take and give stacks of images, float `[n, 28, 28]` in [0, 1], and treat every image alone.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import filters, restoration

Stack = NDArray[np.floating]


@dataclass(frozen=True)
class Method:
    """A denoiser and the settings to choose from, from gentle to strong."""

    apply: Callable[[Stack, float], Stack]
    settings: tuple[float, ...]
    single_peak: bool = True
    """Whether PSNR rises and then falls along the settings; if not, all of them are tried."""


def gaussian(images: Stack, sigma: float) -> Stack:
    """A Gaussian blur; sigma in pixels."""
    return filters.gaussian(images, sigma=(0, sigma, sigma))


def median(images: Stack, size: float) -> Stack:
    """The median of the square of `size` by `size` pixels around each pixel."""
    return filters.median(images, np.ones((1, int(size), int(size)), bool))


def wavelet(images: Stack, sigma: float) -> Stack:
    """BayesShrink of two levels of symlets, for noise of standard deviation `sigma`.

    Chang, Yu and Vetterli, "Adaptive wavelet thresholding for image denoising and compression",
    2000. A third level would be all border in images this small.
    """
    return _each(
        images,
        sigma,
        lambda image: restoration.denoise_wavelet(
            image, sigma=sigma, wavelet="sym4", wavelet_levels=2, method="BayesShrink"
        ),
    )


def total_variation(images: Stack, weight: float) -> Stack:
    """The minimum of squared error + 2 weight * total variation.

    Chambolle, "An algorithm for total variation minimization and applications", 2004.
    """
    return _each(
        images, weight, lambda image: restoration.denoise_tv_chambolle(image, weight=weight)
    )


def non_local_means(images: Stack, h: float) -> Stack:
    """Means over similar patches; `h` is the difference of grey values still seen as similar.

    Buades, Coll and Morel, "A non-local algorithm for image denoising", 2005, with patches of
    5 by 5 pixels sought up to 5 pixels away.
    """
    return _each(
        images,
        h,
        lambda image: restoration.denoise_nl_means(image, patch_size=5, patch_distance=5, h=h),
    )


def jpeg(images: Stack, quality: float) -> Stack:
    """JPEG compression at a quality from 100 down to 1, and decompression."""
    return _each(images, quality, lambda image: _through_jpeg(image, int(quality)))


# The gentlest setting of all but JPEG leaves the images as they are, so that no filter is made to
# harm. A chosen border has nothing beyond it: the image unchanged, or a JPEG quality of 100 or 1.
METHODS = {
    "gaussian": Method(
        gaussian,
        (0, .3, .4, .5, .6, .7, .8, .9, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4),
    ),
    "median": Method(median, (1, 3, 5, 7, 9, 11, 13)),
    "wavelet": Method(
        wavelet,
        (0, .01, .02, .03, .04, .06, .08, .1, .13, .16, .2, .25, .3, .4, .5, .7, 1),
    ),
    "total_variation": Method(
        total_variation,
        (0, .01, .02, .03, .05, .07, .1, .13, .16, .2, .25, .3, .4, .5, .7, 1, 1.5),
    ),
    "non_local_means": Method(
        non_local_means,
        (0, .05, .1, .15, .2, .25, .3, .4, .6), single_peak=False,
    ),
    "jpeg": Method(
        jpeg, (100, 95, 90, 80, 70, 50, 30, 20, 15, 10, 7, 5, 3, 1), single_peak=False
    ),
}  # fmt: skip


def _each(images: Stack, setting: float, denoise: Callable[[Stack], Stack]) -> Stack:
    # scikit-image's denoisers divide by their strength
    return np.stack([denoise(image) for image in images]) if setting else images


def _through_jpeg(image: Stack, quality: int) -> Stack:
    file = io.BytesIO()
    Image.fromarray(np.rint(image * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)) / 255.0
