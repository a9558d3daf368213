"""Small projects to break, what their results are, and how they are stopped."""

import hashlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
from ruamel.yaml import YAML

from tests.processes import at_work
from tests.projects import Project

RESULTS = ("data", "out", "reports")

NOT_COMPARED = ("reports/timings", "reports/index.html")
"""Depend on the clock."""

WAYS = {
    # of Ctrl-C, a program, a closed terminal, a lost power cord, and `kill -9` of one process
    "SIGINT": (signal.SIGINT, True),
    "SIGTERM": (signal.SIGTERM, False),
    "SIGHUP": (signal.SIGHUP, True),
    "SIGKILL of all": (signal.SIGKILL, True),
    "SIGKILL": (signal.SIGKILL, False),
}
"""How something is stopped: the signal, and whether it reaches all of a session."""


def results(project: Project) -> dict[str, str]:
    """Digests of all results, and of all stages in dvc.lock, by name; half-written ones, too.

    Not of the page and its stage: it shows the seconds of trainings.
    """
    lock = YAML(typ="safe").load(project.folder / "dvc.lock")["stages"]
    del lock["report"]
    digests = {f"dvc.lock: {stage}": repr(entry) for stage, entry in lock.items()}
    files: list[Path] = []
    for name in RESULTS:
        files += (path for path in (project.folder / name).rglob("*") if path.is_file())
    digests |= {
        path.relative_to(project.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    return {path: each for path, each in digests.items() if not path.startswith(NOT_COMPARED)}


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Paths of which only one has such a file."""
    return sorted({path for path, _ in one.items() ^ other.items()})


def stop(process: subprocess.Popen, way: str) -> tuple[int, str, float]:
    """Stop a process; return its exit code, all it printed, and after how many seconds the last of
    what it had started was gone."""
    number, to_all = WAYS[way]
    begun = time.monotonic()
    try:
        started = psutil.Process(process.pid).children(recursive=True)
        (os.killpg if to_all else os.kill)(process.pid, number)
    except (ProcessLookupError, psutil.NoSuchProcess):
        started = []
    printed, _ = process.communicate()
    while any(map(at_work, started)):
        time.sleep(0.01)
    return process.returncode, printed, time.monotonic() - begun


def moments(seed: int, longest: float) -> Iterator[tuple[float, str]]:
    """Random moments, in seconds, and ways to stop something then."""
    rng = random.Random(seed)
    while True:
        yield rng.uniform(0, longest), rng.choice([*WAYS])


def stopped_runs(project: Project) -> Counter:
    """The tracked runs by name and status."""
    return Counter((run.info.run_name, run.info.status) for run in project.runs())


def doubled(project: Project) -> list[str]:
    """Metrics of finished runs that do not have each epoch once, from the first on."""
    found = []
    for run in project.runs():
        if run.info.status != "FINISHED":
            continue
        for name in ("loss", "val_loss"):
            steps = [p.step for p in project.store.get_metric_history(run.info.run_id, name)]
            if sorted(steps) != [*range(1, len(steps) + 1)] or not steps:
                found.append(f"{run.info.run_name}: {name}: {steps}")
    return found
