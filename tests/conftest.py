"""Small copies of this repository, fresh or with results, and images to feed functions with."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.backend.start import start_tensorflow
from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.tracking.parameters import TrackingParameters
from tests.projects import ROOT, Project, copied, new_project

RECORD = ".dvc/tmp/touched"
"""Where in `trained` it is recorded what its stages touched."""

PRIVATE = {
    "HOME": "home-of-somebody",
    "USER": "somebody-private",
    "LOGNAME": "somebody-private",
    "AWS_SECRET_ACCESS_KEY": "planted-secret",
}
"""What the environment of `trained` tells its stages, and no result may tell; of the home folder
the last part."""

TENSORFLOW = pytest.mark.usefixtures("tensorflow")
"""As `pytestmark` of a file whose tests compute with TensorFlow; the others start without it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start stages, by the fixtures they ask for, and begin with them.

    They take longest, then those that compute with TensorFlow, a file a process: begun last, they
    would leave the other process idle. So would they if both waited for `whole` at first. In the
    Makefile xdist is told not to reorder files.
    """

    def turn(item: pytest.Item) -> int:
        fixtures = set(getattr(item, "fixturenames", ()))
        if {"project", "whole"} & fixtures:
            item.add_marker("stages")
            return 0 if "trained" in fixtures else 1 if "project" in fixtures else 2
        return 3 if "tensorflow" in fixtures else 4

    items.sort(key=turn)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh small copy in which nothing has run yet, with one model to save time."""
    project = new_project(tmp_path)
    parameters = project.read_parameters()
    parameters["models"] = {"simple": parameters["models"]["simple"]}
    parameters["replicas"]["dense"]["seeds"] = []
    project.write_parameters(parameters)
    project.commit("one model")
    return project


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `trained`, and with a `copy` of it as it was then, without MLflow's artifacts.

    It takes a minute and a half: the processes of `make test` share it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "whole"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "copy").exists():
            (folder / "trained").mkdir(parents=True)
            project = new_project(folder / "trained")
            secret = PRIVATE["AWS_SECRET_ACCESS_KEY"]
            project.run("git", "remote", "add", "origin", f"https://me:{secret}@example.org/me.git")
            record = {"PYTHONPATH": str(ROOT / "tests/recorder")}
            record["STAGE_RECORD"] = str(project.folder / RECORD)
            private = PRIVATE | {"HOME": str(folder / PRIVATE["HOME"])}
            project.stage("repro", **record, **private)
            project.commit("results")
            copied(project, folder / "copying", "mlartifacts")
            (folder / "copying").rename(folder / "copy")
    return folder


@pytest.fixture(scope="session")
def trained(whole: Path) -> Project:
    """A small copy in which the pipeline has run; tests may add to it but not depend on order.

    All tests of it are in one file, which `make test` gives to one process.
    """
    return Project(whole / "trained")


@pytest.fixture
def unlogged(whole: Path, tmp_path: Path) -> Project:
    """A copy of `trained` with all its results, but without its MLflow store."""
    return copied(Project(whole / "copy"), tmp_path / "project", "mlflow.db")


@pytest.fixture(scope="module")
def logged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of `trained` as it was then, with its MLflow store; the artifacts are those there."""
    return copied(Project(whole / "copy"), tmp_path_factory.mktemp("logged") / "project")


def write_squares(folder: Path) -> None:
    """Write 200 training and 40 test images: a bright square in the dark, somewhere."""
    rng = np.random.default_rng(0)
    images = np.zeros((240, 28, 28), np.uint8)
    for image, (top, left) in zip(images, rng.integers(4, 16, (240, 2))):
        image[top : top + 8, left : left + 8] = 200
    folder.mkdir()
    write_images(folder, ImageSet("squares", images[:200], images[200:], None, None, []))


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A folder of squares."""
    write_squares(tmp_path / "clean")
    return tmp_path / "clean"


@pytest.fixture(scope="session")
def _started() -> None:
    """TensorFlow as the stages configure it, once for this process."""
    start_tensorflow(RuntimeParameters(device="cpu"), seed=0)


@pytest.fixture
def tensorflow(_started: None) -> None:
    """What a test draws does not depend on the tests before it; `TENSORFLOW` asks for it."""
    # here, since most tests need no Keras and do not wait for it
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A git repository with a commit and a new store, worked in by the tests of a file."""
    folder = tmp_path_factory.mktemp("repository")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DVC_")]:
            patch.delenv(name)
        # MLflow sets it to the store that it is pointed at
        patch.setenv("MLFLOW_TRACKING_URI", "")
        patch.chdir(folder)
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
        subprocess.run(["git", "init", "-q"], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
        yield folder


@pytest.fixture
def tracking(repository: Path, request: pytest.FixtureRequest) -> Iterator[TrackingParameters]:
    """An experiment in it for each test, of which no journal is left to the next."""
    yield TrackingParameters(experiment=request.node.name)
    shutil.rmtree(repository / ".dvc", ignore_errors=True)
