"""How far pictures are from the training images: errors, beside those on the test images."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.components.pca import Components, reconstruct
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import Pixels, as_bytes, as_pixels, squared_errors
from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.stagecraft.layout import DATA, EVALUATION, PCA
from mnist_autoencoders.use.model import Found

FAR = 0.999
"""Share of the test images from which on a picture that is further away is told of."""

COMPONENTS = 32
"""Principal components of the training images that a denoised digit is made of, but for a rest."""

Errors = NDArray[np.float64]


@dataclass(frozen=True)
class Likeness:
    """The errors of a model on test images, ascending: float64 `[n]`.

    `own` are the squared errors of the reconstructions of what the model saw. A denoiser's are of
    the noise for the most part; so `rests` are those of what it made of them, rendered by the
    principal `components` of the training images, and `larger` the larger of the two shares that
    `nearer` finds, of the test images themselves. These are None for other models.
    """

    own: Errors
    rests: Errors | None = None
    components: Components | None = None
    larger: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, seen: Images, made: Images, components: Components | None = None) -> "Likeness":
        """Of what a model made of test images that it saw, both uint8 `[n, 28, 28]`.

        With `components` it is that of a denoiser.
        """
        errors = squared_errors(seen, as_pixels(made))
        own = np.sort(errors)
        if components is None:
            return cls(own)
        further = _rests(components, made)
        rests = np.sort(further)
        larger = np.sort(np.maximum(_below(own, errors), _below(rests, further)))
        return cls(own, rests, components, larger)

    def nearer(self, images: Images, outputs: Pixels) -> NDArray[np.float64]:
        """The share of test images nearer to the training images than each image: `[n]`, 0 to 1.

        `images` are uint8 `[n, 28, 28]`, `outputs` what the model made of them, float alike.
        """
        made = as_bytes(outputs)
        shares = _below(self.own, squared_errors(images, as_pixels(made)))
        if self.components is None or self.rests is None or self.larger is None:
            return shares
        # of two shares one is large twice as often
        shares = np.maximum(shares, _below(self.rests, _rests(self.components, made)))
        return _below(self.larger, shares)


def likeness_of(model: Found) -> Likeness | None:
    """The errors of a model on its test images; None where its evaluation is not there."""
    if model.origin is None or model.record is None:
        return None
    seen_as = model.record["parameters"]["input"]
    seen = model.origin.array(DATA / seen_as / "test_images.npy")
    made = model.origin.array(EVALUATION / model.origin.name / "reconstructions.npy")
    if seen is None or made is None or seen.shape != made.shape:
        return None
    content = model.origin.read(PCA / "pca.npz") if seen_as != "clean" else None
    if content is None:
        return Likeness.of(seen, made)
    with intact(PCA / "pca.npz", content), np.load(io.BytesIO(content)) as arrays:
        components = Components(**arrays)
    return Likeness.of(seen, made, components)


def _rests(components: Components, images: Images) -> Errors:
    return squared_errors(images, reconstruct(components, images, COMPONENTS))


def sentence(share: float) -> str:
    """What is said of a picture: never more than was measured."""
    if share >= 1:
        return "further from the training images than all test images"
    percent = np.floor(1000 * share) / 10
    return f"further from the training images than {percent:.1f} % of the test images"


def _below(ascending: Errors, errors: Errors) -> NDArray[np.float64]:
    return np.searchsorted(ascending, errors) / len(ascending)
