"""The noisy images that all denoisers are compared on, as one finds them on disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mnist_autoencoders.dataset.store import Images, Split, open_images
from mnist_autoencoders.records import read_json

CARD = "ladder.json"
EXAMPLE = ("gaussian", 0.7)
"""The noise of the denoising autoencoder in the tutorials."""


@dataclass(frozen=True)
class NoisyImages:
    """The first images of both splits under one kind of noise at one strength.

    `unit` says what the strength is.
    """

    kind: str
    strength: float
    unit: str
    folder: Path

    def images(self, split: Split) -> Images:
        """Those of one split, memory-mapped: uint8 `[n, 28, 28]`."""
        return open_images(self.folder, split)


def read_ladder(folder: Path, kinds: Iterable[str]) -> list[NoisyImages]:
    """All noisy images of these kinds, by kind and ascending strength."""
    cards = {kind: read_json(folder / kind / CARD, "unit", "strengths") for kind in kinds}
    return [
        NoisyImages(kind, strength, card["unit"], folder / kind / str(strength))
        for kind, card in cards.items()
        for strength in card["strengths"]
    ]


def example(ladder: list[NoisyImages]) -> NoisyImages:
    """The noisy images to show: Gaussian at 0.7, or what comes nearest."""
    kind, number = EXAMPLE
    return min(ladder, key=lambda noisy: (noisy.kind != kind, abs(noisy.strength - number)))
