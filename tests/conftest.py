"""A small copy of this repository to run real stages in, and images to feed functions with."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from filelock import FileLock
from ruamel.yaml import YAML

from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.backend.start import start_tensorflow
from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.tracking.parameters import TrackingParameters

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

ROOT = Path(__file__).parent.parent

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

SMALL_MODELS = {
    "simple": {"kind": "dense", "hidden": [16], "code_size": 4, "input": "clean"},
    "denoising": {"kind": "convolutional", "filters": [4, 2], "input": "gaussian"},
    "vae": {
        "kind": "dense",
        "hidden": [16],
        "code_size": 2,
        "input": "clean",
        "variational": {"beta": 1.0, "samples": 1},
    },
}
SMALL_TRAINING = {
    "activation": "relu",
    "code_activation": "linear",
    "output_activation": "sigmoid",
    "loss": "binary_crossentropy",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch_size": 64,
    "epochs": 2,
}


class Project:
    """A copy of the repository in a folder of its own, with its own git, DVC and MLflow store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DVC_", "MLFLOW_", "MNIST_", "GIT_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "XDG_CACHE_HOME": str(folder / ".cache"),
        }

    def run(self, *command: str, code: int = 0, **environment: str) -> str:
        """Run a command in the folder; return all it prints, and insist on its exit code."""
        result = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == code, f"{' '.join(command)}: {result.stdout}"
        return result.stdout

    def stage(self, name: str, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run one stage without DVC."""
        command = [sys.executable, "-m", f"stages.{name}", *arguments]
        return self.run(*command, code=code, **environment)

    def read_parameters(self) -> dict:
        return YAML(typ="safe").load(self.folder / "params.yaml")

    def write_parameters(self, parameters: dict) -> None:
        YAML().dump(parameters, self.folder / "params.yaml")

    @property
    def store(self) -> "MlflowClient":
        # seconds, which most test files do without
        from mlflow import MlflowClient

        return MlflowClient(f"sqlite:///{self.folder / 'mlflow.db'}")

    def runs(self) -> "list[Run]":
        """The tracked runs."""
        experiment = self.store.get_experiment_by_name("mnist-autoencoders")
        assert experiment is not None
        return list(self.store.search_runs([experiment.experiment_id]))

    def commit(self, message: str) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", message)


def stages_run(output: str) -> set[str]:
    """The stages that DVC's output says it ran."""
    lines = output.splitlines()
    return {line.split("'")[1] for line in lines if line.startswith("Running stage")}


def copy_repository(folder: Path) -> Project:
    """Copy what git knows or would know, but no results, into a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in filter(None, listed):
        if not name.startswith(("reports/", "tests/")) and name != "dvc.lock":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # neither what was deleted nor a link to a folder, as .venv may be one
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, folder / name)
    project = Project(folder)
    project.run("git", "init", "-q")
    project.run("git", "config", "user.email", "test@localhost")
    project.run("git", "config", "user.name", "test")
    return project


def write_study(folder: Path) -> None:
    """What the study of `new_project` would leave, for the stages that come after."""
    folder.mkdir(parents=True)
    rows = [f"sizes,simple,digits,300,{size},0,{size},{size + 10},9.5" for size in (2, 3)]
    header = "study,model,data.name,data.train,set.code_size,set.seed,code_size,psnr,pca.psnr"
    (folder / "sizes.csv").write_text("\n".join([header, *rows, ""]))
    about = {"question": "?", "points": 2, "wanted": 4, "date": "2026-01-02", "revisions": ["f00"]}
    about["figure"] = {"x": "code_size", "y": [["psnr", "pca.psnr"]]}
    about["code"] = {"stages/train.py": "another"}
    (folder / "sizes.json").write_text(json.dumps(about))


def new_project(folder: Path) -> Project:
    """A copy with shrunk parameters."""
    project = copy_repository(folder)
    parameters = project.read_parameters()
    parameters["data"] |= {"source": "mnist-5k", "train_limit": 300, "test_limit": 60}
    parameters["noises"] = {"gaussian": {"kind": "gaussian", "factor": 0.7}}
    parameters["noise_ladder"] = {
        "train_images": 10,
        "test_images": 20,
        "strengths": {"gaussian": [0.7], "blur": [1.0]},
    }
    parameters["evaluation"] |= {
        "probe_images": 200,
        "generated": 100,
        "mixture": 3,
        "importance_samples": 2,
    }
    parameters["pca"] = {"components": [2, 4, 16], "coded": [4], "compared": 4}
    parameters["pca_decoder"] |= {"components": [2, 4], "epochs": 1}
    parameters["classifier"] |= {"filters": [4, 8], "epochs": 1}
    parameters["codecs"] = {"qualities": [10, 50]}
    # each takes seconds to be stored
    parameters["registry"] = {"denoising": {"metric": "denoising.psnr", "best": "highest"}}
    parameters["embedding"] |= {"model": "simple", "images": 60}
    parameters["models"] = {name: model | SMALL_TRAINING for name, model in SMALL_MODELS.items()}
    wider = SMALL_MODELS["simple"] | SMALL_TRAINING | {"hidden": [32]}
    parameters["library"] = {"models": {"wider": wider}}
    parameters["replicas"] = {
        "dense": {"models": ["simple"], "seeds": [1]},
        "convolutional": {"models": [], "seeds": []},
    }
    parameters["studies"] = {
        "sizes": {
            "question": "How does the error fall with the code?",
            "vary": {"simple": ["models.simple.code_size=2,3"]},
            "seeds": [0, 1],
            "figure": {"x": "code_size", "y": [["psnr", "pca.psnr"]]},
        }
    }
    project.write_parameters(parameters)
    write_study(folder / "reports" / "studies")
    project.commit("shrunk")
    return project


def copied(project: Project, folder: Path, *but: str) -> Project:
    """A copy with all its results, cache and store, without `but`; nothing is shared."""
    shutil.copytree(
        project.folder,
        folder,
        symlinks=True,
        ignore_dangling_symlinks=True,
        ignore=shutil.ignore_patterns(*but),
    )
    return Project(folder)


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
