"""What the classifier makes of images: whether they look like some class, and like the data."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.stats import entropy

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.judge.frechet import Moments, frechet_distance
from mnist_autoencoders.judge.neighbourhoods import Features, neighbourhood_scores
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.networks.apply import apply_network, load_model
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.intact import intact


@dataclass(frozen=True)
class Reading:
    """What the classifier computes of n images.

    `features` is float32 `[n, features]`, `probabilities` float32 `[n, classes]`.
    """

    features: Features
    probabilities: NDArray[np.float32]

    @property
    def classes(self) -> NDArray[np.intp]:
        """The most probable class of each image, `[n]`."""
        return self.probabilities.argmax(axis=1)

    @property
    def finite(self) -> bool:
        """Whether all of it are numbers."""
        return bool(np.isfinite(self.features).all() and np.isfinite(self.probabilities).all())


@dataclass(frozen=True)
class Judging:
    """How images are judged.

    `confident` is the probability from which on an image is recognised; `sample` real images and
    as many judged ones are compared by the balls of their nearest `neighbours`.
    """

    confident: float
    sample: int
    neighbours: int


@dataclass(frozen=True)
class Real:
    """The features of real test images: the moments of all, and those of some, `[n, features]`."""

    moments: Moments
    features: Features


@dataclass(frozen=True)
class Judge:
    """The `reader` of a trained classifier, and its features of real test images."""

    model: keras.Model
    real: Real
    judging: Judging

    @classmethod
    def load(cls, folder: Path, test_images: Images, judging: Judging) -> "Judge | None":
        """The classifier in its output folder; None where the images had no labels.

        Of `test_images`, uint8 `[n, 28, 28]`, `judging.sample` are read, evenly spread.
        """
        if read_json(folder / "record.json", "accuracy")["accuracy"] is None:
            return None
        model = reader(load_model(folder / "classifier.keras", compiled=False))
        path = folder / "statistics.npz"
        with intact(path), np.load(path) as statistics:
            moments = Moments(statistics["test_mean"], statistics["test_covariance"])
        part = spread(len(test_images), judging.sample)
        real = Real(moments, read_images(model, test_images[part]).features)
        return cls(model, real, judging)

    def scores(self, images: Images) -> dict[str, float]:
        """Scores of generated images, uint8 `[n, 28, 28]`; see `reading_scores`."""
        return reading_scores(read_images(self.model, images), self.real, self.judging)


def reader(classifier: keras.Model) -> keras.Model:
    """The same network with two outputs: features and probabilities."""
    outputs = [classifier.get_layer("features").output, *classifier.outputs]
    return keras.Model(classifier.inputs, outputs)


def read_images(model: keras.Model, images: Images) -> Reading:
    """What the `reader` of a classifier computes of images, uint8 `[n, 28, 28]`."""
    features, probabilities = apply_network(model, images)
    return Reading(features, probabilities)


def reading_scores(reading: Reading, real: Real, judging: Judging) -> dict[str, float]:
    """Scores of the images behind a reading.

    - `confidence`: probability of the most probable class, mean over the images
    - `confident`: share of the images where it is at least `judging.confident`
    - `balance`: entropy of the shares of the most probable classes, relative to that of equal
      shares: 1 if all classes appear equally often, 0 if only one does
    - `frechet`: Frechet distance of the features from the moments of `real`
    - `precision`, `recall`, `density`, `coverage`: see `neighbourhood_scores`; of `judging.sample`
      images, evenly spread, and the features of `real`
    """
    part = spread(len(reading.features), judging.sample)
    certainty = reading.probabilities.max(axis=1)
    classes = reading.probabilities.shape[1]
    counts = np.bincount(reading.classes, minlength=classes)
    return {
        "confidence": float(np.mean(certainty, dtype=np.float64)),
        "confident": float(np.mean(certainty >= judging.confident)),
        "balance": float(entropy(counts, base=classes)) if classes > 1 else 1.0,
        "frechet": frechet_distance(Moments.of(reading.features), real.moments),
        **neighbourhood_scores(real.features, reading.features[part], judging.neighbours),
    }
