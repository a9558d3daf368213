"""The MLflow store survives what users do: start at once, stop, kill."""

import subprocess
import sys
from pathlib import Path

import pytest
from mlflow.store.db import utils

from mnist_autoencoders.tracking.store import Store
from tests.projects import Project


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


def test_a_new_store_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed as MLflow builds it, which it does not go on with."""

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    file = tmp_path / "other" / "store.db"
    with monkeypatch.context() as patch:
        patch.setattr(utils, "_upgrade_db", killed)
        with pytest.raises(KeyboardInterrupt):
            Store(f"sqlite:///{file}")
    assert [path.name for path in file.parent.iterdir()] == ["store.db.lock"]
    assert Store(f"sqlite:///{file}").experiment("a").isdecimal()
