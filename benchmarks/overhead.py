"""What a command costs beside its work: starting, importing, logging, pictures, saving."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import pandas as pd

from benchmarks.task import process_environment
from mnist_autoencoders.terminal import say

MODELS = ("simple", "hidden", "vae")
"""Models whose whole training stage is timed; they take seconds."""

REPEATS = 3


def measure() -> pd.DataFrame:
    """Median seconds of commands, and of the parts of training stages."""
    rows = [
        ("python -m stages.train --help", "all", _seconds("stages.train", "--help")),
        ("python -m stages.validate", "all", _seconds("stages.validate")),
        (
            "python -m stages.train, a model that is not there",
            "all",
            _seconds("stages.train", "?", code=1),
        ),
    ]
    if _dvc("status", "--quiet") == 0:
        rows.append(("dvc repro, nothing to do", "all", _timed(lambda: _dvc("repro", "--quiet"))))
    else:
        say("dvc repro has something to do: its time without is not measured")
    for model in MODELS:
        rows += [(f"python -m stages.train {model}", *part) for part in _parts(model).items()]
    table = pd.DataFrame(rows, columns=["command", "part", "seconds"])
    for row in table.itertuples():
        say(f"{row.command}, {row.part}: {row.seconds:.2f} s")
    return table


def _parts(model: str) -> dict[str, float]:
    start = time.perf_counter()
    printed = _python("benchmarks.stage", model)
    total = time.perf_counter() - start
    seconds = json.loads(printed.splitlines()[-1])
    epochs = seconds["epochs"]
    steady = median(epochs[1:])
    training = steady * len(epochs)
    return {
        "training": training,
        "compilation": sum(epochs) - training,
        "imports": seconds["imports"],
        "validation, pictures, logging, saving": seconds["rest"] - sum(epochs),
        "start and end of the process": total - seconds["imports"] - seconds["rest"],
        "all but training": total - training,
    }


def _seconds(*command: str, code: int = 0) -> float:
    return _timed(lambda: _python(*command, code=code))


def _timed(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def _python(*command: str, code: int = 0) -> str:
    """What a module prints on stderr; an exit code other than `code` is an error."""
    process = subprocess.run(
        [sys.executable, "-m", *command],
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != code:
        raise RuntimeError(f"{' '.join(command)}: {process.stderr[-1500:]}")
    return process.stderr


def _dvc(*command: str) -> int:
    process = subprocess.run(
        [sys.executable, "-m", "dvc", *command], capture_output=True, check=False
    )
    return process.returncode
