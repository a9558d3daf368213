"""A store may fail at any moment: a training goes on, and all reaches the store later, once."""

import os
import random
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import OperationalError

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.tracking import store
from mnist_autoencoders.tracking.evaluation import tracked_evaluation
from mnist_autoencoders.tracking.journal import journals, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.tracking.store import open_store
from mnist_autoencoders.tracking.sync import sync
from tests.journaled import STARTED, check_whole, found, train, without_a_model
from tests.projects import ROOT
from tests.stores import PASSWORD, failing_server
from tests.tracked import RECORD


@pytest.fixture
def journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_model(monkeypatch)


@pytest.mark.usefixtures("journaled")
@pytest.mark.parametrize("how", ["dead", "500", "507", "hanging"])
def test_a_training_does_not_wait_for_a_store_that_fails_and_all_is_delivered_later(
    how: str,
    tracking: TrackingParameters,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 1.0)
    if how == "500":
        # from the second time on that it tries again, MLflow would draw how long to wait
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    identity, drawn = uuid.uuid4().hex, random.getstate()
    with failing_server(how) as uri:
        failing = tracking.model_copy(update={"uri": uri})
        start = time.monotonic()
        assert train(failing, identity) < 1
        assert time.monotonic() - start < 10
        with monkeypatch.context() as patch:
            patch.setattr("mnist_autoencoders.tracking.sync.LONGEST_SILENCE", 1.0)
            with pytest.raises(UserError, match="fails: it ") as error:
                sync({}, failing)
    assert ". 1 journals wait for it" in str(error.value)
    # what weights are drawn from
    assert random.getstate() == drawn
    said = "".join(capfd.readouterr())
    assert said.count("WARNING") == 1
    assert "the next stage or `make sync` delivers it" in " ".join(said.replace("│", "").split())
    assert "Traceback" not in said
    kept = [path.read_bytes() for path in journals().rglob("*") if path.is_file()]
    for text in (said, str(error.value), *map(repr, kept)):
        assert PASSWORD not in text
    sync({}, tracking)
    check_whole(found(tracking, identity))
    assert waiting() == []


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("dead", "it cannot be reached"),
        ("500", "it answers with error 500"),
        ("507", "it answers with error 507"),
        ("hanging", "it does not answer"),
    ],
)
def test_it_is_said_what_happened(
    how: str, what: str, tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with failing_server(how) as uri, pytest.raises(MlflowException) as error:
        open_store(tracking.model_copy(update={"uri": uri}))
    assert store.what_happened(error.value) == what


def test_what_mlflow_says_of_a_failure_does_not_reach_the_terminal(
    tracking: TrackingParameters, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It says that it tries again, and why, in twenty lines."""
    no_file = tracking.model_copy(update={"uri": f"sqlite:///{tmp_path}"})
    with pytest.raises(OperationalError) as error:
        open_store(no_file)
    assert "unable to open database file" in store.what_happened(error.value)
    assert "".join(capfd.readouterr()) == ""


def test_figures_wait_for_the_run_of_their_model(
    tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("mnist_autoencoders.tracking.evaluation.read_record", lambda _: RECORD)
    with failing_server("dead") as uri:
        failing = tracking.model_copy(update={"uri": uri})
        identity = uuid.uuid4().hex
        with training_run(RECORD, failing, identity, STARTED) as run:
            run.tag("model.sha256", "abc")
        with tracked_evaluation(tmp_path, failing) as log:
            log({"data": {}, "psnr": 20.5})
        at = time.time()
    assert len(waiting()) == 2
    with tracked_evaluation(tmp_path, tracking) as log:
        log({"data": {}, "psnr": 20.5, "ssim": 0.5})
    points = found(tracking, identity)["points"]
    assert points["test_psnr"] == [(0, 20.5, pytest.approx(at * 1000, abs=20_000))]
    assert [value for _, value, _ in points["test_ssim"]] == [0.5]
    assert waiting() == []


SCRIPT = """
import time
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.tracking.parameters import TrackingParameters
from tests.tracked import RECORD
with training_run(RECORD, TrackingParameters(), 'a' * 32, 1.0) as run:
    # the courier hangs in its request by now
    time.sleep(1)
    start = time.monotonic()
    raise SystemExit(143)
"""


def test_a_stopped_process_ends_though_its_courier_hangs(repository: Path) -> None:
    with failing_server("hanging") as uri:
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        environment = os.environ | {"MLFLOW_TRACKING_URI": uri, "PYTHONPATH": path}
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            cwd=repository,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        journal = repository / ".dvc/tmp/tracking" / ("a" * 32)
        while not journal.exists():
            time.sleep(0.05)
        start = time.monotonic()
        output, _ = process.communicate()
        # one to hang, one to wait
        assert time.monotonic() - start < 10
    assert process.returncode == 143
    assert output.count("WARNING") == 1
    assert PASSWORD not in output
    assert "Traceback" not in output
