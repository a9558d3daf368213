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
    """A denoiser of one setting, its strength."""

    apply: Callable[[Stack, float], Stack]
    single_peak: bool = True
    """Whether PSNR rises and then falls with the strength; if not, all settings are tried."""


def unfiltered(images: Stack, _: float) -> Stack:
    """The images themselves."""
    return images


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


METHODS = {
    "gaussian": Method(gaussian),
    "median": Method(median),
    "wavelet": Method(wavelet),
    "total_variation": Method(total_variation),
    "non_local_means": Method(non_local_means, single_peak=False),
    "jpeg": Method(jpeg, single_peak=False),
}


def _each(images: Stack, setting: float, denoise: Callable[[Stack], Stack]) -> Stack:
    # scikit-image's denoisers divide by their strength
    return np.stack([denoise(image) for image in images]) if setting else images


def _through_jpeg(image: Stack, quality: int) -> Stack:
    file = io.BytesIO()
    Image.fromarray(np.rint(image * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)) / 255.0
