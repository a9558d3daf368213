"""Principal components of the training images as an encoder and a decoder."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.arithmetic import on_grid
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.pixels import Pixels
from mnist_autoencoders.stagecraft.intact import intact

ROWS = 10_000
"""Images whose products are added at once."""


@dataclass(frozen=True)
class Components:
    """Components of pixels in [0, 1], in the order of the variance they explain, all float32.

    `mean` is `[784]`, `components` `[n, 784]` with orthonormal rows, `variance` `[n]`; n is 784,
    or the number of training images if that is smaller.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    variance: NDArray[np.float32]

    def encode(self, images: Images, count: int) -> NDArray[np.float32]:
        """Coordinates of uint8 `[n, 28, 28]` along the first `count` components, or all."""
        pixels = images.reshape(len(images), -1).astype(np.float64)
        pixels -= on_grid(255.0 * self.mean, 12)
        # exact: 8 + 12 bits of a pixel, 24 of a component, and sums below 255 * 28
        return (pixels @ on_grid(self.components[:count], 24).T / 255).astype(np.float32)

    def decode(self, codes: NDArray[np.float32]) -> Pixels:
        """The images at such coordinates: float32 `[n, 28, 28]`, clipped to [0, 1]."""
        # exact: 20 bits behind the point and 24 of a component, for codes shorter than 512
        flat = on_grid(codes, 20) @ on_grid(self.components[: codes.shape[1]], 24) + self.mean
        return flat.astype(np.float32).reshape(-1, SIDE, SIDE).clip(0, 1)


def fit(images: Images) -> Components:
    """The components of uint8 `[n, 28, 28]`: the same bits on every processor."""
    count, size = len(images), images[0].size
    sums, products = np.zeros(size), np.zeros((size, size))
    for start in range(0, count, ROWS):
        block = images[start : start + ROWS].reshape(-1, size).astype(np.float64)
        sums += block.sum(axis=0)
        products += block.T @ block
    # whole numbers, exact for up to 370,000 images
    scatter = count * products - np.outer(sums, sums)
    variance, components = symmetric_eigen(scatter / (255**2 * count * max(count - 1, 1)))
    kept = min(count, size)
    return Components(
        mean=(sums / (255 * count)).astype(np.float32),
        components=components[:kept].astype(np.float32),
        variance=variance[:kept].clip(min=0).astype(np.float32),
    )


def reconstruct(pca: Components, images: Images, components: int) -> Pixels:
    """Images from their first `components` components, or from all there are if that is fewer.

    uint8 `[n, 28, 28]` to float32 alike, clipped to [0, 1].
    """
    return pca.decode(pca.encode(images, components))


def write_components(path: Path, pca: Components) -> None:
    """Write the arrays as `.npz`."""
    np.savez(path, **asdict(pca))


def read_components(path: Path) -> Components:
    """The components that `write_components` wrote."""
    with intact(path), np.load(path) as arrays:
        return Components(**arrays)
