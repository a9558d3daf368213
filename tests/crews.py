"""A cluster on this machine: workers with folders and caches of their own, and all they talk to."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from mnist_autoencoders.studies.origin import experiments
from tests.processes import hear_signals
from tests.projects import Project

PATIENCE = 60.0
"""Seconds that something may take to come up."""


class Crew:
    """A project with a bare git remote and a DVC remote, a Dask scheduler, and workers.

    Each is a process that can be killed, frozen and started again. `store` is the address of an
    MLflow server; `environment` is added to that of all, as for TLS; `remote` is DVC's, None for
    a folder.
    """

    def __init__(
        self,
        project: Project,
        folder: Path,
        store: str,
        address: str,
        environment: dict[str, str],
        remote: str | None = None,
    ) -> None:
        self.project, self.folder, self.address = project, folder, address
        self.folder.mkdir()
        self.environment = project.environment | {"MLFLOW_TRACKING_URI": store} | environment
        self.client = MlflowClient(store)
        self.origin = folder / "origin.git"
        self.processes: dict[str, subprocess.Popen] = {}
        project.run("git", "init", "-q", "--bare", str(self.origin))
        shared = remote or str(folder / "shared")
        project.run("dvc", "remote", "add", "--default", "shared", shared)
        project.run("git", "remote", "remove", "origin")
        project.run("git", "remote", "add", "origin", str(self.origin))
        project.commit("remotes")
        project.run("git", "push", "-q", "origin", "HEAD")
        project.run("dvc", "push", "-q", **environment)

    def start_scheduler(self) -> None:
        """Start it, and wait until it takes connections."""
        host, port = self.address.split("://")[1].split(":")
        protocol = self.address.split(":")[0]
        command = ["distributed.cli.dask_scheduler", "--host", host, "--port", port]
        self._start("scheduler", *command, "--protocol", protocol, "--no-dashboard", "--no-show")

    def start_worker(self, name: str) -> None:
        """Start a worker of one slot, with a folder and a cache of its own."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        options = ["--scheduler", self.address, "--folder", str(place / "clones")]
        self._start(name, "stages.study", "worker", *options, "--cache", str(place / "cache"))

    def start_driver(self, study: str) -> None:
        self._start("driver", "stages.study", study, "--scheduler", self.address)

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=self.project.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=hear_signals,
            )

    def signal(self, name: str, number: int) -> None:
        """Send a signal to one process alone."""
        self.processes[name].send_signal(number)

    def kill(self, name: str) -> None:
        """As a lost power cord does, or an operator out of memory."""
        self.signal(name, signal.SIGKILL)
        self.processes[name].wait()

    def at_work_in(self, worker: str) -> list[str]:
        """The commands of the processes that are at work in a worker's folder."""
        place, found = str(self.folder / worker), []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.cwd().startswith(place):
                    found.append(" ".join(process.cmdline()))
        return found

    def end(self) -> None:
        """End all that is at work."""
        for process in self.processes.values():
            process.kill()
            process.wait()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def pushed(self) -> set[str]:
        """The experiments in the git remote."""
        return set(experiments(str(self.origin)))

    def scratch_left(self) -> list[Path]:
        """What no worker has removed."""
        return list(self.folder.glob("*/clones/.unfinished-*"))

    def live_runs(self) -> dict[str, list[tuple[int, bool]]]:
        """By experiment: of each run that is not deleted, its epochs, and whether it is whole.

        It is if it has ended well, has each epoch once, and the figures of the evaluation.
        """
        found: dict[str, list[tuple[int, bool]]] = {}
        for run in self._runs(ViewType.ACTIVE_ONLY):
            steps = Counter(
                point.step for point in self.client.get_metric_history(run.info.run_id, "val_loss")
            )
            whole = run.info.status == "FINISHED" and "test_psnr" in run.data.metrics
            whole &= set(steps.values()) == {1}
            found.setdefault(run.data.tags["dvc.experiment"], []).append((len(steps), whole))
        return found

    def below_parent(self) -> tuple[str, set[str]]:
        """The name of the run that all runs of the study are below, and their experiments."""
        runs = self._runs(ViewType.ACTIVE_ONLY)
        (parent,) = {run.data.tags["mlflow.parentRunId"] for run in runs}
        name = self.client.get_run(parent).info.run_name
        return str(name), {run.data.tags["dvc.experiment"] for run in runs}

    def told_of(self, name: str) -> str:
        """All runs of an experiment, deleted ones too, for whoever looks for what went wrong."""
        tags = ("study.attempt", "rebuilt", "journal", "host", "pid")
        return "\n".join(
            f"{run.info.lifecycle_stage} {run.info.status} {run.info.start_time} "
            f"{run.info.end_time} {len(run.data.metrics)} metrics "
            f"{[run.data.tags.get(tag) for tag in tags]}"
            for run in self._runs(ViewType.ALL)
            if run.data.tags["dvc.experiment"] == name
        )

    def _runs(self, view: int) -> list[Run]:
        experiment = self.client.get_experiment_by_name("mnist-autoencoders")
        assert experiment is not None
        runs = self.client.search_runs([experiment.experiment_id], "", view, max_results=1000)
        return [run for run in runs if "study.parent" not in run.data.tags]


def wait_for_work(crew: Crew, worker: str, seconds: float = PATIENCE) -> None:
    """Wait until a worker has a point at hand, of a driver that is at work."""
    driver = crew.processes["driver"]
    at_work = crew.folder / worker / "clones"
    wait_for(
        lambda: driver.poll() is not None or any(at_work.glob(".unfinished-*/clone/dvc.lock")),
        seconds,
        f"{worker}: {crew.log(worker)}",
    )
    assert driver.poll() is None, crew.log("driver")


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE, what: str = "") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def with_study(project: Project, name: str, models: dict[str, list[str]], seeds: list[int]) -> None:
    """Give a project one more study, and commit it."""
    parameters = project.read_parameters()
    figure = {"x": "code_size", "y": [["psnr"]]}
    study = {"question": "Does it end?", "vary": models, "seeds": seeds, "figure": figure}
    parameters["studies"][name] = study
    project.write_parameters(parameters)
    project.commit(f"study {name}")
