"""Noisy copies of images as files, and a picture of them."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from mnist_autoencoders.dataset.store import Images, Split, open_images
from mnist_autoencoders.montage import montage
from mnist_autoencoders.noise.noise import Noise
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar


def write_noisy_images(
    images: Images, folder: Path, split: Split, name: str, noise: Noise, seed: int
) -> None:
    """Write `folder/{split}_images.npy`: uint8 `[n, 28, 28]`, the images under `noise`."""
    noisy = np.empty(images.shape, np.uint8)
    with progress_bar(f"{name}, {split} images", total=len(images)) as progress:
        for index, image in enumerate(images):
            noisy[index] = noisy_image(image, name, noise, seed, split, index)
            if index % 1000 == 0:
                progress.update(BAR, completed=index)
    np.save(folder / f"{split}_images.npy", noisy)


def noisy_image(
    image: Images, name: str, noise: Noise, seed: int, split: Split, index: int
) -> Images:
    """One noisy image, uint8 `[28, 28]`.

    Its noise depends on the seed, the split, the noise's name and the image's index only: the
    first three are the key of a counter-based generator (Philox), the index is its counter.
    """
    key = hashlib.sha256(f"{seed} {split} {name}".encode()).digest()[:16]
    rng = np.random.Generator(
        np.random.Philox(key=int.from_bytes(key, "little"), counter=[0, 0, 0, index])
    )
    noisy = noise.apply(image / 255.0, rng)
    return np.rint(noisy * 255.0).astype(np.uint8)


def preview(clean: Path, noisy: Path, count: int = 10) -> Image.Image:
    """A picture of the first test images, clean above noisy."""
    return montage([open_images(folder, "test")[:count] for folder in (clean, noisy)], count)
