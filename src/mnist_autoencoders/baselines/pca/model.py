"""Principal components of the training images as an encoder and a decoder."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.measures.pixels import Pixels, as_pixels


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
        flat = as_pixels(images).reshape(len(images), -1)
        return ((flat - self.mean) @ self.components[:count].T).astype(np.float32)

    def decode(self, codes: NDArray[np.float32]) -> Pixels:
        """The images at such coordinates: float32 `[n, 28, 28]`, clipped to [0, 1]."""
        flat = codes @ self.components[: codes.shape[1]] + self.mean
        return flat.reshape(-1, SIDE, SIDE).clip(0, 1)


def fit(images: Images) -> Components:
    """The components of uint8 `[n, 28, 28]`."""
    # in double precision: the eigenvalues span ten orders of magnitude
    pixels = images.reshape(len(images), -1) / 255.0
    fitted = PCA(svd_solver="covariance_eigh").fit(pixels)
    return Components(
        mean=fitted.mean_.astype(np.float32),
        components=fitted.components_.astype(np.float32),
        variance=fitted.explained_variance_.astype(np.float32),
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
    with np.load(path) as arrays:
        return Components(**arrays)
