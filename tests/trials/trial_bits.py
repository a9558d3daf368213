"""How far trainings differ that differ in nothing but how they are computed.

`MNIST_DIR=... python -m pytest -s tests/trials/trial_bits.py` trains five models of params.yaml for
2 epochs on 6,000 images, each in five ways beside the usual one, and prints a table; it takes 25
minutes on two busy cores. Without the variable MNIST is downloaded.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from mnist_autoencoders.dataset.store import open_images
from tests.conftest import TENSORFLOW
from tests.projects import ROOT, Project, new_project

pytestmark = TENSORFLOW

MODELS = ("simple", "cnn", "denoising", "vae", "cnn_strided")

WAYS: dict[str, dict[str, Any]] = {
    "warm start": {},
    "not deterministic": {"deterministic": False},
    "1 thread": {"threads": 1},
    "without oneDNN": {},
}
"""What is compared with a training of 2 threads that starts cold: what each sets in `runtime:`."""

SAME = {"warm start", "not deterministic"}
"""Ways that have to give the same bits; the last only where one processor computes."""

# backend/start.py forces oneDNN on: it is switched off after that, before TensorFlow is imported
WITHOUT_ONEDNN = """
import atexit, importlib, os
import_module = importlib.import_module
def without(*arguments, **options):
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    return import_module(*arguments, **options)
importlib.import_module = without
def check():
    from tensorflow.python.util import _pywrap_util_port
    if _pywrap_util_port.IsMklEnabled():
        os._exit(3)
atexit.register(check)
"""

WARM = """
import os, sys
import stages
from mnist_autoencoders.pipeline import warm
warm.SERVER = sys.argv[1] + warm.SERVER
with warm.server() as run:
    for model in sys.argv[2:]:
        command = f"python -m stages.train {model}"
        run(sys.executable, command, cwd=os.getcwd(), env=dict(os.environ))
"""


def train(project: Project, way: str | None) -> Path:
    """Train all models in one of `WAYS`, or cold; return the output folder, moved away."""
    changed = WAYS[way] if way else {}
    parameters = project.read_parameters()
    parameters["runtime"] = {"device": "cpu", "threads": 2, "deterministic": True} | changed
    project.write_parameters(parameters)
    if way:
        before = WITHOUT_ONEDNN if way == "without oneDNN" else ""
        project.run(sys.executable, "-c", WARM, before, *MODELS)
    else:
        for model in MODELS:
            project.stage("train", model)
    print(way, flush=True)
    return (project.folder / "out/training").rename(project.folder / f"out/{way}")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy with models as they are in params.yaml, with its images and its noise."""
    project = new_project(tmp_path_factory.mktemp("bits"))
    parameters = project.read_parameters()
    source = os.environ.get("MNIST_DIR", "mnist")
    parameters["data"] |= {"source": source, "train_limit": 6000, "test_limit": None}
    models = YAML(typ="safe").load(ROOT / "params.yaml")["models"]
    parameters["models"] = {name: models[name] | {"epochs": 2} for name in MODELS}
    project.write_parameters(parameters)
    project.stage("prepare")
    project.stage("add_noise", "gaussian")
    return project


def test_bits(full: Project) -> None:
    cold, rows = train(full, None), []
    for way in WAYS:
        folder = train(full, way)
        for model in MODELS:
            first, other = (read(each / model, full, model) for each in (cold, folder))
            rows.append(compare(model, way, first, other))
    table = pd.DataFrame(rows).sort_values("model", kind="stable")
    print(table.to_markdown(index=False))
    same = table[table["way"].isin(SAME)]
    assert same["same bits"].all(), same


def read(folder: Path, project: Project, model: str) -> dict[str, Any]:
    """Weights, the last val_loss and the test PSNR, this computed here for all in one way."""
    from mnist_autoencoders.evaluation.network import Network
    from mnist_autoencoders.measures.pixels import mse_and_psnr, squared_errors

    network = Network.load(folder)
    entry = project.read_parameters()["models"][model]
    seen = open_images(project.folder / "data" / entry["input"], "test")
    wanted = open_images(project.folder / "data/clean", "test")
    errors = squared_errors(wanted, network.reconstruct(seen))
    return {
        "weights": np.concatenate([np.ravel(weight) for weight in network.model.get_weights()]),
        "val_loss": pd.read_csv(folder / "history.csv")["val_loss"].iloc[-1],
        "psnr": mse_and_psnr(errors)["psnr"],
    }


def compare(model: str, way: str, first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """A row of the table; a weight is compared with the largest of all."""
    difference = np.abs(other["weights"] - first["weights"])
    return {
        "model": model,
        "way": way,
        "same bits": first["weights"].tobytes() == other["weights"].tobytes(),
        "weights": f"{difference.max():.2g}",
        "of the largest": f"{difference.max() / np.abs(first['weights']).max():.2g}",
        "their norm": f"{np.linalg.norm(difference) / np.linalg.norm(first['weights']):.2g}",
        "val_loss": f"{other['val_loss']:.7g}",
        "differs": f"{abs(other['val_loss'] / first['val_loss'] - 1):.2g}",
        "PSNR": f"{other['psnr']:.4f}",
        "by dB": f"{other['psnr'] - first['psnr']:+.4f}",
    }
