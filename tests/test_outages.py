"""A store may fail at any moment: a training goes on, and all reaches the store later, once."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.terminal import UserError, say, warn
from mnist_autoencoders.tracking import required, runs, store
from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.delivery import Delivery
from mnist_autoencoders.tracking.evaluation import tracked_evaluation
from mnist_autoencoders.tracking.find import by_journal
from mnist_autoencoders.tracking.journal import Journal, begin, claim, journals, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import begin_event
from mnist_autoencoders.tracking.required import require_store
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.tracking.store import Store, open_store
from mnist_autoencoders.tracking.sync import sync
from tests.conftest import ROOT
from tests.stores import PASSWORD, content, failing_server
from tests.tracked import PICTURE, RECORD

HOWS = ("dead", "500", "507", "hanging")
STARTED = 1000.0
EPOCHS = 4


@pytest.fixture(autouse=True)
def _no_journals(repository: Path) -> Iterator[None]:
    yield
    shutil.rmtree(repository / ".dvc", ignore_errors=True)


@pytest.fixture
def journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model folder that takes no training."""

    def model_event(_: Path, into: Path) -> dict[str, Any]:
        Model(signature=None).save(str(into.with_suffix(".tmp")))
        into.mkdir()
        into.with_suffix(".tmp").replace(into / "MLmodel")
        (into / "data").mkdir()
        (into / "data" / "weights").write_text("some")
        return {
            "kind": "model", "folder": into.name, "name": "tiny", "params": {"kind": "dense"},
            "model_tags": {"of": "tiny"},
        }  # fmt: skip

    monkeypatch.setattr(runs, "model_event", model_event)
    monkeypatch.setattr(runs, "read_record", lambda _: RECORD)


def tell(run: runs.TrackedRun, epochs: int = EPOCHS, start: int = 1) -> None:
    """Epochs, a second each, at times of long ago."""
    if start == 1:
        run.epoch(0, {}, PICTURE, STARTED)
    for number in range(start, epochs + 1):
        metrics = {"loss": 1 / number, "val_loss": 2 / number}
        run.epoch(number, metrics, PICTURE if number % 2 else None, STARTED + number)


def train(tracking: TrackingParameters, identity: str) -> float:
    """A whole training; how long its work took, without the wait at the end."""
    with training_run(RECORD, tracking, identity, STARTED) as run:
        start = time.monotonic()
        tell(run)
        run.trained(Path())
        run.measured({"seconds": 4.0})
        worked = time.monotonic() - start
    # not in the block, whose end waits
    return worked  # noqa: RET504


def found(tracking: TrackingParameters, identity: str) -> dict[str, Any]:
    """What the store holds of the one run of a journal, without what differs by identity."""
    opened = open_store(tracking)
    experiment = opened.experiment(tracking.experiment)
    (run,) = by_journal(opened.client, experiment, identity)
    held = content(opened.client, run)
    held["pictures"] = ["+".join(name.split("+")[:5]) for name in held["pictures"]]
    del held["tags"]["journal"], held["tags"]["process.started"]
    return held


def check_whole(held: dict[str, Any], epochs: int = EPOCHS) -> None:
    """A run as `train` tells it, each thing once and at its own time."""
    assert (held["status"], held["start"]) == ("FINISHED", 1_000_000)
    assert held["end"] == pytest.approx(time.time() * 1000, abs=300_000)
    numbers = range(1, epochs + 1)
    assert held["points"]["loss"] == [(n, 1 / n, 1_000_000 + 1000 * n) for n in numbers]
    assert held["points"]["val_loss"] == [(n, 2 / n, 1_000_000 + 1000 * n) for n in numbers]
    ((_, seconds, _),) = held["points"]["seconds"]
    assert seconds == 4.0
    assert held["pictures"] == [
        f"reconstructions+step+{n}+timestamp+{1_000_000 + 1000 * n}"
        for n in range(epochs + 1)
        if n % 2 or not n
        for _ in ("png", "webp")
    ]
    ((_, ready, _, linked, files),) = held["models"]
    assert (ready, [name for name, *_ in linked], files) == (
        "READY",
        ["seconds"],
        ["MLmodel", "data"],
    )
    assert held["tags"]["model.sha256"] == "abc"
    assert len(held["inputs"]) == 1


@pytest.mark.usefixtures("journaled")
@pytest.mark.parametrize("how", HOWS)
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
        assert time.monotonic() - start < 4
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


class Broken:
    """A client of the store whose call number `at` breaks off when the store has done it.

    For the store that is the same as one call later that never reaches it.
    """

    def __init__(self, client: MlflowClient, at: int) -> None:
        self._client, self._left = client, at
        self.failed = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            result = getattr(self._client, name)(*arguments, **named)
            self._left -= 1
            if self._left == 0:
                self.failed = True
                raise ConnectionError
            return result

        return call


@pytest.mark.usefixtures("journaled")
def test_a_delivery_that_breaks_at_any_call_doubles_nothing(
    tracking: TrackingParameters, tmp_path: Path
) -> None:
    opened = open_store(tracking)
    identity = uuid.uuid4().hex
    off = begin(identity, begin_event(RECORD, tracking, STARTED))
    run = runs.TrackedRun(off)
    tell(run, 1)
    run.trained(Path())
    run.measured({"seconds": 4.0})
    run.end(3)
    kept = tmp_path / "kept"
    shutil.copytree(off.folder, kept)
    off.remove()

    def journal() -> Journal:
        name = uuid.uuid4().hex
        shutil.copytree(kept, journals() / name)
        claimed = claim(journals() / name)
        assert claimed is not None
        return claimed

    whole = journal()
    Delivery(opened, whole).deliver(lambda: None)
    expected = found(tracking, whole.identity)
    check_whole(expected, 1)
    for at in range(1, 100):
        broken = Store(opened.uri)
        broken.client = client = Broken(opened.client, at)
        once = journal()
        try:
            Delivery(broken, once).deliver(lambda: None)
        except ConnectionError:
            delivery = Delivery(opened, once)
            delivery.deliver(lambda: None)
            assert delivery.ended
            assert found(tracking, once.identity) == expected, at
        if not client.failed:
            break
    assert 15 < at < 99


@pytest.mark.usefixtures("journaled")
@pytest.mark.parametrize("delivered", ["nothing", "some", "all"])
def test_a_training_that_goes_on_is_the_same_run(
    delivered: str, tracking: TrackingParameters
) -> None:
    identity = uuid.uuid4().hex
    first = begin(identity, begin_event(RECORD, tracking, STARTED))
    # the third epoch is told, but not in the checkpoint: it is told again, later
    tell(runs.TrackedRun(first), 3)
    runs.TrackedRun(first).epoch(4, {"loss": 0.25, "val_loss": 0.5}, PICTURE, 1004.5)
    if delivered != "nothing":
        broken = Store(open_store(tracking).uri)
        broken.client = Broken(broken.client, 12 if delivered == "some" else 1000)
        try:
            Delivery(broken, first).deliver(lambda: None)
        except ConnectionError:
            assert delivered == "some"
    first.close()
    if delivered == "all":
        # set to killed by another stage, and its journal removed
        Courier(tracking).finish()
        assert found(tracking, identity)["status"] == "KILLED"
    train(tracking, identity)
    held = found(tracking, identity)
    if delivered == "all":
        # told before, so it stays as it was
        for name in ("loss", "val_loss"):
            assert held["points"][name][3][::2] == (4, 1_004_500)
            held["points"][name][3] = (4, held["points"][name][3][1], 1_004_000)
        last = [held["pictures"].pop() for _ in ("png", "webp")]
        assert last == ["reconstructions+step+4+timestamp+1004500"] * 2
    check_whole(held)


def test_a_dead_process_run_is_killed_when_it_was_last_heard_of_and_a_living_one_is_left(
    tracking: TrackingParameters,
) -> None:
    dead, alive = uuid.uuid4().hex, uuid.uuid4().hex
    journal = begin(dead, begin_event(RECORD, tracking, STARTED))
    tell(runs.TrackedRun(journal), 2)
    # as SIGKILL in the middle of a line leaves it
    with (journal.folder / "events.jsonl").open("a") as file:
        file.write('{"kind": "ep')
    journal.close()
    # of a process that was killed as it made its journal
    (journals() / ".left").mkdir()
    (journals() / ".left" / "lock").touch()
    held = begin(alive, begin_event(RECORD, tracking, STARTED))
    Courier(tracking).finish()
    run = found(tracking, dead)
    assert (run["status"], run["end"]) == ("KILLED", 1_002_000)
    assert [path.name for path in journals().iterdir()] == [alive]
    opened = open_store(tracking)
    assert by_journal(opened.client, opened.experiment(tracking.experiment), alive) == []
    held.remove()


def test_two_runs_that_a_slow_answer_made_of_one_journal_become_one(
    tracking: TrackingParameters,
) -> None:
    opened, identity = open_store(tracking), uuid.uuid4().hex
    experiment = opened.experiment(tracking.experiment)
    for at in (2, 1):
        opened.client.create_run(experiment, start_time=at, tags={"journal": identity})
    begin(identity, begin_event(RECORD, tracking, STARTED)).close()
    Courier(tracking).finish()
    assert len(by_journal(opened.client, experiment, identity)) == 1


def test_what_the_store_refuses_stops_nothing_else(
    tracking: TrackingParameters, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, damaged, right = (uuid.uuid4().hex for _ in range(3))
    refused = begin(wrong, begin_event(RECORD, tracking, STARTED))
    runs.TrackedRun(refused).epoch(1, {"a name with a ?": 1.0}, None, STARTED)
    refused.close()
    begin(damaged, begin_event(RECORD, tracking, STARTED)).close()
    (journals() / damaged / "events.jsonl").write_text("?\n")
    begin(right, begin_event(RECORD, tracking, STARTED + 1)).close()
    courier = Courier(tracking)
    for _ in range(2):
        assert courier.settle(60)
    courier.finish()
    assert {path.name for path in waiting()} == {wrong, damaged}
    said = capsys.readouterr().err
    assert (said.count("refuses it"), said.count("damaged")) == (1, 1)


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


@pytest.mark.parametrize("how", HOWS)
def test_a_required_store_that_does_not_answer_is_refused_soon(
    how: str, tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "ANSWER", 1.0)
    start = time.monotonic()
    with failing_server(how) as uri:
        wanted = tracking.model_copy(update={"uri": uri, "required": True})
        with pytest.raises(UserError, match=r"tracking\.required is true, but the MLflow") as error:
            require_store(wanted)
    assert time.monotonic() - start < 2
    assert PASSWORD not in str(error.value)
    require_store(tracking.model_copy(update={"required": True}))


def test_required_and_none_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match=r"true does not go with tracking\.uri: none"):
        TrackingParameters(uri="none", required=True)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "none")
    with pytest.raises(UserError, match="but MLFLOW_TRACKING_URI is none: set one"):
        require_store(TrackingParameters(required=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": [f"http://me:{PASSWORD}@host"]},
        f"http://me:{PASSWORD}@host",
        # whose middle is left out
        f"http://me:{PASSWORD}{'x' * 100}@host",
    ],
    ids=["a list", "no mapping", "a long one"],
)
def test_a_refused_address_is_printed_without_its_password(
    wrong: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(
        content[: content.index("\ntracking:")] + f"\ntracking: {json.dumps(wrong)}\n"
    )
    with pytest.raises(UserError) as error:
        read("tracking", TrackingParameters, tmp_path / "params.yaml")
    assert PASSWORD not in str(error.value)
    assert "(it is " in str(error.value)
    for tell in (say, warn):
        tell(f"the store is http://me:{PASSWORD}@host/path")
    said = "".join(capsys.readouterr())
    assert said.count("http://host/path") == 2


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
        assert time.monotonic() - start < 4
    assert process.returncode == 143
    assert output.count("WARNING") == 1
    assert PASSWORD not in output
    assert "Traceback" not in output


def test_a_fresh_store_is_told_all_again(tracking: TrackingParameters) -> None:
    """As after `rm mlflow.db` between two tries."""
    identity, opened = uuid.uuid4().hex, open_store(tracking)
    journal = begin(identity, begin_event(RECORD, tracking, STARTED))
    tell(runs.TrackedRun(journal), 2)
    Delivery(opened, journal).deliver(lambda: None)
    journal.close()
    (run,) = by_journal(opened.client, opened.experiment(tracking.experiment), identity)
    opened.client.delete_run(run.info.run_id)
    Courier(tracking).finish()
    assert [step for step, *_ in found(tracking, identity)["points"]["loss"]] == [1, 2]


def test_an_error_of_the_database_has_no_password() -> None:
    error = MlflowException(f"could not connect to postgresql://me:{PASSWORD}@host/runs\nand more")
    assert store.what_happened(error) == "could not connect to postgresql://host/runs"
