"""Stages, trainings and the whole pipeline, stopped at random moments and run again.

`ROUNDS=5 .venv/bin/python -m pytest -s tests/trials/trial_kills.py` stops each stage five times,
and so on. Each time the results have to be those of a run that was never stopped, byte for byte.
"""

import os
import random
import shlex
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.processes import start
from tests.projects import Project, new_project
from tests.trials.projects import (
    WAYS,
    copied,
    differences,
    doubled,
    moments,
    results,
    stop,
    stopped_runs,
)

ROUNDS = int(os.environ.get("ROUNDS", "1"))

AT_MOST = 3.0
"""Seconds in which all is gone that a signal ends."""

LONG = {"epochs": 600}
TRAININGS = {
    "simple": LONG,
    "vae": LONG | {"binarised": True},
    "denoising": {"epochs": 200, "fresh_noise": True, "batch_normalisation": True},
    "stopping": LONG
    | {"validation_share": 0.2, "early_stopping": {"patience": 30}, "optimizer": "adadelta"},
}
"""What the small models are changed to for trainings that last."""

KILLS_OF_A_TRAINING = 5
KILLS_OF_A_PIPELINE = 8


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which the pipeline ran without being stopped."""
    project = new_project(tmp_path_factory.mktemp("whole"))
    project.stage("repro")
    return project


def command_of(project: Project, stage: str) -> list[str]:
    lock = YAML(typ="safe").load(project.folder / "dvc.lock")
    return [sys.executable, *shlex.split(lock["stages"][stage]["cmd"])[1:]]


def check_end(way: str, code: int, printed: str, seconds: float) -> None:
    assert "Traceback" not in printed, printed
    if code == 0:
        return  # it had ended before
    number = WAYS[way][0]
    # of its own accord, or before it was ready for signals
    assert code in (128 + number, -number), (way, code, printed)
    assert seconds < AT_MOST, (way, seconds)
    if way == "SIGINT":
        assert printed.count("stopped: the same command goes on from here") == 1, printed


def read_epochs(process: subprocess.Popen, model: str, count: int) -> str:
    """What a training prints up to so many epochs, or to its end."""
    assert process.stdout is not None
    printed = ""
    while count and (line := process.stdout.readline()):
        printed += line
        count -= line.startswith(f"{model} ")
    return printed


def test_stages(whole: Project, tmp_path: Path) -> None:
    project, expected = copied(whole, tmp_path / "copy"), results(whole)
    stages = YAML(typ="safe").load(project.folder / "dvc.lock")["stages"]
    outcomes: Counter = Counter()
    longest = 0.0
    for index, stage in enumerate(stages):
        command = command_of(project, stage)
        begun = time.monotonic()
        project.run(*command)
        takes = time.monotonic() - begun
        assert differences(results(project), expected) == [], stage
        when = moments(index, takes)
        for _ in range(ROUNDS):
            moment, way = next(when)
            process = start(project, *command)
            time.sleep(moment)
            code, printed, seconds = stop(process, way)
            check_end(way, code, printed, seconds)
            if code:
                longest = max(longest, seconds)
            outcomes[way, "ended before" if code == 0 else "stopped"] += 1
            project.run(*command)
            assert differences(results(project), expected) == [], (stage, way, moment)
    assert "up to date" in project.run("dvc", "status")
    print(f"\nstages: {len(stages)}, {dict(outcomes)}, gone after at most {longest:.1f} s")
    print(stopped_runs(project))


def test_trainings(whole: Project, tmp_path: Path) -> None:
    project = copied(whole, tmp_path / "copy")
    parameters = project.read_parameters()
    models = parameters["models"]
    models["stopping"] = dict(models["simple"])
    for model, changes in TRAININGS.items():
        models[model] |= changes
    project.write_parameters(parameters)
    for index, model in enumerate(TRAININGS):
        outcomes: Counter = Counter()
        command = [sys.executable, "-m", "stages.train", model]
        project.run(*command)
        expected = results(project)
        rng, when = random.Random(index), moments(index, 0.2)
        for _ in range(ROUNDS):
            for _ in range(KILLS_OF_A_TRAINING):
                process = start(project, *command)
                before = read_epochs(process, model, rng.randint(1, 30))
                delay, way = next(when)
                time.sleep(delay)
                code, rest, seconds = stop(process, way)
                check_end(way, code, before + rest, seconds)
                resumed = "going on after epoch" in before
                outcomes["ended before" if code == 0 else way, resumed] += 1
            printed = project.run(*command)
            outcomes["then ended", "going on after epoch" in printed] += 1
            assert differences(results(project), expected) == [], (model, way)
            assert doubled(project) == []
        print(f"\n{model} (what, whether it had gone on): {dict(outcomes)}")
    print(stopped_runs(project))
    statuses = {status for _, status in stopped_runs(project)}
    assert statuses == {"FINISHED"}, "a training that goes on is one run"


@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_pipeline(whole: Project, number: int, tmp_path: Path) -> None:
    project = new_project(tmp_path / "new")
    when = moments(1000 + number, 1.0)
    outcomes: Counter = Counter()
    command = [sys.executable, "-m", "stages.repro"]
    longest = 0.0
    for _ in range(KILLS_OF_A_PIPELINE):
        share, way = next(when)
        process = start(project, *command)
        time.sleep(25 * share)
        code, printed, seconds = stop(process, way)
        check_end(way, code, printed, seconds)
        if code:
            longest = max(longest, seconds)
        outcomes[way, "ended before" if code == 0 else "stopped"] += 1
    project.stage("repro")
    assert differences(results(project), results(whole)) == []
    assert "up to date" in project.run("dvc", "status")
    assert doubled(project) == []
    print(f"\npipeline: {dict(outcomes)}, gone after at most {longest:.1f} s")
    found = stopped_runs(project)
    print(found)
    names = {name for name, _ in stopped_runs(whole)}
    assert {name for name, status in found if status == "FINISHED"} == names
    assert "RUNNING" not in {status for _, status in found}
