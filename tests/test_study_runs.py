"""The runs of a study: one for each point, of the attempt that is in the origin."""

import json
import time
import uuid

import pytest
from mlflow.entities import ViewType

from mnist_autoencoders.studies import runs
from mnist_autoencoders.studies.runs import StudyRuns, context
from mnist_autoencoders.tracking.courier import Courier
from mnist_autoencoders.tracking.evaluation import journal_figures
from mnist_autoencoders.tracking.figures import wanted
from mnist_autoencoders.tracking.find import ATTEMPT, by_model
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.tracking.store import Store, open_store, store_uri
from tests.tracked import RECORD

pytestmark = pytest.mark.usefixtures("repository")


@pytest.fixture
def store(tracking: TrackingParameters) -> Store:
    return open_store(tracking)


@pytest.fixture
def study_runs(tracking: TrackingParameters) -> StudyRuns:
    return StudyRuns(store_uri(tracking), tracking.experiment)


def train(tracking: TrackingParameters, patch: pytest.MonkeyPatch, name: str, attempt: str) -> None:
    """What a point's training leaves in the store."""
    be_at(patch, name, attempt)
    with training_run(RECORD, tracking, uuid.uuid4().hex, time.time()) as run:
        run.tag("model.sha256", RECORD["model_sha256"])


def be_at(patch: pytest.MonkeyPatch, name: str, attempt: str) -> None:
    patch.setenv("DVC_EXP_NAME", name)
    patch.setenv("MLFLOW_RUN_CONTEXT", json.dumps(context("s", attempt, "f00")))


def live(store: Store, tracking: TrackingParameters) -> list[tuple[str, str]]:
    """Experiment and attempt of each run that is not deleted."""
    experiment = store.experiment(tracking.experiment)
    tags = [run.data.tags for run in store.client.search_runs([experiment])]
    return sorted((each["dvc.experiment"], each[ATTEMPT]) for each in tags if ATTEMPT in each)


def test_a_fence_deletes_the_runs_of_one_experiment_or_attempt(
    tracking: TrackingParameters,
    store: Store,
    study_runs: StudyRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, attempt in (("p-1", "a"), ("p-1", "b"), ("p-2", "a")):
        train(tracking, monkeypatch, name, attempt)
    study_runs.delete("p-1", "b")
    assert live(store, tracking) == [("p-1", "a"), ("p-2", "a")]
    train(tracking, monkeypatch, "p-1", "c")
    study_runs.delete("p-1")
    assert live(store, tracking) == [("p-2", "a")]


@pytest.mark.parametrize("deleted", [False, True])
def test_the_attempt_in_the_origin_keeps_its_run(
    tracking: TrackingParameters,
    store: Store,
    study_runs: StudyRuns,
    monkeypatch: pytest.MonkeyPatch,
    deleted: bool,
) -> None:
    """Also where the fence of another attempt came between its end and its push."""
    train(tracking, monkeypatch, "p-1", "winner")
    if deleted:
        study_runs.delete("p-1")
    train(tracking, monkeypatch, "p-1", "loser")
    train(tracking, monkeypatch, "p-2", "loser")
    study_runs.keep_only("p-1", "winner")
    assert live(store, tracking) == [("p-1", "winner"), ("p-2", "loser")]
    study_runs.settle("s", {"p-1": "winner", "p-2": "loser"})
    assert len(live(store, tracking)) == 2


def test_a_study_settles_each_of_its_experiments(
    tracking: TrackingParameters,
    store: Store,
    study_runs: StudyRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One of two, one that is deleted, and one that is as it should be."""
    for name, attempt in (("p-1", "a"), ("p-1", "b"), ("p-2", "c"), ("p-3", "d"), ("p-4", "e")):
        train(tracking, monkeypatch, name, attempt)
    study_runs.delete("p-2")
    study_runs.settle("s", {"p-1": "a", "p-2": "c", "p-3": "d"})
    assert live(store, tracking) == [("p-1", "a"), ("p-2", "c"), ("p-3", "d"), ("p-4", "e")]


def test_of_several_deleted_runs_the_one_that_has_most_is_kept(
    tracking: TrackingParameters,
    store: Store,
    study_runs: StudyRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others were deleted in mid-training, and told to the store anew."""
    experiment = store.experiment(tracking.experiment)
    for metrics in ({}, {"a": 1.0, "b": 2.0}, {"a": 1.0}):
        train(tracking, monkeypatch, "p-1", "winner")
        (run,) = store.client.search_runs([experiment])
        for name, value in metrics.items():
            store.client.log_metric(run.info.run_id, name, value)
        study_runs.delete("p-1")
    study_runs.keep_only("p-1", "winner")
    (kept,) = store.client.search_runs([experiment])
    assert kept.data.metrics == {"a": 1, "b": 2}
    assert len(store.client.search_runs([experiment], "", ViewType.DELETED_ONLY)) == 2


def test_a_model_finds_the_run_of_its_own_attempt(
    tracking: TrackingParameters, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = store.experiment(tracking.experiment)

    def found(name: str, attempt: str, own: bool) -> tuple[str, str] | None:
        be_at(monkeypatch, name, attempt)
        run = by_model(store.client, experiment, wanted(RECORD), own)
        return (run.data.tags["dvc.experiment"], run.data.tags[ATTEMPT]) if run else None

    for name, attempt in (("p-1", "a"), ("p-1", "b"), ("p-2", "c")):
        train(tracking, monkeypatch, name, attempt)
    assert found("p-1", "a", own=True) == found("p-1", "a", own=False) == ("p-1", "a")
    assert found("p-1", "x", own=False) == ("p-1", "b")
    assert found("p-1", "x", own=True) is None
    assert found("p-2", "b", own=True) is None


def test_a_run_is_whole_with_the_figures_of_its_evaluation(
    tracking: TrackingParameters, study_runs: StudyRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which DVC does not run where it knows the model, as of another study."""
    train(tracking, monkeypatch, "p-1", "a")
    assert not study_runs.evaluated("p-1", "a")
    journal_figures(RECORD, {"psnr": 20.0}, tracking)
    Courier(tracking).finish()
    assert study_runs.evaluated("p-1", "a")
    assert not study_runs.evaluated("p-1", "b")


def test_runs_are_below_one_parent_for_each_study(store: Store, study_runs: StudyRuns) -> None:
    parent = study_runs.parent("sizes", "How far?")
    assert study_runs.parent("sizes", "How near?") == parent != study_runs.parent("codes", "?")
    run = store.client.get_run(parent)
    assert (run.info.run_name, run.info.status) == ("study sizes", "FINISHED")
    assert run.data.tags["mlflow.note.content"] == "How far?"
    assert context("sizes", "a", parent)["mlflow.parentRunId"] == parent


def test_a_store_that_fails_for_a_while_is_waited_for(
    tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    class Flaky(Store):
        def __init__(self, uri: str) -> None:
            opened.append(uri)
            super().__init__(uri if len(opened) > 2 else "http://127.0.0.1:9")

    monkeypatch.setattr(runs, "Store", Flaky)
    monkeypatch.setattr(runs, "PAUSE", 0.01)
    assert not StudyRuns(store_uri(tracking), tracking.experiment).evaluated("p-1", "a")
    assert len(opened) == 3
