"""Runs say what ran and how it ended, and are found and closed as they should."""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from mlflow.entities import Run

from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.evaluation import journal_figures
from mnist_autoencoders.tracking.figures import wanted
from mnist_autoencoders.tracking.find import by_journal, by_model, close_dead_runs
from mnist_autoencoders.tracking.journal import waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import TrackedRun, training_run
from mnist_autoencoders.tracking.store import Store, open_store, shown, store_uri
from tests.tracked import PICTURE, RECORD

pytestmark = pytest.mark.usefixtures("repository")


@pytest.fixture
def store(tracking: TrackingParameters) -> Store:
    return open_store(tracking)


@pytest.fixture(autouse=True)
def _all_is_delivered(repository: Path, tracking: TrackingParameters) -> Iterator[None]:  # noqa: ARG001
    yield
    assert waiting() == []
    assert list(repository.glob(".dvc/tmp/tracking/*")) == []


def run_of(tracking: TrackingParameters, **changes: Any) -> Run:
    """A finished run of `RECORD` with changes, as a training leaves it."""
    record, identity = RECORD | changes, uuid.uuid4().hex
    with training_run(record, tracking, identity, time.time()) as run:
        run.tag("model.sha256", record["model_sha256"])
    return find(tracking, identity)


def find(tracking: TrackingParameters, identity: str) -> Run:
    """The run of a journal."""
    store = open_store(tracking)
    (run,) = by_journal(store.client, store.experiment(tracking.experiment), identity)
    return run


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


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("http://user:secret@host:5000/path", "http://host:5000/path"),
        ("https://token@host", "https://host"),
        ("postgresql://user:p@ss@host/runs?password=secret", "postgresql://host/runs"),
        ("sqlite:////folder/mlflow.db", "sqlite:////folder/mlflow.db"),
    ],
)
def test_an_address_is_shown_without_secrets(uri: str, address: str) -> None:
    assert shown(uri) == address


def test_an_experiment_is_made_once_and_keeps_its_artifacts_in_the_repository(
    repository: Path, tracking: TrackingParameters, store: Store
) -> None:
    identifier = store.experiment(tracking.experiment)
    assert open_store(tracking).experiment(tracking.experiment) == identifier
    made = store.client.get_experiment(identifier)
    assert (made.name, made.artifact_location) == (
        tracking.experiment,
        (repository / "mlartifacts").as_uri(),
    )
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
    assert len(told.pop("journal")) == 32
    started = float(told.pop("process.started"))
    assert started == pytest.approx(psutil.Process().create_time(), abs=0.01)
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
    identity = uuid.uuid4().hex

    def fail() -> None:
        with training_run(RECORD, tracking, identity, time.time()):
            until(lambda: find(tracking, identity).info.status == "RUNNING")
            raise error

    with pytest.raises(error):
        fail()
    assert find(tracking, identity).info.status == ended


def until(true: Any) -> None:
    """Wait for what the courier does while a training goes on."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if true():
                return
        except ValueError:
            pass
        time.sleep(0.02)
    raise AssertionError("it never was so")


def test_a_run_is_closed_once_its_process_on_this_machine_is_dead(
    tracking: TrackingParameters, store: Store
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    # ended too, but its parent has not asked
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE)
    experiment, client = store.experiment(tracking.experiment), store.client
    here, us = socket.gethostname(), os.getpid()
    started = psutil.Process().create_time()
    left = {
        (host, pid, begun): client.create_run(
            experiment,
            tags={"host": host, "pid": str(pid)} | ({"process.started": begun} if begun else {}),
        ).info.run_id
        for host, pid, begun in [
            (here, dead.pid, None),
            (here, zombie.pid, None),
            # the number was another process' before
            (here, us, f"{started - 100:.2f}"),
            (here, us, f"{started:.2f}"),
            # runs of the previous version
            (here, us, None),
            # the first process of the machine is alive, and as a rule another user's
            (here, 1, None),
            ("another", dead.pid, None),
        ]
    }
    close_dead_runs(client, experiment)
    zombie.wait()
    statuses = [client.get_run(run).info.status for run in left.values()]
    assert statuses == ["KILLED"] * 3 + ["RUNNING"] * 4
    # a training looks for such runs of its experiment
    again = client.create_run(experiment, tags={"host": here, "pid": str(dead.pid)})
    run_of(tracking)
    assert client.get_run(again.info.run_id).info.status == "KILLED"


def test_epochs_are_points_of_a_curve_and_pictures_of_a_series(
    tracking: TrackingParameters, store: Store
) -> None:
    identity = uuid.uuid4().hex
    with training_run(RECORD, tracking, identity, 1000.5) as run:
        run.epoch(0, {}, PICTURE, 1001)
        run.epoch(1, {"loss": 0.5, "val_loss": 0.25}, None, 1002)
        run.epoch(2, {"loss": 0.125, "val_loss": 0.375}, PICTURE, 1003.25)
    made, client = find(tracking, identity), store.client
    assert made.info.start_time == 1_000_500
    for name, values in {"loss": [0.5, 0.125], "val_loss": [0.25, 0.375]}.items():
        points = client.get_metric_history(made.info.run_id, name)
        assert [(point.step, point.value, point.timestamp) for point in points] == [
            (1, values[0], 1_002_000),
            (2, values[1], 1_003_250),
        ]
    files = [Path(file.path) for file in client.list_artifacts(made.info.run_id, "images")]
    assert sorted(("+".join(file.name.split("+")[:5]), file.suffix) for file in files) == [
        ("reconstructions+step+0+timestamp+1001000", ".png"),
        ("reconstructions+step+0+timestamp+1001000", ".webp"),
        ("reconstructions+step+2+timestamp+1003250", ".png"),
        ("reconstructions+step+2+timestamp+1003250", ".webp"),
    ]
    assert made.data.tags["mlflow.loggedImages"] == "True"


def test_a_trained_model_finds_its_run(
    tracking: TrackingParameters, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(**changes: Any) -> str | None:
        experiment = store.experiment(tracking.experiment)
        run = by_model(store.client, experiment, wanted(RECORD | changes))
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


def test_figures_of_an_evaluation_are_added_once(
    tracking: TrackingParameters, store: Store
) -> None:
    run = run_of(tracking)
    figures = {"data": {"test": 6}, "psnr": 20.5, "pca": {"psnr": 19.0, "mse": 0.01}}

    def log(figures: dict[str, Any]) -> None:
        journal_figures(RECORD, figures, tracking)
        Courier(tracking).finish()

    for _ in range(2):
        log(figures)
    metrics = store.client.get_run(run.info.run_id).data.metrics
    assert metrics == {"test_psnr": 20.5, "test_pca_psnr": 19.0, "test_pca_mse": 0.01}
    log(figures | {"psnr": 21.0})
    numbers = {
        name: [point.value for point in store.client.get_metric_history(run.info.run_id, name)]
        for name in metrics
    }
    assert numbers == {"test_psnr": [20.5, 21], "test_pca_psnr": [19], "test_pca_mse": [0.01]}


def test_without_tracking_nothing_is_kept(repository: Path) -> None:
    off = TrackingParameters(uri="none")
    with training_run(RECORD, off, uuid.uuid4().hex, time.time()) as run:
        run.epoch(1, {"loss": 0.5}, PICTURE, time.time())
        run.trained(repository / "nowhere")
        run.measured({"seconds": 1.0})
    assert type(run) is TrackedRun
