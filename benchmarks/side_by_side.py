"""Whether two trainings of one thread each beat one after the other with all threads."""

import json
import subprocess
import sys
import time
from dataclasses import asdict

import pandas as pd

from benchmarks.task import Task, process_environment
from mnist_autoencoders.terminal import say

MODELS = {"simple": (60_000, 15), "hidden": (60_000, 3), "cnn_small": (12_800, 5)}
"""Images and epochs."""


def measure(rounds: int) -> pd.DataFrame:
    """Seconds until two trainings of a net are done, whole processes, either way."""
    rows = []
    for number in range(rounds):
        for model, (images, epochs) in MODELS.items():
            both = [Task(model, images, epochs, seed) for seed in (0, 1)]
            start = time.perf_counter()
            for task in both:
                _start(task).wait()
            after = time.perf_counter() - start
            start = time.perf_counter()
            processes = [_start(Task(**{**vars(task), "threads": 1})) for task in both]
            for process in processes:
                process.wait()
            beside = time.perf_counter() - start
            rows.append({"model": model, "round": number, "after": after, "beside": beside})
            say(f"two of {model}: {after:.1f} s one after the other, {beside:.1f} s side by side")
    table = pd.DataFrame(rows).groupby("model", sort=False)[["after", "beside"]].median()
    table["ratio"] = table["after"] / table["beside"]
    return table.reset_index()


def _start(task: Task) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.project", json.dumps(asdict(task))],
        env=process_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
