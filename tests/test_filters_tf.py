"""Filters and models are scored on the same noisy test images, whatever the processes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.baselines.filters.curve import fit_curve
from mnist_autoencoders.baselines.filters.methods import METHODS, Method, unfiltered
from mnist_autoencoders.baselines.filters.scores import write_filter_scores
from mnist_autoencoders.baselines.filters.tools import methods_for
from mnist_autoencoders.baselines.filters.tuning import tune_and_apply
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.evaluation.denoising import denoising_scores
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.measures.pixels import Pixels, as_bytes, as_pixels
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.read import NoisyImages, read_ladder
from mnist_autoencoders.noise_ladder.write import write_rungs
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

SCORES = ("mse", "psnr", "ssim")
SETTINGS = {
    "median": [1.0, 3.0, 5.0],
    "gaussian": [0.0, 0.5, 1.0, 2.0],
    "stretch": [0.0, 0.1],
}
STRONG = 1
"""Position of Gaussian noise of 0.7, the example, in the ladder."""


@pytest.fixture
def ladder(clean: Path, tmp_path: Path) -> list[NoisyImages]:
    """Ten training and twelve test images under three noises."""
    strengths = {"gaussian": [0.2, 0.7], "tones": [1.0]}
    for kind, numbers in strengths.items():
        folder = tmp_path / kind
        folder.mkdir()
        noises = [noise_of(kind, number) for number in numbers]
        write_rungs(clean, folder, noises, {"train": 10, "test": 12}, seed=0)
    return read_ladder(tmp_path, strengths)


def scored(originals: Images, images: Pixels) -> list[float]:
    scores = image_scores(originals, images)
    return [scores[name] for name in SCORES]


def written(clean: Path, ladder: list[NoisyImages], folder: Path, processes: int) -> list[bytes]:
    folder.mkdir()
    write_filter_scores(clean, ladder, SETTINGS, folder, processes)
    return [(folder / name).read_bytes() for name in ("scores.csv", "examples.npz")]


def test_every_noise_has_a_row_unfiltered_and_by_each_tuned_filter(
    clean: Path, ladder: list[NoisyImages], tmp_path: Path
) -> None:
    written(clean, ladder, tmp_path / "out", 1)
    table = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert table.columns.tolist() == ["kind", "strength", "method", "setting", *SCORES]
    filters = ["none", "curve", "median", "median_curve", "gaussian", "gaussian_curve"]
    assert table[["kind", "strength", "method"]].to_numpy().tolist() == [
        [kind, strength, method]
        for kind, strength in (("gaussian", 0.2), ("gaussian", 0.7), ("tones", 1.0))
        for method in filters + (["stretch", "stretch_curve"] if kind == "tones" else [])
    ]
    originals = open_images(clean, "test")[:12]
    rows = iter(table.itertuples())
    for noisy in ladder:
        row = next(rows)
        assert np.isnan(row.setting)
        unfiltered = scored(originals, as_pixels(noisy.images("test")))
        assert [row.mse, row.psnr, row.ssim] == pytest.approx(unfiltered)
        row = next(rows)
        assert np.isnan(row.setting)
        train = noisy.images("train")
        curve = fit_curve(as_pixels(train), open_images(clean, "train")[: len(train)])
        curved = scored(originals, curve.apply(as_pixels(noisy.images("test"))))
        assert [row.mse, row.psnr, row.ssim] == pytest.approx(curved)
        for method, settings in SETTINGS.items():
            if method == "stretch" and noisy.kind != "tones":
                continue
            methods = methods_for(noisy.kind, noisy.strength)
            for setting, images in tune_and_apply(clean, noisy, methods[method], settings):
                row = next(rows)
                assert row.setting == setting
                assert [row.mse, row.psnr, row.ssim] == pytest.approx(scored(originals, images))
    strong = table[6:12].set_index("method")["psnr"]
    assert strong["median"] > strong["none"] + 2
    assert strong["gaussian_curve"] > strong["gaussian"] + 2


def test_the_examples_are_ten_images_under_the_tutorials_noise(
    clean: Path, ladder: list[NoisyImages], tmp_path: Path
) -> None:
    written(clean, ladder, tmp_path / "out", 1)
    examples = np.load(tmp_path / "out" / "examples.npz")
    expected = {"clean": open_images(clean, "test"), "noisy": ladder[STRONG].images("test")}
    plain = tune_and_apply(clean, ladder[STRONG], Method(unfiltered), [0.0])
    expected["curve"] = as_bytes(plain[1][1])
    for method in ("median", "gaussian"):
        tuned = tune_and_apply(clean, ladder[STRONG], METHODS[method], SETTINGS[method])
        (_, expected[method]), (_, expected[f"{method}_curve"]) = (
            (setting, as_bytes(images)) for setting, images in tuned
        )
    assert list(examples) == list(expected)
    for name, images in expected.items():
        assert examples[name].dtype == np.uint8
        np.testing.assert_array_equal(examples[name], images[:10])


def test_the_number_of_processes_changes_no_byte(
    clean: Path, ladder: list[NoisyImages], tmp_path: Path
) -> None:
    one, two = (written(clean, ladder, tmp_path / f"out-{n}", n) for n in (1, 2))
    assert one == two


def test_a_model_is_scored_on_the_images_that_filters_are(
    clean: Path, ladder: list[NoisyImages]
) -> None:
    network = Network(build_model(Dense(kind="dense", input="clean", code_size=4)))
    table = denoising_scores(network, clean, ladder)
    assert table.columns.tolist() == ["kind", "strength", *SCORES]
    assert list(table["kind"]) == ["gaussian", "gaussian", "tones"]
    assert list(table["strength"]) == [0.2, 0.7, 1.0]
    originals = open_images(clean, "test")[:12]
    for noisy, scores in zip(ladder, table[list(SCORES)].to_numpy().tolist()):
        assert scores == scored(originals, network.reconstruct(noisy.images("test")))
