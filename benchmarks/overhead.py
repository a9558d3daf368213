"""What a command costs beside its work: starting, importing, logging, pictures, saving."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.task import process_environment
from mnist_autoencoders.stagecraft.layout import TIMINGS, TRAINING
from mnist_autoencoders.stagecraft.terminal import say

IMPORTS = """
import stages
from mnist_autoencoders.backend.start import start_tensorflow
from mnist_autoencoders.backend.parameters import RuntimeParameters
start_tensorflow(RuntimeParameters(), seed=0)
import mnist_autoencoders.tracking.training
"""
"""What a training stage imports."""

MODELS = ("simple", "hidden", "vae")
"""Models whose whole training stage is timed: they take seconds, and have a picture an epoch."""

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
    imports = _timed(lambda: subprocess.run([sys.executable, "-c", IMPORTS], check=True))
    rows.append(("python -m stages.train", "imports", imports))
    for model in MODELS:
        rows += [(f"python -m stages.train {model}", *part) for part in _parts(model).items()]
    table = pd.DataFrame(rows, columns=["command", "part", "seconds"])
    for row in table.itertuples():
        say(f"{row.command}, {row.part}: {row.seconds:.2f} s")
    return table


def _parts(model: str) -> dict[str, float]:
    """Seconds of a training stage, run twice in a folder of its own: the first makes the store."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "params.yaml", "src", "stages"):
            (Path(folder) / name).symlink_to(Path(name).resolve())
        timing = Path(folder) / TIMINGS / f"{model}.json"
        _python("stages.train", model, folder=folder)
        timing.unlink()
        start = time.perf_counter()
        _python("stages.train", model, folder=folder)
        total = time.perf_counter() - start
        epochs = len(list(Path(folder, TRAINING, model, "epochs").iterdir())) - 1
        measured = json.loads(timing.read_text(encoding="utf-8"))
    training = measured["seconds_per_epoch"] * epochs
    compilation = measured["seconds"] - training
    return {
        "training": training,
        "compilation": compilation,
        "all but training and compilation": total - training - compilation,
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


def _python(*command: str, code: int = 0, folder: str = ".") -> None:
    """Run a module; an exit code other than `code` is an error."""
    process = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != code:
        raise RuntimeError(f"{' '.join(command)}: {process.stderr[-1500:]}")


def _dvc(*command: str) -> int:
    process = subprocess.run(
        [sys.executable, "-m", "dvc", *command], capture_output=True, check=False
    )
    return process.returncode
