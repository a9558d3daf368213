"""Whether two trainings of one thread each beat one after the other with all threads."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd

from benchmarks.task import Task, run_apart
from mnist_autoencoders.terminal import say

MODELS = {"simple": (60_000, 15), "hidden": (60_000, 3), "cnn_small": (12_800, 5)}
"""Images and epochs."""


def measure(rounds: int) -> pd.DataFrame:
    """Seconds until two trainings of a net are done, whole processes, either way."""
    rows = []
    for number in range(rounds):
        for model, (images, epochs) in MODELS.items():
            both = [Task(model, images, epochs, seed) for seed in (0, 1)]
            after = _seconds(both, at_once=1)
            beside = _seconds([replace(task, threads=1) for task in both], at_once=2)
            rows.append({"model": model, "round": number, "after": after, "beside": beside})
            say(f"two of {model}: {after:.1f} s one after the other, {beside:.1f} s side by side")
    table = pd.DataFrame(rows).groupby("model", sort=False)[["after", "beside"]].median()
    table["ratio"] = table["after"] / table["beside"]
    return table.reset_index()


def _seconds(tasks: list[Task], at_once: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as waiting:
        list(waiting.map(lambda task: run_apart("project", task), tasks))
    return time.perf_counter() - start
