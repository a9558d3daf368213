"""How well a model takes away noise, of the kind it was trained on and of all others."""

from pathlib import Path

import pandas as pd

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.noise_ladder.read import NoisyImages
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar


def denoising_scores(network: Network, clean: Path, ladder: list[NoisyImages]) -> pd.DataFrame:
    """The scores of the model's reconstructions of the noisy test images, against the clean ones.

    A row for each noise of the ladder: kind, strength, mse, psnr (dB) and ssim, as in
    `image_scores`, on the same images as those of the filters' table.
    """
    rows = []
    with progress_bar("noises", total=len(ladder)) as progress:
        for noisy in ladder:
            images = noisy.images("test")
            originals = open_images(clean, "test")[: len(images)]
            scores = image_scores(originals, network.reconstruct(images))
            rows.append(
                {"kind": noisy.kind, "strength": noisy.strength}
                | {score: scores[score] for score in ("mse", "psnr", "ssim")}
            )
            progress.advance(BAR)
    return pd.DataFrame(rows)
