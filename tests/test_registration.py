"""A champion is registered once, whatever the store does meanwhile."""

import os
import shutil
import uuid
from pathlib import Path

import pytest
from mlflow.models import Model

from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.journal import Journal, begin, claim, journals, waiting
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.registration import (
    ALIAS,
    deliver_registration,
    journal_registration,
)
from mnist_autoencoders.tracking.store import Store, open_store
from tests.stores import failing_server
from tests.test_delivery import Broken
from tests.test_runs import run_of
from tests.tracked import RECORD

pytestmark = pytest.mark.usefixtures("repository")


def save(into: Path) -> None:
    """A folder that stands for a served model."""
    into.mkdir()
    (into / "artifacts").mkdir()
    (into / "artifacts" / "model.keras").write_text("weights")
    Model(signature=None).save(str(into / "MLmodel"))


def register(
    tracking: TrackingParameters, sha256: str = "abc", served: str = "s1", card: str = "a card"
) -> None:
    """What the stage does for one champion, whose name is that of the experiment."""
    record = RECORD | {"model_sha256": sha256}
    journal_registration(tracking.experiment, record, served, ("the best", card), save, tracking)
    Courier(tracking, quiet=True).finish()


def held(tracking: TrackingParameters, name: str) -> tuple[dict[str, str], str]:
    """The digests of the models by version, and the version that is the champion."""
    client = open_store(tracking).client
    versions = client.search_model_versions(f"name = '{name}'")
    digests = {str(version.version): version.tags["model.sha256"] for version in versions}
    return digests, str(client.get_model_version_by_alias(name, ALIAS).version)


def test_a_model_is_registered_once_and_another_takes_the_alias(
    tracking: TrackingParameters,
) -> None:
    run, name = run_of(tracking), tracking.experiment
    for card in ("a card", "the card with a spread"):
        register(tracking, card=card)
        assert held(tracking, name) == ({"1": "abc"}, "1")
    client = open_store(tracking).client
    assert client.get_registered_model(name).description == "the best"
    version = client.get_model_version_by_alias(name, ALIAS)
    assert version.description == "the card with a spread"
    assert (version.run_id, version.tags["model"]) == (run.info.run_id, "tiny")
    # the run has its own model, which is another one
    assert client.get_run(run.info.run_id).outputs.model_outputs == []
    model_id = version.source.removeprefix("models:/")
    files = client.list_logged_model_artifacts(model_id, "artifacts")
    assert [file.path for file in files] == ["artifacts/model.keras"]

    register(tracking, "abd")
    assert held(tracking, name) == ({"1": "abc", "2": "abd"}, "2")
    register(tracking, "abd", served="s2")
    all_three = {"1": "abc", "2": "abd", "3": "abd"}
    assert held(tracking, name) == (all_three, "3")
    # the first is the best again
    register(tracking)
    assert held(tracking, name) == (all_three, "1")


def test_a_store_need_not_be_that_of_the_process(
    tracking: TrackingParameters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'another.db'}")
    here = tracking.model_copy(update={"uri": f"sqlite:///{tmp_path / 'here.db'}"})
    register(here)
    assert held(here, tracking.experiment) == ({"1": "abc"}, "1")
    assert os.environ["MLFLOW_TRACKING_URI"].endswith("another.db")


def test_a_store_that_fails_is_told_later(tracking: TrackingParameters) -> None:
    with failing_server("500") as uri:
        register(tracking.model_copy(update={"uri": uri}))
    assert len(waiting()) == 1
    Courier(tracking).finish()
    assert waiting() == []
    assert held(tracking, tracking.experiment) == ({"1": "abc"}, "1")


def test_what_was_killed_before_the_model_was_whole_is_dropped(
    tracking: TrackingParameters,
) -> None:
    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal_registration(tracking.experiment, RECORD, "s", ("", ""), killed, tracking)
    assert waiting() == []
    # without a word
    event = {"kind": "registration", "at": 0, "experiment": tracking.experiment}
    begin(uuid.uuid4().hex, event).close()
    Courier(tracking).finish()
    assert waiting() == []


def test_a_registration_that_breaks_at_any_call_doubles_nothing(
    tracking: TrackingParameters, tmp_path: Path
) -> None:
    opened, kept = open_store(tracking), tmp_path / "kept"

    def journal(name: str) -> Journal:
        """Of a registration that is the same but for its name."""
        journal_registration(name, RECORD, "s1", ("the best", "a card"), save, tracking)
        (folder,) = waiting()
        shutil.move(folder, kept)
        shutil.move(kept, journals() / uuid.uuid4().hex)
        claimed = claim(waiting()[0])
        assert claimed is not None
        return claimed

    for at in range(1, 100):
        broken, name = Store(opened.uri), f"{tracking.experiment}-{at}"
        broken.client = client = Broken(opened.client, at)
        once = journal(name)
        try:
            deliver_registration(broken, once)
        except ConnectionError:
            deliver_registration(opened, once)
        assert held(tracking, name) == ({"1": "abc"}, "1"), at
        made = opened.client.search_logged_models(
            [opened.experiment(tracking.experiment)], filter_string=f"name = '{name}'"
        )
        assert len(made) == 1, at
        once.remove()
        if not client.failed:
            break
    assert 8 < at < 99
