"""The MLflow store survives what users do: start at once, stop, kill."""

import os
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
        "store = open_store(TrackingParameters());"
        "run = store.client.create_run(store.experiment('mnist-autoencoders'));"
        "store.client.set_terminated(run.info.run_id)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=project.environment)
        for _ in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert statuses(project) == ["FINISHED"] * 3


def stop_in_second_epoch(project: Project, number: signal.Signals, *stage: str) -> tuple[int, str]:
    """Send a signal when `simple` has done two epochs; return the exit code and what follows.

    It goes to all processes of the stage, as a terminal sends Ctrl-C.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *stage],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("simple 2/10000"):
        assert process.poll() is None
    os.killpg(process.pid, number)
    rest, _ = process.communicate()
    assert not (project.folder / "out/training/simple").exists()
    return process.returncode, rest


def test_a_stopped_training_can_be_run_again(project: Project) -> None:
    parameters = project.read_parameters()
    parameters["models"]["simple"]["epochs"] = 10_000
    project.write_parameters(parameters)
    code, output = stop_in_second_epoch(project, signal.SIGINT, "stages.repro")
    assert code == 1
    assert "failed to reproduce 'train@simple'" in output
    assert output.endswith("error: not all stages have run, see above; run again to go on\n")
    train = ("stages.train", "simple")
    assert stop_in_second_epoch(project, signal.SIGTERM, *train)[0] == 143
    assert not list((project.folder / "out/training").iterdir())
    assert stop_in_second_epoch(project, signal.SIGKILL, *train)[0] == -9
    # what was not delivered in the second that is left then is so later
    assert len(list((project.folder / ".dvc/tmp/tracking").glob("*"))) >= 1
    assert "FINISHED" not in statuses(project)

    parameters["models"]["simple"]["epochs"] = 1
    project.write_parameters(parameters)
    project.stage("train", "simple")
    assert sorted(statuses(project)) == ["FINISHED", *["KILLED"] * 3]
    assert list((project.folder / ".dvc/tmp/tracking").iterdir()) == []
