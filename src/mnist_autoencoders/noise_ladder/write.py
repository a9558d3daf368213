"""Write the images of one kind of noise at every strength."""

from pathlib import Path

from mnist_autoencoders.dataset.store import SPLITS, open_images
from mnist_autoencoders.noise.noise import Noise
from mnist_autoencoders.noise_ladder.read import CARD
from mnist_autoencoders.noisy_images.write import write_noisy_images
from mnist_autoencoders.records import write_json


def write_rungs(
    clean: Path, folder: Path, noises: list[Noise], counts: dict[str, int], seed: int
) -> None:
    """Write `folder/{strength}/{train,test}_images.npy`, uint8 `[n, 28, 28]`, and a card.

    They are the first `counts[split]` images of `clean`. The noise is independent of that of
    any noisy copy of the whole set, from kind to kind and from strength to strength.
    """
    for noise in noises:
        rung = folder / str(noise.strength)
        rung.mkdir()
        # no entry of `noises:` can have a name with a space: their noise is another one
        name = f"sweep {noise.kind}_{float(noise.strength)}"
        for split in SPLITS:
            images = open_images(clean, split)[: counts[split]]
            write_noisy_images(images, rung, split, name, noise, seed)
    strengths = [noise.strength for noise in noises]
    write_json(folder / CARD, {"unit": noises[0].unit, "strengths": strengths})
