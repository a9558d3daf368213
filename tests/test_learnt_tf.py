"""Learnt denoisers are scored on every noise of the ladder, in processes of their own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.baselines.learnt.learning import learn_linear, learn_posterior_mean
from mnist_autoencoders.baselines.learnt.parameters import LearntParameters
from mnist_autoencoders.baselines.learnt.scores import write_learnt_scores
from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.measures.pixels import as_bytes
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.read import NoisyImages, read_ladder
from mnist_autoencoders.noise_ladder.write import write_rungs
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

SCORES = ("mse", "psnr", "ssim")
PARAMETERS = LearntParameters.model_validate(
    {
        "linear": {"images": 50, "penalties": [0.01, 0.1]},
        "posterior_mean": {"images": 60, "kinds": ["gaussian"], "temperatures": [1, 2]},
    }
)


def ladder_of(clean: Path, folder: Path, train: int) -> list[NoisyImages]:
    strengths = {"gaussian": [0.2, 0.7], "tones": [1.0]}
    for kind, numbers in strengths.items():
        (folder / kind).mkdir(parents=True)
        noises = [noise_of(kind, number) for number in numbers]
        write_rungs(clean, folder / kind, noises, {"train": train, "test": 12}, seed=0)
    return read_ladder(folder, strengths)


def written(clean: Path, ladder: list[NoisyImages], folder: Path, processes: int) -> None:
    folder.mkdir()
    write_learnt_scores(clean, ladder, PARAMETERS, 5, folder, processes)


def test_every_noise_has_a_row_for_each_denoiser_of_its_kind(clean: Path, tmp_path: Path) -> None:
    ladder = ladder_of(clean, tmp_path, 10)
    written(clean, ladder, tmp_path / "out", 2)
    table = pd.read_csv(tmp_path / "out/scores.csv")
    assert table.columns.tolist() == ["kind", "strength", "method", "setting", *SCORES]
    assert table[["kind", "strength", "method"]].to_numpy().tolist() == [
        ["gaussian", 0.2, "linear"],
        ["gaussian", 0.2, "posterior_mean"],
        ["gaussian", 0.7, "linear"],
        ["gaussian", 0.7, "posterior_mean"],
        ["tones", 1.0, "linear"],
    ]
    originals = open_images(clean, "test")[:12]
    examples = np.load(tmp_path / "out/examples.npz")
    assert list(examples) == ["clean", "noisy", "linear", "posterior_mean"]
    np.testing.assert_array_equal(examples["clean"], originals[:10])
    np.testing.assert_array_equal(examples["noisy"], ladder[1].images("test")[:10])
    for noisy, (_, row) in zip(ladder, table[table["method"] == "linear"].iterrows()):
        setting, images = learn_linear(clean, noisy, PARAMETERS.linear, 5)
        scores = image_scores(originals, images)
        wanted = [setting, *(scores[name] for name in SCORES)]
        assert row[["setting", *SCORES]].tolist() == pytest.approx(wanted)
        if noisy == ladder[1]:
            np.testing.assert_array_equal(examples["linear"], as_bytes(images[:10]))
    setting, images = learn_posterior_mean(clean, ladder[1], PARAMETERS.posterior_mean)
    assert table.iloc[3][["setting", "psnr"]].tolist() == pytest.approx(
        [setting, image_scores(originals, images)["psnr"]]
    )
    np.testing.assert_array_equal(examples["posterior_mean"], as_bytes(images[:10]))


def test_where_the_ladder_takes_all_training_images_nothing_is_learnt(
    clean: Path, tmp_path: Path
) -> None:
    written(clean, ladder_of(clean, tmp_path, 200), tmp_path / "out", 1)
    table = pd.read_csv(tmp_path / "out/scores.csv")
    assert table.empty
    assert table.columns.tolist() == ["kind", "strength", "method", "setting", *SCORES]
