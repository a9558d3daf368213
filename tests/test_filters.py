"""Filters are tuned on training images and scored on test images, whatever the processes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.baselines.filters import scores as filter_scores
from mnist_autoencoders.baselines.filters.methods import METHODS
from mnist_autoencoders.baselines.filters.tuning import best_setting, tune_and_apply
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.evaluation.denoising import denoising_scores
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.figures import denoising as figures
from mnist_autoencoders.measures.pixels import as_pixels, mse_and_psnr, squared_errors
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import Dense
from mnist_autoencoders.noise_ladder.parameters import Strengths, SweepParameters
from mnist_autoencoders.noise_ladder.read import NoisyImages, read_sweep, write_sweep


@pytest.fixture
def sweep(clean: Path, tmp_path: Path) -> Path:
    """Twelve training and six test images under three noises."""
    strengths = Strengths(gaussian=[0.2, 0.7], tones=[1.0])
    folder = tmp_path / "sweep"
    folder.mkdir()
    write_sweep(
        clean, folder, SweepParameters(train_images=12, test_images=6, strengths=strengths), 0
    )
    return folder


@pytest.mark.parametrize("name", METHODS)
def test_the_tuned_setting_is_the_best_of_its_grid(name: str, clean: Path, sweep: Path) -> None:
    method = METHODS[name]
    originals = open_images(clean, "train")[:12]
    for noisy in read_sweep(sweep):
        images = noisy.images("train") / 255
        chosen = best_setting(method, originals, images)
        scores = {s: psnr(originals, method.apply(images, s)) for s in method.settings}
        assert chosen == max(scores, key=scores.get)
        assert scores[chosen] >= psnr(originals, images) - 0.01


@pytest.mark.parametrize("name", METHODS)
def test_every_image_is_filtered_alone(name: str, sweep: Path) -> None:
    images = read_sweep(sweep)[1].images("test") / 255
    method = METHODS[name]
    for setting in (method.settings[2], method.settings[-1]):
        together = method.apply(images, setting)
        assert together.shape == images.shape
        np.testing.assert_allclose(together[3:4], method.apply(images[3:4], setting), atol=1e-12)


def test_test_images_do_not_touch_the_setting(clean: Path, sweep: Path) -> None:
    noisy = read_sweep(sweep)[1]
    before, filtered = tune_and_apply(clean, noisy, METHODS["gaussian"])
    np.save(noisy.folder / "test_images.npy", np.zeros((3, 28, 28), np.uint8))
    after, blank = tune_and_apply(clean, noisy, METHODS["gaussian"])
    assert before == after > 0
    assert filtered.any()
    assert not blank.any()


def test_scores_of_filters_and_models(clean: Path, sweep: Path, tmp_path: Path) -> None:
    written = []
    for processes in (1, 2):
        folder = tmp_path / f"filters-{processes}"
        folder.mkdir()
        filter_scores.write_filter_scores(clean, sweep, folder, processes)
        written.append([(folder / name).read_bytes() for name in ("scores.csv", "examples.npz")])
    assert written[0] == written[1]

    table = pd.read_csv(folder / "scores.csv")
    assert len(table) == 3 * (len(METHODS) + 1)
    strong = table[(table["kind"] == "gaussian") & (table["strength"] == 0.7)].set_index("method")
    originals = open_images(clean, "test")[:6]
    noisy = NoisyImages("gaussian", 0.7, sweep / "gaussian_0.7").images("test")
    unfiltered = image_scores(originals, as_pixels(noisy))
    for score in ("mse", "psnr", "ssim"):
        assert strong.loc["none", score] == pytest.approx(unfiltered[score])
    assert strong.loc["median", "psnr"] > unfiltered["psnr"] + 2
    examples = np.load(folder / "examples.npz")
    assert list(examples) == ["clean", "noisy", *METHODS]
    np.testing.assert_array_equal(examples["noisy"], noisy)
    assert image_scores(originals, as_pixels(examples["median"]))["psnr"] == pytest.approx(
        strong.loc["median", "psnr"], abs=0.02
    )

    network = Network(build_model(Dense(kind="dense", input="clean", code_size=4)))
    models = denoising_scores(network, clean, sweep)
    assert list(models["kind"]) == ["gaussian", "gaussian", "tones"]
    wanted = image_scores(originals, network.reconstruct(noisy))
    for score in ("mse", "psnr", "ssim"):
        assert models.loc[1, score] == wanted[score]
    check_figures(table, models.assign(model="net"))


def psnr(originals: np.ndarray, images: np.ndarray) -> float:
    """Of uint8 images and their copies in [0, 1], in dB."""
    return mse_and_psnr(squared_errors(originals, images.clip(0, 1)))["psnr"]


def check_figures(filters: pd.DataFrame, models: pd.DataFrame) -> None:
    """What the figures show is what the tables hold."""
    bars = figures.scores_at(filters, models, "gaussian", 0.7).axes[0]
    names = [label.get_text() for label in bars.get_yticklabels()]
    shown = dict(zip(names, (patch.get_width() for patch in bars.patches), strict=True))
    assert shown["net"] == models.loc[1, "psnr"]
    assert list(shown.values()) == sorted(shown.values())
    assert {"noisy image", "total variation"} < set(shown)

    panel = figures.psnr_over_strength(filters, models).axes[0]
    lines = {line.get_label(): line.get_ydata() for line in panel.lines}
    np.testing.assert_array_equal(lines["net"], models["psnr"][:2])
    best = filters[filters["kind"] == "gaussian"].groupby("strength")["psnr"].max()
    np.testing.assert_allclose(lines["best filter (named)"], best, atol=0.06)

    cells = figures.psnr_by_noise(models, {"net": "clean images"}).axes[0]
    assert [text.get_text() for text in cells.texts] == [
        f"{models.loc[i, 'psnr']:.1f}" for i in (1, 2)
    ]
    assert cells.get_yticklabels()[0].get_text() == "net (clean images)"
