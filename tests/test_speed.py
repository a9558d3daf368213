"""What must stay fast starts light, and what is called faster computes the same."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.task import Task, run_apart
from tests.projects import Project


def test_help_and_refusals_load_no_heavy_library(project: Project) -> None:
    for arguments, code in [
        (["stages.train", "--help"], 0),
        (["stages.train", "unheard_of"], 1),
        (["stages.validate"], 0),
    ]:
        output = project.run(sys.executable, "-X", "importtime", "-m", *arguments, code=code)
        loaded = {line.rpartition("|")[2].strip() for line in output.splitlines() if "|" in line}
        assert "typer" in loaded
        assert not loaded & {"tensorflow", "keras", "mlflow", "sklearn", "matplotlib"}


def test_the_benchmarked_training_is_that_of_plain_keras(clean: Path) -> None:
    changes = {"batch_size": 40}
    task = Task("cnn_small", images=200, epochs=8, changes=changes, data=str(clean.parent))
    ours, theirs = (run_apart(module, task) for module in ("project", "plain_keras"))
    for measured in (ours, theirs):
        assert len(measured.epochs) == 8
        assert measured.epochs[0].loss == pytest.approx(np.log(2), abs=0.25)
    assert ours.epochs[-1].loss == pytest.approx(theirs.epochs[-1].loss, rel=0.1)
    assert theirs.epochs[-1].loss < 0.8 * theirs.epochs[0].loss
