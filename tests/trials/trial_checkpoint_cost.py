"""What checkpoints cost a training: `MNIST_DIR=... python -m pytest -s tests/trials/trial_ch*.py`.

Of models of params.yaml with few epochs, on MNIST where MNIST_DIR names its folder, else on the
5,000 digits that come with a package.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.dataset.store import write_images
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.sources.prepare import read_source
from mnist_autoencoders.training.checkpoint import Checkpoint, checkpoint_of
from mnist_autoencoders.training.task import Task
from mnist_autoencoders.training.train import train_model
from tests.conftest import TENSORFLOW
from tests.projects import ROOT

pytestmark = TENSORFLOW

AT_MOST = 0.02
"""Share of the training."""

EPOCHS = {"simple": 8, "stacked": 8, "vae": 8, "deep": 8, "cnn": 2, "cnn_strided": 3}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_images(folder, read_source(load_parameters(ROOT / "params.yaml").data, 0))
    return folder


@pytest.mark.parametrize("model", EPOCHS)
def test_the_cost(model: str, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    spent, calls = 0.0, 0

    def timed(method: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            nonlocal spent, calls
            start = time.perf_counter()
            method(*arguments)
            spent += time.perf_counter() - start
            calls += 1

        return call

    for name in ("save", "keep_picture"):
        monkeypatch.setattr(Checkpoint, name, timed(getattr(Checkpoint, name)))
    entry = load_parameters(ROOT / "params.yaml").models[model]
    entry = entry.model_copy(update={"epochs": EPOCHS[model]})
    keras.utils.set_random_seed(0)
    task = Task(model, entry, 0, clean, clean, Device("cpu", 2, entry.towers(2)))
    (tmp_path / "out").mkdir()
    start = time.perf_counter()
    with checkpoint_of(task, deterministic=True) as checkpoint:
        bound = time.perf_counter() - start
        history = train_model(task, tmp_path / "out", lambda *_: None, checkpoint)
    whole = time.perf_counter() - start
    epoch = history[-1].seconds
    print(
        f"\n{model}: {(spent + bound) / whole:.2%} of {whole:.1f} s ({epoch:.2f} s an epoch): "
        f"{1000 * spent:.0f} ms in {calls} calls, {1000 * bound:.0f} ms to find what is kept"
    )
    assert spent + bound < AT_MOST * whole
