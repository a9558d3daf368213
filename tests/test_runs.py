"""Runs say what ran and how it ended, and are found and closed as they should."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image

from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import (
    close_dead_runs,
    find_run,
    log_epoch,
    log_test_metrics,
    training_run,
)
from mnist_autoencoders.tracking.store import open_store, store_uri

pytestmark = pytest.mark.usefixtures("repository")

RECORD: dict[str, Any] = {
    "model": "tiny",
    "parameters": {"kind": "dense", "code_size": 2, "hidden": [16, 8]},
    "noise": {"kind": "gaussian", "strength": 0.7},
    "seed": 3,
    "replica": False,
    "data": {"name": "some digits", "sha256": "0123456789" * 6, "train": 30, "test": 6, "card": 1},
    "device": {"kind": "cpu", "threads": 2},
    "model_sha256": "abc",
}
PICTURE = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8))


def run_of(tracking: TrackingParameters, **changes: Any) -> Run:
    """A finished run of `RECORD` with changes, as a training leaves it."""
    record = RECORD | changes
    with training_run(record, tracking) as run:
        mlflow.set_tag("model.sha256", record["model_sha256"])
    return mlflow.get_run(run.info.run_id)


def status(run: Run) -> str:
    return str(mlflow.get_run(run.info.run_id).info.status)


def test_the_store_is_that_of_the_parameters_else_of_the_environment_else_in_the_repository(
    monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert store_uri(TrackingParameters()) == f"sqlite:///{repository}/mlflow.db"
    monkeypatch.setenv("DVC_ROOT", "/elsewhere")
    assert store_uri(TrackingParameters()) == "sqlite:////elsewhere/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://environment")
    assert store_uri(TrackingParameters()) == "http://environment"
    assert store_uri(TrackingParameters(uri="http://parameter")) == "http://parameter"


def test_an_experiment_is_made_once_and_keeps_its_artifacts_in_the_repository(
    repository: Path, tracking: TrackingParameters
) -> None:
    identifier = open_store(tracking)
    assert open_store(tracking) == identifier
    made = mlflow.get_experiment(identifier)
    assert (made.name, made.artifact_location) == (
        tracking.experiment,
        (repository / "mlartifacts").as_uri(),
    )
    uri = f"sqlite:///{repository}/mlflow.db"
    assert (mlflow.get_tracking_uri(), mlflow.get_registry_uri()) == (uri, uri)
    assert (repository / "mlflow.db").exists()
    assert run_of(tracking).info.experiment_id == identifier


def test_a_run_says_what_runs_on_which_data(
    tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tracking)
    assert (run.info.run_name, run.info.status) == ("tiny", "FINISHED")
    assert run.data.params == {
        "kind": "dense", "code_size": "2", "hidden": "[16, 8]",
        "noise.kind": "gaussian", "noise.strength": "0.7",
        "data.name": "some digits", "data.train": "30", "data.test": "6",
        "device.kind": "cpu", "device.threads": "2", "seed": "3",
    }  # fmt: skip
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    told = {name: value for name, value in run.data.tags.items() if not name.startswith("mlflow.")}
    assert told == {
        "model": "tiny", "model.sha256": "abc", "data.name": "some digits",
        "data.sha256": "0123456789" * 6, "dvc.stage": "train@tiny", "dvc.experiment": "workspace",
        "git.commit": head.stdout.strip(), "host": socket.gethostname(), "pid": str(os.getpid()),
    }  # fmt: skip
    (used,) = run.inputs.dataset_inputs
    assert (used.dataset.name, used.dataset.digest) == ("some digits", "0123456789" * 3 + "012345")
    assert '"uri": "data/clean"' in used.dataset.source
    assert '"shape": [-1, 28, 28]' in used.dataset.schema
    assert [(tag.key, tag.value) for tag in used.tags] == [("mlflow.data.context", "training")]

    monkeypatch.setenv("DVC_EXP_NAME", "idea")
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "f00")
    tags = run_of(tracking, noise=None).data.tags
    assert (tags["dvc.experiment"], tags["git.commit"]) == ("idea", "f00")


def test_a_replica_is_named_with_its_seed(tracking: TrackingParameters) -> None:
    run = run_of(tracking, replica=True)
    assert run.info.run_name == "tiny-3"
    assert (run.data.tags["model"], run.data.tags["dvc.stage"]) == ("tiny", "replicate_*@tiny-3")
    assert run.data.params["seed"] == "3"


def test_outside_a_repository_of_git_there_is_no_commit(
    tracking: TrackingParameters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(Path.cwd()))
    monkeypatch.chdir(tmp_path)
    assert run_of(tracking).data.tags["git.commit"] == "none"


@pytest.mark.parametrize(
    ("error", "ended"),
    [(KeyboardInterrupt, "KILLED"), (SystemExit, "KILLED"), (ValueError, "FAILED")],
)
def test_a_run_ends_as_its_training_does(
    tracking: TrackingParameters, error: type[BaseException], ended: str
) -> None:
    runs = []

    def fail() -> None:
        with training_run(RECORD, tracking) as run:
            runs.append(run)
            assert status(run) == "RUNNING"
            raise error

    with pytest.raises(error):
        fail()
    assert status(runs[0]) == ended
    assert mlflow.active_run() is None


def test_a_run_is_closed_once_its_process_on_this_machine_is_dead(
    tracking: TrackingParameters,
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    experiment, client = open_store(tracking), MlflowClient()
    left = {
        (host, pid): client.create_run(experiment, tags={"host": host, "pid": str(pid)})
        for host in (socket.gethostname(), "another")
        # the first process of the machine is alive, and as a rule another user's
        for pid in (dead.pid, os.getpid(), 1)
    }
    close_dead_runs(experiment)
    ended = {key for key, run in left.items() if status(run) == "KILLED"}
    assert ended == {(socket.gethostname(), dead.pid)}
    assert all(status(run) == "RUNNING" for key, run in left.items() if key not in ended)
    # a training looks for such runs of its experiment before it starts
    again = client.create_run(experiment, tags={"host": socket.gethostname(), "pid": str(dead.pid)})
    run_of(tracking)
    assert status(again) == "KILLED"


def test_epochs_are_points_of_a_curve_and_pictures_of_a_series(
    tracking: TrackingParameters,
) -> None:
    with training_run(RECORD, tracking) as run:
        log_epoch(0, {}, PICTURE)
        log_epoch(1, {"loss": 0.5, "val_loss": 0.25}, None)
        log_epoch(2, {"loss": 0.125, "val_loss": 0.375}, PICTURE)
    client = MlflowClient()
    for name, values in {"loss": [0.5, 0.125], "val_loss": [0.25, 0.375]}.items():
        points = client.get_metric_history(run.info.run_id, name)
        assert [(point.step, point.value) for point in points] == [(1, values[0]), (2, values[1])]
    files = [Path(file.path).name for file in client.list_artifacts(run.info.run_id, "images")]
    pictures = sorted(name for name in files if name.endswith(".png"))
    assert [name.split("+")[:3] for name in pictures] == [
        ["reconstructions", "step", "0"],
        ["reconstructions", "step", "2"],
    ]


def test_a_trained_model_finds_its_run(
    tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(**changes: Any) -> str | None:
        run = find_run(RECORD | changes, tracking)
        return run.info.run_id if run else None

    older, newer = (run_of(tracking).info.run_id for _ in range(2))
    run_of(tracking, model="other")
    monkeypatch.setenv("DVC_EXP_NAME", "idea")
    elsewhere = run_of(tracking).info.run_id
    assert found() == elsewhere
    monkeypatch.delenv("DVC_EXP_NAME")
    assert found() == newer != older
    monkeypatch.setenv("DVC_EXP_NAME", "another idea")
    assert found() == elsewhere
    assert found(model_sha256="abd") is None
    assert found(model="third") is None


def test_figures_of_an_evaluation_are_added_once(tracking: TrackingParameters) -> None:
    run = run_of(tracking)
    figures = {"data": {"test": 6}, "psnr": 20.5, "pca": {"psnr": 19.0, "mse": 0.01}}
    for _ in range(2):
        log_test_metrics(mlflow.get_run(run.info.run_id), figures)
    metrics = mlflow.get_run(run.info.run_id).data.metrics
    assert metrics == {"test_psnr": 20.5, "test_pca_psnr": 19.0, "test_pca_mse": 0.01}
    log_test_metrics(mlflow.get_run(run.info.run_id), figures | {"psnr": 21.0})
    client = MlflowClient()
    numbers = {
        name: [point.value for point in client.get_metric_history(run.info.run_id, name)]
        for name in metrics
    }
    assert numbers == {"test_psnr": [20.5, 21], "test_pca_psnr": [19], "test_pca_mse": [0.01]}
