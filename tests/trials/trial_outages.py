"""Whole trainings against stores that fail: what each outage costs, and that nothing is lost.

`python -m pytest tests/trials/trial_outages.py -s` prints a row an outage; ten minutes.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from tests.processes import start
from tests.projects import Project, new_project
from tests.stores import PASSWORD, content, failing_server
from tests.trials.servers import Server, free_port, slow

EPOCHS = 30


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose one model takes some seconds to train after it is compiled."""
    project = new_project(tmp_path_factory.mktemp("trial"))
    parameters = project.read_parameters()
    parameters["data"] |= {"train_limit": 4000, "test_limit": 500}
    parameters["models"] = {
        "simple": parameters["models"]["simple"] | {"epochs": EPOCHS, "batch_size": 4}
    }
    parameters["replicas"]["dense"]["seeds"] = []
    project.write_parameters(parameters)
    project.commit("trial")
    project.stage("prepare")
    return project


def timed(project: Project, **environment: str) -> tuple[float, float, str]:
    """Seconds of all epochs, and from then to the end of the process; and what it printed.

    The first epochs are where a store that is not there stopped a training.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "stages.train", "simple"],
        cwd=project.folder,
        env=project.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output, ends = "", []
    for line in process.stdout:
        output += line
        if re.match(r"simple \d+/", line):
            ends.append(time.monotonic())
    assert process.wait() == 0, output
    assert len(ends) == EPOCHS
    return ends[-1] - ends[0], time.monotonic() - ends[-1], output


def check_once(client: MlflowClient, count: int) -> None:
    """`count` whole runs, each point and picture once, at times within the training."""
    experiment = client.get_experiment_by_name("mnist-autoencoders")
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id])
    assert len(found) == count
    for run in found:
        held = content(client, run)
        assert held["status"] == "FINISHED"
        assert {"loss", "val_loss", "seconds"} <= set(held["points"])
        for name in ("loss", "val_loss"):
            points = held["points"][name]
            assert [step for step, *_ in points] == list(range(1, EPOCHS + 1))
            times = [at for *_, at in points]
            assert held["start"] < times[0] <= times[-1] <= held["end"]
            assert times == sorted(times)
        assert len(held["points"]["seconds"]) == 1
        # of 30 epochs every second one is pictured, and the start
        assert len(held["pictures"]) == 2 * (1 + EPOCHS // 2)
        assert len(held["models"]) == 1


def journals(project: Project) -> list[str]:
    folder = project.folder / ".dvc/tmp/tracking"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_outages(trial: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(tmp_path / "server")
    rows: list[tuple[str, float, float, str]] = []

    def measure(name: str, **environment: str) -> str:
        epochs, after, output = timed(trial, **environment)
        assert output.count("Traceback") == 0
        assert PASSWORD not in output
        assert output.count("WARNING") <= 1
        said = "said once" if "WARNING" in output else "not said"
        rows.append((name, epochs, after, f"{said}, {len(journals(trial))} journals left"))
        with capsys.disabled():
            print(f"\n{name:34}{epochs:8.1f} s{after:8.1f} s  {rows[-1][3]}", flush=True)
        return output

    def sync(uri: str, code: int = 0) -> str:
        start = time.monotonic()
        output = trial.stage("sync", code=code, MLFLOW_TRACKING_URI=uri)
        with capsys.disabled():
            last = output.splitlines()[-1]
            print(f"  sync: {time.monotonic() - start:.1f} s, exit code {code}: {last}", flush=True)
        assert "Traceback" not in output
        assert PASSWORD not in output
        return output

    measure("no tracking", MLFLOW_TRACKING_URI="none")
    measure("no tracking, again", MLFLOW_TRACKING_URI="none")
    measure("SQLite, new", MLFLOW_TRACKING_URI="")
    measure("SQLite", MLFLOW_TRACKING_URI="")
    check_once(trial.store, 2)
    server.start()
    try:
        measure("server", MLFLOW_TRACKING_URI=server.uri)
        client = MlflowClient(server.uri)
        check_once(client, 1)
        count = 1
        for how in ("dead", "500", "507", "hanging"):
            with failing_server(how) as uri:
                measure(how, MLFLOW_TRACKING_URI=uri)
                sync(uri, code=1)
            sync(server.uri)
            count += 1
            check_once(client, count)
            assert journals(trial) == []
        for seconds in (0.5, 3.0, 8.0):
            with slow(server.port, seconds) as uri:
                measure(f"each answer after {seconds} s", MLFLOW_TRACKING_URI=uri)
            sync(server.uri)
            count += 1
            check_once(client, count)

        during(trial, server.kill)
        measure("killed in the middle", MLFLOW_TRACKING_URI=server.uri)
        server.start()
        sync(server.uri)
        count += 1
        check_once(client, count)

        def restart() -> None:
            server.kill()
            server.start()

        restarting = during(trial, restart)
        measure("killed and started again", MLFLOW_TRACKING_URI=server.uri)
        restarting.join()
        sync(server.uri)
        count += 1
        check_once(client, count)
    finally:
        server.kill()
    base = min(epochs + after for name, epochs, after, _ in rows if name.startswith("no tracking"))
    with capsys.disabled():
        print("\n| store | epochs | from the last to the end | delay | |\n|---|---|---|---|---|")
        for name, epochs, after, what in rows:
            delay = epochs + after - base
            print(f"| {name} | {epochs:.1f} s | {after:.1f} s | {delay:+.1f} s | {what} |")


def during(project: Project, act: Callable[[], None]) -> threading.Thread:
    """Do something once the next training has an epoch in its journal; what to wait for."""
    before = set(journals(project))

    def watch() -> None:
        while True:
            for name in set(journals(project)) - before:
                events = project.folder / ".dvc/tmp/tracking" / name / "events.jsonl"
                if events.exists() and events.read_text().count('"epoch"') > 3:
                    act()
                    return
            time.sleep(0.02)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    return watching


@pytest.mark.parametrize("how", ["dead", "500", "hanging"])
def test_required(trial: Project, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    parameters = trial.read_parameters()
    parameters["tracking"]["required"] = True
    trial.write_parameters(parameters)
    try:
        for stage in ("train", "evaluate"):
            with failing_server(how) as uri:
                start = time.monotonic()
                output = trial.stage(stage, "simple", code=1, MLFLOW_TRACKING_URI=uri)
            wall = time.monotonic() - start
            assert output.startswith("error: tracking.required is true, but")
            assert PASSWORD not in output
            with capsys.disabled():
                print(f"\nrequired, {how}, {stage}: refused after {wall:.1f} s", flush=True)
            assert wall < 10
    finally:
        trial.run("git", "checkout", "-q", "params.yaml")


def test_a_full_disk_at_the_stores_side(
    trial: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store on a small tmpfs, which needs root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted")
    try:
        _, after, output = timed(trial, MLFLOW_TRACKING_URI=f"sqlite:///{disk}/mlflow.db")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert "Traceback" not in output
    assert output.count("WARNING") == 1
    with capsys.disabled():
        print(
            f"\nSQLite on a full disk: {after:.1f} s after the last epoch",
            output.split("WARNING")[1],
            flush=True,
        )
    assert len(journals(trial)) == 1
    trial.stage("sync", MLFLOW_TRACKING_URI="")
    assert journals(trial) == []


def test_eight_trainings_at_once_and_the_ui(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new_project(tmp_path)
    parameters = project.read_parameters()
    parameters["data"] |= {"train_limit": 1000, "test_limit": 100}
    model: dict[str, Any] = parameters["models"]["simple"] | {"epochs": 5}
    names = [f"dense_{number}" for number in range(8)]
    parameters["models"] = dict.fromkeys(["simple", *names], model)
    parameters["runtime"]["threads"] = 1
    project.write_parameters(parameters)
    project.stage("prepare")
    port = free_port()
    ui = start(project, sys.executable, "-m", "stages.ui", "--port", str(port))
    begun = time.monotonic()
    try:
        with ThreadPoolExecutor(8) as pool:
            outputs = list(pool.map(lambda name: project.stage("train", name), names))
        wall = time.monotonic() - begun
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10)
    finally:
        os.killpg(ui.pid, signal.SIGKILL)
        served, _ = ui.communicate()
    for text in (*outputs, served):
        assert "locked" not in text
        assert "Traceback" not in text
        assert "WARNING" not in text
    found = project.runs()
    points = 0
    for run in found:
        held = content(project.store, run)
        assert held["status"] == "FINISHED"
        assert [step for step, *_ in held["points"]["loss"]] == [1, 2, 3, 4, 5]
        assert len(held["pictures"]) == 2 * 6
        assert len(held["models"]) == 1
        points += sum(map(len, held["points"].values()))
    assert sorted(str(run.info.run_name) for run in found) == names
    left = len(journals(project))
    with capsys.disabled():
        print(
            f"\n8 trainings: {wall:.0f} s, {len(found)} runs, {points} points, {left} journals left"
        )
    assert left == 0
