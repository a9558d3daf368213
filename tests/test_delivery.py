"""What a journal holds reaches the store once, and whole, however often it is begun again."""

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from mnist_autoencoders.tracking import runs
from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.delivery import Delivery
from mnist_autoencoders.tracking.find import by_journal
from mnist_autoencoders.tracking.journal import Journal, begin, claim, journals, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import begin_event
from mnist_autoencoders.tracking.store import Store, open_store
from tests.journaled import STARTED, check_whole, found, tell, train, without_a_model
from tests.tracked import PICTURE, RECORD


@pytest.fixture
def journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_model(monkeypatch)


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
