"""The view that `make ui` opens has columns that runs have."""

import json
import socket

import pytest
from typer.testing import CliRunner

from mnist_autoencoders.records import read_json
from mnist_autoencoders.tracking.figures import figures_event
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.store import open_store
from mnist_autoencoders.tracking.view import KEY, address, save_view
from stages.ui import app
from tests.projects import ROOT
from tests.tracked import RECORD


def test_the_view_is_kept_with_the_experiment(tracking: TrackingParameters) -> None:
    store = open_store(tracking)
    experiment = store.experiment(tracking.experiment)
    for _ in range(2):
        save_view(store, experiment)
    tags = store.client.get_experiment(experiment).tags
    columns = json.loads(tags[f"mlflow.sharedViewState.{KEY}"])["selectedColumns"]
    metrics = {each.split("`")[1] for each in columns if each.startswith("metrics.`")}
    figures = read_json(ROOT / "reports/metrics/vae.json")
    told = figures_event(RECORD, figures, tracking)["metrics"]
    assert metrics <= {*told, "val_loss", "seconds"}
    assert len(metrics) == 6
    assert address("http://here:1", experiment) == (
        f"http://here:1/#/experiments/{experiment}/runs"
        "?workflowType=machine_learning&viewStateShareKey=mnist-autoencoders"
    )


def test_a_port_that_is_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///never.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refusal = CliRunner().invoke(app, ["--port", str(port)]).exception
    assert f"port {port} of 127.0.0.1: Address already in use; `make ui PORT=" in str(refusal)
    assert not (ROOT / "never.db").exists()
