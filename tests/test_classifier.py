"""The classifier learns, records what it is worth, and its judgements mean what they say."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_autoencoders.classifier.parameters import ClassifierParameters
from mnist_autoencoders.classifier.train import build_classifier, train_classifier
from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.judge.frechet import Moments, frechet_distance
from mnist_autoencoders.judge.judge import Judge, Judging, Reading, Real, reading_scores
from mnist_autoencoders.judge.neighbourhoods import neighbourhood_scores
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

SMALL = ClassifierParameters(
    filters=[4, 8], features=16, dropout=0.1, learning_rate=0.01, batch_size=128, epochs=4
)
JUDGING = Judging(confident=0.8, sample=60, neighbours=3)
NAMES = ["top", "middle", "below", "nowhere"]


@pytest.fixture(scope="module")
def barred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """900 training and 100 test images: a bright bar at the top, amid or below."""
    folder = tmp_path_factory.mktemp("barred")
    labels = np.random.default_rng(1).integers(0, 3, 1000).astype(np.int16)
    images = np.random.default_rng(2).integers(0, 100, (1000, 28, 28), dtype=np.uint8)
    for label in range(3):
        images[labels == label, 2 + 9 * label : 8 + 9 * label] += 150
    # a few are named wrongly, so that none of the figures is a round one
    labels[::45], labels[960:] = (labels[::45] + 1) % 3, labels[960:] // 2
    split = (images[:900], images[900:], labels[:900], labels[900:])
    write_images(folder, ImageSet("bars", *split, NAMES))
    return folder


@pytest.fixture(scope="module")
def classifier(barred: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a classifier of `barred`."""
    folder = tmp_path_factory.mktemp("classifier")
    train_small(barred, folder)
    return folder


def train_small(images: Path, folder: Path) -> dict:
    """Train as in a new process, where Keras begins to number the layers."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    return train_classifier(images, SMALL, JUDGING, folder)


def test_the_same_training_writes_the_same_bytes(
    barred: Path, classifier: Path, tmp_path: Path
) -> None:
    record = train_small(barred, tmp_path)
    for path in classifier.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    written = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert written["test"]["scores"] == pytest.approx(record["test"]["scores"], rel=1e-8)
    assert (
        written["model_sha256"] == sha256((tmp_path / "classifier.keras").read_bytes()).hexdigest()
    )


def test_the_record_says_what_the_classifier_is_worth(barred: Path, classifier: Path) -> None:
    record = json.loads((classifier / "record.json").read_text(encoding="utf-8"))
    model = keras.models.load_model(classifier / "classifier.keras")
    assert int(model.optimizer.iterations) == 8 * 4  # steps of 128 of 900 images, epochs
    schedule = model.optimizer.get_config()["learning_rate"]
    assert schedule["class_name"] == "CosineDecay"
    assert schedule["config"]["initial_learning_rate"] == pytest.approx(0.01)
    assert schedule["config"]["decay_steps"] == 8 * 4
    statistics = np.load(classifier / "statistics.npz")
    features = keras.Model(model.inputs, model.get_layer("features").output)
    assert 0.9 < record["train_accuracy"] != record["accuracy"] > 0.6
    some = np.load(barred / "test_images.npy")[spread(100, 60)]
    moments = Moments(statistics["test_mean"], statistics["test_covariance"])
    real = Real(moments, features.predict(some))
    for split, accuracy in [("train", "train_accuracy"), ("test", "accuracy")]:
        images, labels = (np.load(barred / f"{split}_{kind}.npy") for kind in ("images", "labels"))
        seen, certain = features.predict(images), model.predict(images)
        assert record[accuracy] == pytest.approx(np.mean(certain.argmax(axis=1) == labels))
        np.testing.assert_allclose(statistics[f"{split}_mean"], seen.mean(axis=0), rtol=1e-4)
        covariance = np.cov(seen.T, bias=True)
        np.testing.assert_allclose(statistics[f"{split}_covariance"], covariance, atol=1e-4)
        scores = reading_scores(Reading(seen, certain), real, JUDGING)
        assert record[split]["scores"] == pytest.approx(scores, rel=1e-3, abs=1e-6)
        counts = {name: int(np.sum(labels == label)) for label, name in enumerate(NAMES)}
        assert record[split]["counts"] == counts
    assert 0 < record["train"]["scores"]["frechet"] < 10
    assert 0.5 < record["train"]["scores"]["precision"] <= 1
    assert record["test"]["scores"]["coverage"] == 1


def test_the_network_is_the_one_of_its_parameters() -> None:
    model = build_classifier(SMALL, 3)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [4, 8]
    assert [layer.kernel_size for layer in convolutions] == [(3, 3), (3, 3)]
    assert {layer.activation.__name__ for layer in convolutions} == {"relu"}
    (dropped,) = (layer for layer in model.layers if isinstance(layer, keras.layers.Dropout))
    assert dropped.rate == 0.1
    features, named = model.layers[-2:]
    assert (features.units, features.activation.__name__) == (16, "relu")
    assert (named.units, named.activation.__name__) == (3, "softmax")
    assert features.input.shape == (None, 5 * 5 * 8)
    assert float(model.layers[0](np.full((1, 28, 28), 255))[0, 0, 0]) == pytest.approx(1)


def test_without_labels_there_is_no_classifier_and_no_judge(clean: Path, tmp_path: Path) -> None:
    folder = tmp_path / "classifier"
    folder.mkdir()
    assert train_classifier(clean, SMALL, JUDGING, folder) == {"accuracy": None}
    assert [path.name for path in folder.iterdir()] == ["record.json"]
    assert json.loads((folder / "record.json").read_text("utf-8")) == {"accuracy": None}
    assert Judge.load(folder, np.load(clean / "test_images.npy"), JUDGING) is None


def test_training_images_of_one_class_train_no_classifier(barred: Path, tmp_path: Path) -> None:
    shutil.copytree(barred, tmp_path / "one")
    labels = np.load(barred / "train_labels.npy")
    np.save(tmp_path / "one/train_labels.npy", np.ones_like(labels))
    assert train_classifier(tmp_path / "one", SMALL, JUDGING, tmp_path) == {"accuracy": None}
    assert Judge.load(tmp_path, np.load(barred / "test_images.npy"), JUDGING) is None


def test_a_classifier_of_no_numbers_is_refused(barred: Path, tmp_path: Path) -> None:
    wild = SMALL.model_copy(update={"learning_rate": 1e38})
    with pytest.raises(UserError, match=r"no numbers: lower classifier\.learning_rate"):
        train_classifier(barred, wild, JUDGING, tmp_path)


def test_real_images_are_judged_better_than_noise(barred: Path, classifier: Path) -> None:
    images = np.load(barred / "test_images.npy")
    judge = Judge.load(classifier, images, JUDGING)
    assert judge is not None
    real = judge.scores(images)
    record = json.loads((classifier / "record.json").read_text(encoding="utf-8"))
    assert real == pytest.approx(record["test"]["scores"], rel=1e-5, abs=1e-6)
    assert real["frechet"] == pytest.approx(0, abs=1e-4)
    noise = judge.scores(np.random.default_rng(0).integers(0, 256, (100, 28, 28), np.uint8))
    assert noise["frechet"] > 10


@pytest.mark.parametrize(
    ("mean", "covariance", "distance"),
    [
        ([0, 0], [[1, 0], [0, 4]], 0),
        ([3, 4], [[9, 0], [0, 4]], 25 + (1 - 3) ** 2),
        ([0, 0], [[1, 0], [0, 0]], 4),
        ([0, 1], [[0, 0], [0, 0]], 1 + 1 + 4),
        # they do not commute: for 2x2 matrices tr(M^(1/2))^2 = tr M + 2 det(M)^(1/2)
        ([0, 0], [[2, 1], [1, 3]], 5 + 5 - 2 * np.sqrt(14 + 2 * np.sqrt(20))),
    ],
)
def test_frechet_distance_of_known_normal_distributions(
    mean: list[float], covariance: list[list[float]], distance: float
) -> None:
    one = Moments(np.zeros(2), np.diag([1.0, 4.0]))
    other = Moments(np.array(mean, np.float64), np.array(covariance, np.float64))
    assert frechet_distance(one, other) == pytest.approx(distance, abs=1e-9)
    assert frechet_distance(other, one) == pytest.approx(distance, abs=1e-9)


def test_moments_are_the_most_likely_ones_and_few_values_have_them_too() -> None:
    moments = Moments.of(np.array([[0, 1], [2, 1], [4, 4]], np.float32))
    np.testing.assert_allclose(moments.mean, [2, 2])
    np.testing.assert_allclose(moments.covariance, [[8 / 3, 2], [2, 2]], rtol=1e-6)
    few = Moments.of(np.random.default_rng(0).normal(size=(5, 64)))
    assert 0 <= frechet_distance(few, few) < 1e-9


@pytest.mark.parametrize(
    ("classes", "balance"), [([0, 0, 0, 0], 0.0), ([0, 0, 3, 3], 0.5), ([0, 1, 2, 3], 1.0)]
)
@pytest.mark.parametrize(("confident", "share"), [(0.75, 0.75), (0.76, 0.5), (1.0, 0.25)])
def test_scores_of_a_reading(
    classes: list[int], balance: float, confident: float, share: float
) -> None:
    certainty = np.array([0.55, 0.75, 0.9, 1.0], np.float32)
    probabilities = np.repeat((1 - certainty)[:, np.newaxis] / 3, 4, axis=1)
    probabilities[np.arange(4), classes] = certainty
    features = np.array([[0, 0], [0, 2], [2, 0], [2, 2]], np.float32)
    moments = Moments(np.array([1.0, 4.0]), np.diag([4.0, 1.0]))
    real = Real(moments, np.array([[0, 0], [1, 0], [9, 9]], np.float32))
    scores = reading_scores(Reading(features, probabilities), real, Judging(confident, 3, 2))
    # of the four, the first three are compared
    near = neighbourhood_scores(real.features, features[:3], 2)
    assert scores == pytest.approx(
        {"confidence": 0.8, "confident": share, "balance": balance, "frechet": 9 + 1} | near
    )


def test_a_single_class_is_always_in_balance() -> None:
    features, certain = np.zeros((2, 2), np.float32), np.ones((2, 1), np.float32)
    real = Real(Moments.of(features), features)
    scores = reading_scores(Reading(features, certain), real, Judging(0.9, 2, 1))
    apart = {"precision": 1, "recall": 1, "density": 2, "coverage": 1}
    assert scores == {"confidence": 1, "confident": 1, "balance": 1, "frechet": 0} | apart
