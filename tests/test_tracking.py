"""The MLflow store survives what users do: start at once, stop, kill."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import Project


def statuses(project: Project) -> list[str]:
    return [run.info.status for run in project.runs()]


def test_a_new_store_opened_by_three_processes_at_once(tmp_path: Path, project: Project) -> None:
    script = (
        "import sys; sys.path.insert(0, 'src');"
        "from mnist_autoencoders.tracking.store import open_store;"
        "from mnist_autoencoders.tracking.parameters import TrackingParameters;"
        "open_store(TrackingParameters()); import mlflow; mlflow.start_run(); mlflow.end_run()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=project.environment)
        for _ in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert statuses(project) == ["FINISHED"] * 3


def stop_in_second_epoch(project: Project, number: signal.Signals) -> int:
    """Train `simple`, send a signal when it has done two epochs, and return the exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "stages.train", "simple"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("simple 2/10000"):
        assert process.poll() is None
    process.send_signal(number)
    process.communicate()
    assert not (project.folder / "out/training/simple").exists()
    return process.returncode


def test_a_stopped_training_can_be_run_again(project: Project) -> None:
    parameters = project.read_parameters()
    parameters["models"]["simple"]["epochs"] = 10_000
    project.write_parameters(parameters)
    project.stage("prepare")
    assert stop_in_second_epoch(project, signal.SIGTERM) == 143
    assert statuses(project) == ["KILLED"]
    assert not list((project.folder / "out/training").iterdir())
    assert stop_in_second_epoch(project, signal.SIGKILL) == -9
    assert sorted(statuses(project)) == ["KILLED", "RUNNING"]

    parameters["models"]["simple"]["epochs"] = 1
    project.write_parameters(parameters)
    project.stage("train", "simple")
    assert sorted(statuses(project)) == ["FINISHED", "KILLED", "KILLED"]
