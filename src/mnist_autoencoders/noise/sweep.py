"""The same noisy images for every denoiser, model or filter: each kind at several strengths."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mnist_autoencoders.dataset.store import SPLITS, Images, Split, open_images
from mnist_autoencoders.noise.noisy_set import noisy_image
from mnist_autoencoders.noise.parameters import strength
from mnist_autoencoders.noise.sweep_parameters import SweepParameters
from mnist_autoencoders.terminal import BAR, progress_bar

INDEX = "sweep.csv"
EXAMPLE = ("gaussian", 0.7)
"""The noise of the denoising autoencoder in the tutorials."""


@dataclass(frozen=True)
class NoisyImages:
    """The first images of both splits under one kind of noise at one strength."""

    kind: str
    strength: float
    folder: Path

    def images(self, split: Split) -> Images:
        """Those of one split, memory-mapped: uint8 `[n, 28, 28]`."""
        return open_images(self.folder, split)


def write_sweep(clean: Path, folder: Path, parameters: SweepParameters, seed: int) -> None:
    """Write `folder/sweep.csv` (kind, strength, folder) and a folder for each of its rows.

    Each holds `{train,test}_images.npy`, uint8 `[n, 28, 28]`: the first images of `clean` with
    the noise. It is independent of that of any noisy copy of the whole set, from kind to kind
    and from strength to strength.
    """
    counts = {"train": parameters.train_images, "test": parameters.test_images}
    noises = list(parameters.noises())
    rows = []
    with progress_bar("noises", total=len(noises)) as progress:
        for noise in noises:
            number = strength(noise)
            name = f"{noise.kind}_{number}"
            rows.append({"kind": noise.kind, "strength": number, "folder": name})
            (folder / name).mkdir()
            for split in SPLITS:
                # the space tells the noise's name from those of the entries of `noises:`
                images = open_images(clean, split)[: counts[split]]
                noisy = [
                    noisy_image(image, f"sweep {name}", noise, seed, split, index)
                    for index, image in enumerate(images)
                ]
                np.save(folder / name / f"{split}_images.npy", np.stack(noisy))
            progress.advance(BAR)
    pd.DataFrame(rows).to_csv(folder / INDEX, index=False)


def read_sweep(folder: Path) -> list[NoisyImages]:
    """All noisy images that `write_sweep` wrote, by kind and ascending strength."""
    rows = pd.read_csv(folder / INDEX).itertuples(index=False)
    return [
        NoisyImages(str(kind), float(number), folder / str(name)) for kind, number, name in rows
    ]


def example(sweep: list[NoisyImages]) -> NoisyImages:
    """The noisy images to show: Gaussian at 0.7, or what comes nearest."""
    kind, number = EXAMPLE
    return min(sweep, key=lambda noisy: (noisy.kind != kind, abs(noisy.strength - number)))
