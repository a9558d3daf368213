"""A small copy of this repository to run real stages in."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

ROOT = Path(__file__).parent.parent

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
