"""Many at once: in one clone, in two on one cache, in the workers of a queue."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.processes import start
from tests.projects import Project, new_project, stages_run
from tests.trials.projects import differences, doubled, results, stopped_runs

REPRO = [sys.executable, "-m", "stages.repro"]

TIMES_OUT = 900
"""Seconds for all experiments of a queue."""


def ended(processes: list[subprocess.Popen]) -> list[str]:
    """What processes printed, which all have to end well."""
    printed = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), printed
    return printed


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(tmp_path_factory.mktemp("whole"))
    project.stage("repro")
    return project


def test_two_pipelines_in_one_clone(whole: Project, tmp_path: Path) -> None:
    project = new_project(tmp_path / "new")
    first = start(project, *REPRO)
    time.sleep(5)
    second = start(project, *REPRO)
    one, other = ended([first, second])
    waiting = "another `make repro` is at work in this clone: waiting until it has ended"
    assert (one.count(waiting), other.count(waiting)) == (0, 1)
    assert stages_run(other) == set()
    assert differences(results(project), results(whole)) == []
    runs = stopped_runs(project)
    assert runs == stopped_runs(whole)
    print(f"\ntwo in one clone: {len(stages_run(one))} stages and none, {dict(runs)}")


def test_two_clones_on_one_cache(whole: Project, tmp_path: Path) -> None:
    projects = [new_project(tmp_path / name) for name in ("one", "other")]
    for project in projects:
        project.run("dvc", "cache", "dir", "--local", str(tmp_path / "cache"))
    ended([start(project, *REPRO) for project in projects])
    for project in projects:
        assert differences(results(project), results(whole)) == []
        assert stopped_runs(project) == stopped_runs(whole)
        assert doubled(project) == []
    print(f"\ntwo clones on one cache: {[dict(stopped_runs(project)) for project in projects]}")


def test_four_workers_of_a_queue(whole: Project) -> None:
    """Twelve experiments, each of which trains one model, log to one store."""
    sizes = [*range(5, 17)]
    values = ",".join(map(str, sizes))
    sweep = ["dvc", "exp", "run", "--queue", "-S", f"models.simple.code_size={values}"]
    whole.run(*sweep, "train@simple")
    before = len(whole.runs())
    begun = time.monotonic()
    whole.run("dvc", "queue", "start", "--jobs", "4")
    try:
        while (states := states_of(whole)).keys() != {"Success"}:
            assert "Failed" not in states, whole.run("dvc", "queue", "status")
            assert time.monotonic() - begun < TIMES_OUT, states
            time.sleep(2)
    finally:
        whole.run("dvc", "queue", "stop", "--kill")
    new = whole.runs()[: len(whole.runs()) - before]
    found = sorted(int(run.data.params["code_size"]) for run in new)
    assert found == sizes
    assert {run.info.status for run in new} == {"FINISHED"}
    assert len({run.data.tags["dvc.experiment"] for run in new}) == len(sizes)
    assert doubled(whole) == []
    print(f"\nfour workers: {len(new)} runs in {time.monotonic() - begun:.0f} s")


def states_of(project: Project) -> Counter:
    """The experiments of the queue by state."""
    rows = project.run("dvc", "queue", "status").splitlines()
    words = (word for row in rows for word in row.split())
    return Counter(word for word in words if word in ("Success", "Failed", "Running", "Queued"))
