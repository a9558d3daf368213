"""Runs hold what a training did, by value, and are found, closed and rebuilt as they should."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import (
    close_dead_runs,
    ensure_run,
    find_run,
    log_epoch,
    log_test_metrics,
    read_record,
    training_run,
)
from mnist_autoencoders.tracking.store import open_store, store_uri
from mnist_autoencoders.tracking.training import train_tracked
from mnist_autoencoders.training.train import Task
from tests.conftest import TENSORFLOW, write_squares
from tests.trainings import DENSE

pytestmark = [TENSORFLOW, pytest.mark.usefixtures("repository")]

RECORD: dict[str, Any] = {
    "model": "tiny",
    "parameters": {"kind": "dense", "code_size": 2, "hidden": [16, 8]},
    "noise": {"kind": "gaussian", "strength": 0.7},
    "seed": 3,
    "data": {"name": "some digits", "sha256": "0123456789" * 6, "train": 30, "test": 6, "card": 1},
    "device": {"kind": "cpu", "threads": 2},
    "model_sha256": "abc",
}
PICTURE = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A git repository with a commit and a new store, worked in by the tests of this file."""
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
def tracking(request: pytest.FixtureRequest) -> TrackingParameters:
    """An experiment for each test."""
    return TrackingParameters(experiment=request.node.name)


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


def test_a_training_is_tracked_and_its_run_rebuilt_from_its_files(
    repository: Path, tracking: TrackingParameters, tmp_path: Path
) -> None:
    import keras

    clean, folder, file = tmp_path / "clean", tmp_path / "tiny", tmp_path / "timing.json"
    write_squares(clean)
    folder.mkdir()
    keras.utils.set_random_seed(5)
    parameters = DENSE.model_copy(update={"epochs": 2})
    task = Task("tiny", parameters, 5, clean, clean, Device("cpu", 2, 1))
    history = train_tracked(task, folder, file, tracking)
    record = read_record(folder)
    live = find_run(record, tracking)
    assert live is not None
    assert ensure_run(folder, tracking).info.run_id == live.info.run_id

    kept = timing.read(file)
    assert kept is not None
    assert kept.model_sha256 == record["model_sha256"]
    assert kept.machine.endswith(", cpu")
    assert kept.seconds == pytest.approx(sum(epoch.seconds for epoch in history), abs=0.01)
    speed = 200 / np.median([epoch.seconds for epoch in history])
    assert kept.images_per_second == pytest.approx(speed, abs=1)
    measured = {name: live.data.metrics.pop(name) for name in kept.metrics()}
    assert measured == kept.metrics()
    assert live.data.metrics == history[-1].metrics

    again = tracking.model_copy(update={"experiment": f"{tracking.experiment} again"})
    rebuilt = ensure_run(folder, again)
    assert rebuilt.info.run_id != live.info.run_id
    assert rebuilt.data.tags["rebuilt"] == "true"
    assert "rebuilt" not in live.data.tags
    assert rebuilt.data.params == live.data.params
    client = MlflowClient()
    for run in (live, rebuilt):
        assert run.data.tags["model.sha256"] == record["model_sha256"]
        for name in history[0].metrics:
            points = client.get_metric_history(run.info.run_id, name)
            assert [point.step for point in points] == [1, 2]
            expected = [epoch.metrics[name] for epoch in history]
            assert [point.value for point in points] == pytest.approx(expected, rel=1e-6)
        pictures = client.list_artifacts(run.info.run_id, "images")
        assert len(pictures) == 3 * 2  # with a small one of each
        (output,) = mlflow.get_run(run.info.run_id).outputs.model_outputs
        model = mlflow.get_logged_model(output.model_id)
        assert model.name == "tiny"
        place = Path(model.artifact_location.removeprefix("file://"))
        assert place.is_relative_to(repository)
        described = mlflow.models.Model.load(str(place))
        for images in (described.signature.inputs, described.signature.outputs):
            assert images.to_dict()[0]["tensor-spec"]["shape"] == (-1, 28, 28, 1)
        example = described.load_input_example(str(place))
        assert (np.shape(example), np.max(example)) == ((1, 28, 28, 1), 0)
        versions = record["versions"] | {"mlflow": mlflow.__version__}
        assert set((place / "requirements.txt").read_text().split()) == {
            f"{package}=={versions[package]}"
            for package in ("keras", "tensorflow", "numpy", "mlflow")
        }
        digits = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
        ours = keras.models.load_model(folder / "model.keras")
        np.testing.assert_allclose(mlflow.keras.load_model(str(place))(digits), ours(digits))
