"""Whether two trainings at once beat one after the other, of one thread each or of all."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd

from benchmarks.task import Task, run_apart
from mnist_autoencoders.stagecraft.terminal import say

MODELS = {"simple": (60_000, 15), "hidden": (60_000, 3), "cnn_small": (12_800, 5)}
"""Images and epochs."""


def measure(rounds: int) -> pd.DataFrame:
    """Seconds until two trainings of a net are done, whole processes, each way."""
    rows = []
    for number in range(rounds):
        for model, (images, epochs) in MODELS.items():
            both = [Task(model, images, epochs, seed) for seed in (0, 1)]
            seconds = {
                "after": _seconds(both, at_once=1),
                "beside": _seconds(both, at_once=2),
                "beside_one_thread": _seconds([replace(task, threads=1) for task in both], 2),
            }
            rows.append({"model": model, "round": number, **seconds})
            say(f"two of {model}: {seconds['after']:.1f} s one after the other, "
                f"{seconds['beside']:.1f} s side by side")  # fmt: skip
    table = pd.DataFrame(rows).groupby("model", sort=False).median().drop(columns="round")
    table["ratio"] = table["after"] / table["beside"]
    return table.reset_index()


def _seconds(tasks: list[Task], at_once: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as waiting:
        list(waiting.map(lambda task: run_apart("project", task), tasks))
    return time.perf_counter() - start
