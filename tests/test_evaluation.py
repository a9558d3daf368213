"""Every figure and file of an evaluation: a known network on known images."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.binarise import binarise
from mnist_autoencoders.components.pca import Components, write_components
from mnist_autoencoders.dataset.store import Card, Images, ImageSet, Labels, write_images
from mnist_autoencoders.evaluation.denoising import denoising_scores
from mnist_autoencoders.evaluation.evaluate import PlaneSample, Sources, evaluate_model
from mnist_autoencoders.evaluation.generation import Draws, generate
from mnist_autoencoders.evaluation.likelihood import likelihood_bounds
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.evaluation.parameters import EvaluationParameters
from mnist_autoencoders.evaluation.specificity import specificity
from mnist_autoencoders.judge.judge import Judge, Judging
from mnist_autoencoders.measures.codes import code_scores
from mnist_autoencoders.measures.compression import rate_distortion
from mnist_autoencoders.measures.pixels import Pixels
from mnist_autoencoders.measures.planes import plane_scores
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.measures.sparsity import sparsity_scores
from mnist_autoencoders.noise_ladder.read import NoisyImages
from tests.conftest import TENSORFLOW
from tests.test_generation import first_pixels, write_classifier

pytestmark = TENSORFLOW

PARAMETERS = EvaluationParameters(
    probe_images=14,
    sample=11,
    near_zero=0.4,
    active_variance=0.05,
    confident=0.6,
    neighbours=3,
    code_bits=[1, 3],
    generated=120,
    mixture=2,
    prdc_neighbours=4,
    importance_samples=4,
)
PLANE = PlaneSample(images=10, neighbours=2)
SEED = 6
COUNTS = {"train": 20, "test": 13}
Values = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A model to evaluate: what it is, what it sees, and whether the images have labels."""

    size: int
    noisy: bool
    labelled: bool
    variational: bool
    loss: str = "binary_crossentropy"
    binarised: bool = False


CASES = [
    Case(2, True, True, False),
    Case(2, True, False, True),
    Case(9, True, True, False),
    Case(2, False, True, True),
    Case(2, False, False, False),
    Case(3, False, True, True, "mean_squared_error"),
    Case(9, False, False, True),
    Case(2, False, False, True, binarised=True),
    Case(9, False, True, False),
]


@dataclass(frozen=True)
class Known:
    """What an evaluation reads, from which all that it has to find follows."""

    network: Network
    clean: dict[str, Images]
    seen: dict[str, Images]
    labels: dict[str, Labels | None]
    rungs: dict[tuple[str, float], Images]
    card: Card


def images_of(count: int, seed: int) -> Images:
    """Images whose first row is random, with 51 (a code of 0.4) and 0 in it, on mild stripes."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0] = np.random.default_rng(seed).choice([0, 51, 90, 140, 255], (count, 28))
    images[:, 1:] = 5 * np.arange(27)[:, np.newaxis]
    return images


def outputs_of(images: Images, size: int) -> Pixels:
    """What `first_pixels` makes of images."""
    outputs = np.zeros(images.shape, np.float32)
    outputs[:, 0, :size] = images[:, 0, :size] / np.float32(510)
    return outputs


def codes_of(images: Images, size: int) -> np.ndarray:
    return images[:, 0, :size] / np.float32(255) * 2


def write_sources(case: Case, folder: Path) -> tuple[Sources, Known]:
    """The files that an evaluation reads, below `folder`, and what is in them."""
    for name in ("clean", "trained", "pca", "noisy"):
        (folder / name).mkdir()
    network = first_pixels(case.size, case.variational)
    network.save(folder / "trained" / "model.keras")
    clean = {split: images_of(count, count) for split, count in COUNTS.items()}
    labels: dict[str, Labels | None] = {
        split: (images[:, 0, 0] > 60).astype(np.int16) if case.labelled else None
        for split, images in clean.items()
    }
    image_set = ImageSet("known", clean["train"], clean["test"], *labels.values(), ["a", "b"])
    card = write_images(folder / "clean", image_set)
    seen = {split: images_of(count, count + 1) for split, count in COUNTS.items()}
    for split, images in seen.items():
        np.save(folder / "noisy" / f"{split}_images.npy", images)
    # components are pixels from the third on, and the mean is grey
    axes = np.eye(784, dtype=np.float32)[2:10]
    pca = Components(np.full(784, 0.25, np.float32), axes, np.ones(8, np.float32))
    write_components(folder / "pca" / "pca.npz", pca)
    ladder, rungs = [], {}
    for kind, strength, count in [("blur", 1.0, 9), ("gaussian", 0.5, 12), ("gaussian", 2.0, 8)]:
        ladder.append(NoisyImages(kind, strength, "", folder / f"{kind}{strength}"))
        ladder[-1].folder.mkdir()
        rungs[kind, strength] = images_of(count, count)
        np.save(ladder[-1].folder / "test_images.npy", rungs[kind, strength])
        np.save(ladder[-1].folder / "train_images.npy", images_of(count, 0))
    sources = Sources(
        trained=folder / "trained",
        clean=folder / "clean",
        inputs=folder / ("noisy" if case.noisy else "clean"),
        ladder=ladder,
        classifier=write_classifier(folder / "classifier"),
        pca=folder / "pca",
    )
    seen = seen if case.noisy else clean
    return sources, Known(Network(network), clean, seen, labels, rungs, card)


def expected_of_all(case: Case, known: Known) -> tuple[Values, Values]:
    """The figures and files that every model has."""
    size, clean, seen = case.size, known.clean, known.seen
    train, test = (known.labels[split] for split in ("train", "test"))
    outputs, codes = outputs_of(seen["test"], size), codes_of(seen["test"], size)
    train_codes, train = codes_of(seen["train"][:14], size), None if train is None else train[:14]
    components = np.full((COUNTS["test"], 784), 0.25, np.float32)
    kept = slice(2, 2 + min(size, 8))
    components[:, kept] = seen["test"].reshape(-1, 784)[:, kept] / 255
    figures = {
        "data": {"name": "known", "train": 20, "test": 13, "sha256": known.card.sha256},
        **image_scores(clean["test"], outputs),
        "code_size": size,
        "pixels_per_code_value": 784 / size,
        "code_mean": float(codes.mean()),
        # 51 is a code of 0.4, which is not below 0.4
        "code_near_zero": float(np.mean(seen["test"][:, 0, :size] == 0)),
        "parameters": 4321,
        "codes": sparsity_scores(codes)
        | code_scores(train_codes, train, codes, test, 3, 11, 0.05, SEED),
        "pca": image_scores(clean["test"], components.reshape(-1, 28, 28)),
    }
    files: Values = {
        "codes.npy": codes,
        "reconstructions.npy": np.rint(outputs * 255).astype(np.uint8),
        "first_layer.npy": 2 * np.eye(784, size, dtype=np.float32),
    }
    if size == 2:
        part = [0, 1, 2, 3, 5, 6, 7, 9, 10, 11]  # ten of thirteen
        files["planes.npz"] = {"code": codes[part]}
        named = None if test is None else test[part]
        figures["planes"] = plane_scores(files["planes.npz"], named, 2, 11, SEED)
    return figures, files


def expected_of_noisy(case: Case, known: Known) -> tuple[Values, Values]:
    """What a model of noisy images has besides."""
    clean, seen = known.clean["test"], known.seen["test"]
    rows = []
    for (kind, strength), rung in known.rungs.items():
        scores = image_scores(clean[: len(rung)], outputs_of(rung, case.size))
        kept = {score: scores[score] for score in ("mse", "psnr", "ssim")}
        rows.append({"kind": kind, "strength": strength} | kept)
    shown = outputs_of(known.rungs["gaussian", 0.5][:10], case.size)
    return {"input": image_scores(clean, seen / np.float32(255))}, {
        "seen.npy": seen[:10],
        "denoising.csv": pd.DataFrame(rows),
        "denoised.npy": np.rint(shown * 255).astype(np.uint8),
    }


def expected_of_clean(case: Case, known: Known, classifier: Path) -> tuple[Values, Values]:
    """What a model of clean images has besides."""
    size, network, originals = case.size, known.network, known.clean["test"]
    train_codes, codes = codes_of(known.clean["train"][:14], size), codes_of(originals, size)
    strange = specificity(lambda images: outputs_of(images, size), originals, 11, SEED)
    judge = Judge.load(classifier, originals, Judging(0.6, 11, 4))
    drawn = judge, case.variational, Draws(120, 2), SEED
    made = generate(network, train_codes, codes, known.labels["test"], *drawn)
    aurocs = dict(zip(strange.table["set"], strange.table["auroc"]))
    others = ["rotated", "inverted", "flower", "temple", "noise"]
    figures = {"auroc": {name: aurocs[name] for name in others}, "generation": made.scores}
    if case.variational and case.loss == "binary_crossentropy":
        shown = binarise(originals, 0, 0) if case.binarised else originals
        figures["likelihood"] = likelihood_bounds(network.model, shown, 4, SEED)
    return figures, {
        "compression.csv": rate_distortion(
            network.decode, train_codes, codes, originals, [1, 3], 11
        ),
        "specificity.csv": strange.table,
        "specificity.npz": strange.examples,
        "pictures.npz": made.pictures,
    }


def assert_alike(found: Any, expected: Any, name: str = "figures") -> None:
    """Nested figures, arrays or tables of the same keys in the same order, and close values."""
    if isinstance(expected, dict):
        assert list(found) == list(expected), name
        for key, value in expected.items():
            assert_alike(found[key], value, f"{name}: {key}")
    elif isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, rtol=1e-4, obj=name)
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype, name
        np.testing.assert_allclose(found, expected, rtol=1e-5, err_msg=name)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-9), name
    else:
        assert found == expected, name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_figures_and_files_follow_from_the_network_and_the_images(
    case: Case, tmp_path: Path
) -> None:
    sources, known = write_sources(case, tmp_path)
    figures, files = expected_of_all(case, known)
    if case.noisy:
        more = expected_of_noisy(case, known)
        table = denoising_scores(known.network, sources.clean, sources.ladder)
        assert_alike(table, more[1]["denoising.csv"])
    else:
        more = expected_of_clean(case, known, sources.classifier)
    settings = {
        "variational": {"beta": 1.0} if case.variational else None,
        "loss": case.loss,
        "binarised": case.binarised,
    }
    record = {"count_parameters": 4321, "parameters": settings}
    folder = tmp_path / "out"
    folder.mkdir()
    found = evaluate_model(sources, record, PARAMETERS, PLANE, SEED, folder)
    assert_alike(found, figures | more[0])
    expected = files | more[1]
    assert {path.name for path in folder.iterdir()} == set(expected)
    for name, content in expected.items():
        path = folder / name
        written = pd.read_csv(path) if path.suffix == ".csv" else np.load(path)
        assert_alike(dict(written) if path.suffix == ".npz" else written, content, name)
