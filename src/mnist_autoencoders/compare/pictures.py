"""What the models of two revisions make of the same test digits."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mnist_autoencoders.compare.revision import Revision
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.montage import montage
from mnist_autoencoders.networks.apply import apply_network, load_model

SHOWN = 20
"""Test images."""

COLUMNS = 10


@dataclass(frozen=True)
class Reconstructions:
    """Images uint8 `[n, 28, 28]`: the clean ones, what each model saw, and what it made of that."""

    clean: Images
    inputs: dict[str, Images]
    outputs: dict[str, Images]

    def rows(self) -> list[Images]:
        """Clean, then the inputs that are others, then the outputs: A before B."""
        seen: list[Images] = []
        for images in self.inputs.values():
            if not any(np.array_equal(images, other) for other in (self.clean, *seen)):
                seen.append(images)
        return [self.clean, *seen, *self.outputs.values()]

    def save(self, path: Path) -> None:
        """Write all rows as one PNG."""
        montage(self.rows(), COLUMNS).save(path)


def reconstruct(model: str, a: Revision, b: Revision, numbers: np.ndarray) -> Reconstructions:
    """The test images of these numbers through a model of both revisions."""
    clean = a.array("data/clean/test_images.npy")[numbers]
    inputs, outputs = {}, {}
    for side, revision in (("a", a), ("b", b)):
        path = f"{revision.input_of(model)}/test_images.npy"
        images = revision.array(path)[numbers]
        with TemporaryDirectory() as folder:
            file = Path(folder) / "model.keras"
            file.write_bytes(revision.content(f"out/training/{model}/model.keras"))
            network = load_model(file, compiled=False)
        scaled = images[..., None].astype(np.float32) / 255
        made = apply_network(network, scaled)[0].reshape(-1, *clean.shape[1:])
        inputs[side] = images
        outputs[side] = np.rint(255 * made.clip(0, 1)).astype(np.uint8)
    return Reconstructions(clean, inputs, outputs)


def evenly(count: int) -> np.ndarray:
    """The numbers of `SHOWN` of so many images, or of all."""
    return np.unique(np.linspace(0, count - 1, min(SHOWN, count)).round().astype(int))
