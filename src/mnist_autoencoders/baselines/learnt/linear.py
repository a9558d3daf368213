"""The best linear map from a noisy image to the clean one.

Sums of products are of whole numbers and exact, the eigenvectors are those of `measures.eigen`,
and later products are rounded to be exact: the bits are the same on every processor.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.arithmetic import Array, for_products
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.pixels import Pixels


@dataclass(frozen=True)
class LinearDenoiser:
    """Ridge regressions of all penalties, in the principal directions of the noisy pixels.

    `noisy_mean` and `clean_mean` are `[d]`, `variances` `[d]`, the rows of `directions` `[d, d]`
    orthonormal, and `covariances` `[d, d]` those of each direction with each clean pixel; all of
    pixels in [0, 1].
    """

    noisy_mean: Array
    clean_mean: Array
    variances: Array
    directions: Array
    covariances: Array

    def apply(self, noisy: Images, penalty: float) -> Pixels:
        """The clean images it expects: uint8 `[n, s, s]` to float32 alike, clipped to [0, 1].

        x -> clean_mean + (x - noisy_mean) (S + penalty I)^-1 C, with the covariance S of the noisy
        pixels and C of those with the clean ones: Hoerl and Kennard, "Ridge regression", 1970.
        """
        flat = noisy.reshape(len(noisy), -1) / 255.0 - self.noisy_mean
        along = for_products(flat, len(self.variances)) @ for_products(
            self.directions.T, len(self.variances)
        )
        # half of the inverse on either side, so that both keep most of their bits
        root = np.sqrt(self.variances + penalty)
        clean = for_products(along / root, len(root)) @ for_products(
            self.covariances / root[:, np.newaxis], len(root)
        )
        return (clean + self.clean_mean).reshape(noisy.shape).clip(0, 1).astype(np.float32)


def fit(pairs: Iterable[tuple[Images, Images]]) -> LinearDenoiser:
    """From blocks of clean and noisy images, uint8 `[n, s, s]`, up to 370,000 in all."""
    count = 0
    sums = of_noisy = of_both = np.zeros((1, 1))
    for block in pairs:
        clean, noisy = (images.reshape(len(images), -1).astype(np.float64) for images in block)
        count += len(clean)
        sums = sums + np.stack([clean.sum(axis=0), noisy.sum(axis=0)])
        of_noisy = of_noisy + noisy.T @ noisy
        of_both = of_both + noisy.T @ clean
    clean_sum, noisy_sum = sums[0], sums[1]
    scale = (255.0 * count) ** 2
    covariance = (count * of_noisy - np.outer(noisy_sum, noisy_sum)) / scale
    crossed = (count * of_both - np.outer(noisy_sum, clean_sum)) / scale
    variances, directions = symmetric_eigen(covariance)
    terms = len(variances)
    return LinearDenoiser(
        noisy_mean=noisy_sum / (255 * count),
        clean_mean=clean_sum / (255 * count),
        variances=variances.clip(min=0),
        directions=directions,
        covariances=for_products(directions, terms) @ for_products(crossed, terms),
    )
