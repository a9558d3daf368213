"""Whatever is stopped, and however, ends at once, leaves nothing at work, and can be run again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest
from filelock import FileLock

from mnist_autoencoders.stagecraft.outputs import UNFINISHED
from tests.conftest import write_squares
from tests.processes import at_work, hear_signals, start
from tests.projects import ROOT, Project

HOW = "stopped: the same command goes on from here\n"


class Command:
    """A command at work in a project, in a session of its own as in a terminal."""

    def __init__(self, project: Project, *arguments: str) -> None:
        self.process = start(project, sys.executable, "-m", *arguments)

    def wait_for(self, line: str) -> None:
        assert self.process.stdout is not None
        while not self.process.stdout.readline().startswith(line):
            assert self.process.poll() is None

    def stop(self, send: Callable[[int], None]) -> tuple[int, str]:
        """Send a signal; return the exit code and what is printed from then on.

        Nothing that it started may be at work three seconds later.
        """
        started = psutil.Process(self.process.pid).children(recursive=True)
        begun = time.monotonic()
        send(self.process.pid)
        rest, _ = self.process.communicate()
        while any(map(at_work, started)):
            assert time.monotonic() - begun < 3
        return self.process.returncode, rest


def to_all(number: signal.Signals) -> Callable[[int], None]:
    """As Ctrl-C, or a closed terminal, reaches all of a session."""
    return lambda pid: os.killpg(pid, number)


def to_one(number: signal.Signals) -> Callable[[int], None]:
    return lambda pid: os.kill(pid, number)


def train_for(project: Project, epochs: int) -> None:
    parameters = project.read_parameters()
    parameters["models"]["simple"]["epochs"] = epochs
    project.write_parameters(parameters)


def unfinished(project: Project) -> list[str]:
    return [path.name for path in project.folder.rglob(f"{UNFINISHED}*")]


def test_the_pipeline_ends_within_seconds(project: Project) -> None:
    train_for(project, 10_000)
    for how, send, code, said in (
        ("--warm", to_all(signal.SIGINT), 130, 1),
        # its stage is not told, and sees that nobody waits for it
        ("--warm", to_one(signal.SIGKILL), -9, 0),
        ("--cold", to_one(signal.SIGTERM), 143, 0),
    ):
        command = Command(project, "stages.repro", how)
        command.wait_for("simple 2")
        ended, rest = command.stop(send)
        assert ended == code
        assert rest.count(f"\n{HOW}") == said
        assert "Traceback" not in rest
        assert "ERROR" not in rest
        assert not (project.folder / "out/training/simple").exists()
        # a store that was being made is cleared by whoever makes it next
        assert [name for name in unfinished(project) if not name.endswith("-mlflow-.db")] == []
    # what a busy store had not taken within a second
    project.stage("sync")
    # it went on each time
    assert [run.info.status for run in project.runs()] == ["KILLED"]


def test_a_killed_training_goes_on(project: Project) -> None:
    train_for(project, 60)
    (project.folder / "data").mkdir()
    write_squares(project.folder / "data/clean")
    project.stage("train", "simple")
    trained = project.folder / "out/training/simple"
    trained.rename(project.folder / "out/uninterrupted")

    command = Command(project, "stages.train", "simple")
    command.wait_for("simple 20/60")
    assert command.stop(to_one(signal.SIGKILL))[0] == -9
    assert not trained.exists()
    # beside it may be what the store was being sent
    assert len([name for name in unfinished(project) if "-simple-" in name]) == 1
    assert project.runs()[0].info.status == "RUNNING"
    assert "going on after epoch" in project.stage("train", "simple")
    for path in (project.folder / "out/uninterrupted").rglob("*.*"):
        other = trained / path.relative_to(project.folder / "out/uninterrupted")
        assert path.read_bytes() == other.read_bytes()
    for run in project.runs():
        assert run.info.status == "FINISHED"
        for name in ("loss", "val_loss"):
            points = project.store.get_metric_history(run.info.run_id, name)
            assert [point.step for point in points] == [*range(1, 61)]
        # every third is pictured, and the last, each with a small copy
        assert len(project.store.list_artifacts(run.info.run_id, "images")) == 2 * 21
    assert len(project.runs()) == 2
    assert unfinished(project) == []


SLEEP = """
import hashlib, time
import stages
from mnist_autoencoders.stagecraft.process import run, stage
from mnist_autoencoders.stagecraft.terminal import UserError

app = stage()

@app.command()
def main(how: str) -> None:
    print("ready", flush=True)
    if how == "native":
        hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)
    if how == "finaliser":
        class Thing:
            def __del__(self):
                time.sleep(30)
        Thing()
    try:
        time.sleep(30)
    finally:
        if how == "slow":
            time.sleep(30)
        if how == "library":
            raise UserError("it failed")

run(app)
"""
"""A stage that takes half a minute, in Python or not, or takes as long to end."""


@pytest.mark.parametrize(
    ("how", "number", "code", "said"),
    [
        ("python", signal.SIGINT, 130, f"\n{HOW}"),
        ("python", signal.SIGTERM, 143, ""),
        ("python", signal.SIGHUP, 129, ""),
        # the main thread does not hear of it
        ("native", signal.SIGINT, 130, f"\n{HOW}"),
        # it hears of it where nothing can be raised
        ("finaliser", signal.SIGINT, 130, f"\n{HOW}"),
        ("slow", signal.SIGTERM, 143, ""),
        # one that takes the end for a failure, as DVC may
        ("library", signal.SIGTERM, 143, ""),
    ],
)
def test_a_signal_ends_a_stage_within_seconds(
    how: str, number: signal.Signals, code: int, said: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEP, how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_signals,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        begun = time.monotonic()
        process.send_signal(number)
        # an impatient user
        time.sleep(0.1)
        process.send_signal(number)
        assert process.communicate()[0] == said
        assert time.monotonic() - begun < 3
        assert process.returncode == code


def test_what_ignores_a_signal_still_does() -> None:
    """As SIGHUP is, of a command that nohup starts."""
    command = ["nohup", sys.executable, "-c", SLEEP, "python"]
    with subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 143


def test_a_second_pipeline_in_a_clone_waits(project: Project) -> None:
    (project.folder / "params.yaml").write_text("{}")
    (project.folder / ".dvc/tmp").mkdir(exist_ok=True)
    with FileLock(project.folder / ".dvc/tmp/repro.lock"):
        command = Command(project, "stages.repro", "-S", "seed=1")
        command.wait_for("another `make repro` is at work in this clone: waiting until it has")
        assert command.process.poll() is None
    rest, _ = command.process.communicate()
    assert rest.startswith("error: ")


WORKERS = """
import time
import stages
from joblib import delayed
from mnist_autoencoders.stagecraft.workers import in_processes

for _ in in_processes([delayed(time.sleep)(seconds) for seconds in (0, 0, 60, 60)], 2):
    print("one is done", flush=True)
"""


def test_workers_end_with_the_process_that_started_them() -> None:
    """joblib's own would wait for ever, and keep the terminal's output open."""
    with subprocess.Popen([sys.executable, "-c", WORKERS], cwd=ROOT, stdout=-1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"one is done\n"
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) >= 2
        process.kill()
        begun = time.monotonic()
        while any(map(at_work, started)):
            assert time.monotonic() - begun < 3
