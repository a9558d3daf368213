"""Make the example of an old version that `tests/test_old.py` reads: `python make.py FOLDER`.

It runs in a clone of that version, whose shrunk pipeline it runs on 50 digits, and copies what is
kept between versions: params.yaml, outputs of two models, tables, a card, and the MLflow store
without its artifacts. What was made by the version of commit 4bbb84d lies beside this file.
"""

import gzip
import shutil
import socket
import sqlite3
import sys
import tempfile
from pathlib import Path

# the working folder is the clone, and these are its own tests
sys.path[:0] = ["src", "."]

from tests.projects import Project, new_project

KEPT = (
    "params.yaml",
    "data/clean",
    "data/gaussian/noise.json",
    "data/gaussian/test_images.npy",
    "out/training",
    "out/evaluation/simple",
    "out/evaluation/denoising/reconstructions.npy",
    "reports/metrics",
    "reports/timings",
    "reports/tables",
)


def shrink(project: Project) -> None:
    """One tiny dense model, and one tiny convolutional model that takes noise away."""
    parameters = project.read_parameters()
    parameters["data"] |= {"train_limit": 50, "test_limit": 20}
    parameters["noises"]["gaussian"] = {"kind": "gaussian", "factor": 0.7}
    models = parameters["models"]
    parameters["models"] = {name: models[name] for name in ("simple", "denoising")}
    for model in parameters["models"].values():
        model |= {"batch_size": 10, "epochs": 20}
    # without a state of the optimizer the file is a third as large
    small = {"hidden": [], "code_size": 2, "optimizer": "sgd", "learning_rate": 5.0}
    parameters["models"]["simple"] |= small
    parameters["replicas"]["dense"]["seeds"] = []
    parameters["embedding"]["images"] = 20
    project.write_parameters(parameters)
    project.commit("an old example")


def copy(project: Path, folder: Path) -> None:
    """What is kept, without what is large and of no use to a reader of another version."""
    left_out = shutil.ignore_patterns("epochs", "*.npz", "first_layer.npy", "train_*")
    for name in KEPT:
        source, target = project / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=left_out)
        else:
            shutil.copy(source, target)
    with sqlite3.connect(project / "mlflow.db") as store:
        statements = "\n".join(store.iterdump())
    # of the machine that it was made on nothing is kept
    for word in (str(project), socket.gethostname()):
        statements = statements.replace(word, "/old")
    (folder / "mlflow.sql.gz").write_bytes(gzip.compress(statements.encode(), mtime=0))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        project = new_project(Path(folder))
        shrink(project)
        project.stage("repro")
        copy(project.folder, Path(sys.argv[1]))
