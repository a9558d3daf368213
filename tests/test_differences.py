"""A run says what it has otherwise than the params.yaml that is committed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from mnist_autoencoders.tracking.differences import LONGEST, changes, description, in_words
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import NOTE, begin_event
from tests.tracked import RECORD

COMMITTED = """
seed: 3
data: {source: auto, train_limit: null}
noises:
  gaussian: {kind: gaussian, factor: 0.7}
models:
  tiny: {kind: dense, input: gaussian, code_size: 2, hidden: [16, 8], variational: {beta: 1.0}}
  seeded: {kind: dense, input: clean, seed: 5}
"""
TRAINED = {
    "kind": "dense", "input": "gaussian", "code_size": 2, "hidden": [16, 8], "dropout": 0.0,
    "variational": {"beta": 1.0, "samples": 1},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(COMMITTED)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    for command in (["init", "-q"], ["add", "params.yaml"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True)


def record(trained: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return RECORD | {"parameters": TRAINED | (trained or {})} | more


@pytest.mark.parametrize(
    ("written", "trained", "found"),
    [
        ("", {}, {}),
        ("", {"code_size": 8}, {"code_size": 8}),
        ("", {"hidden": [16]}, {"hidden": [16]}),
        ("", {"variational": {"beta": 4.0, "samples": 1}}, {"variational.beta": 4.0}),
        # what the entry does not name is as by default, unless it does now
        ("hidden: [16, 8], dropout: 0.2,", {"dropout": 0.2}, {"dropout": 0.2}),
        ("factor: 0.4}", {}, {"noises.gaussian.factor": 0.4}),
        ("train_limit: 300}", {}, {"data.train_limit": 300}),
    ],
)
def test_what_is_otherwise(written: str, trained: dict[str, Any], found: dict[str, Any]) -> None:
    before = {"hidden": "hidden: [16, 8],", "factor": "factor: 0.7}"}
    old = before.get(written.partition(":")[0], "train_limit: null}")
    Path("params.yaml").write_text(COMMITTED.replace(old, written or old))
    assert changes(record(trained), "HEAD") == found


def test_a_seed_is_told_unless_it_is_the_usual_one_or_that_of_a_replica() -> None:
    assert changes(record(seed=4), "HEAD") == {"seed": 4}
    assert changes(record(seed=4, replica=True), "HEAD") == {}
    clean = {"kind": "dense", "input": "clean"}
    seeded = RECORD | {"model": "seeded", "parameters": clean}
    assert changes(seeded | {"seed": 5}, "HEAD") == {}
    assert changes(seeded, "HEAD") == {"seed": 3}


@pytest.mark.parametrize("revision", ["HEAD", "none"])
def test_a_model_that_is_not_committed_is_new(revision: str) -> None:
    new = record(model="other") if revision == "HEAD" else record()
    assert changes(new, revision) is None
    assert "A model that params.yaml at" in description(new, None, revision, None)


def test_the_name_and_the_description_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = begin_event(record(), TrackingParameters(), 1.0)
    assert first["name"] == "tiny"
    assert "\n\nAs in params.yaml at `" in first["tags"][NOTE]
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", '{"study": "sizes"}')
    changed = begin_event(record({"code_size": 8, "hidden": []}), TrackingParameters(), 1.0)
    assert changed["name"] == "tiny code_size=8 hidden=[]"
    note = changed["tags"][NOTE]
    assert note.startswith("dense; trained on images with noise, gaussian, of some digits (30).")
    assert "\n- `code_size`: 8\n- `hidden`: []\n" in note
    assert note.endswith("A point of the study `sizes`.")
    replica = begin_event(record(replica=True), TrackingParameters(), 1.0)
    assert replica["name"] == "tiny-3"
    assert "A replica, which differs in its seed alone: 3." in replica["tags"][NOTE]


def test_words_have_an_end() -> None:
    assert in_words({"a": 1, "b": [2, 3]}) == "a=1 b=[2, 3]"
    assert len(in_words({"hidden": [1000] * 100})) == LONGEST


def test_a_file_that_is_no_parameters_keeps_no_training_from_its_run() -> None:
    Path("params.yaml").write_text("models: [")
    assert changes(record(), "HEAD") == {}
