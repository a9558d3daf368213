"""Whether the implementations train alike: the same loss, up to the luck of the seed."""

import os
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
from scipy.stats import ttest_ind

from benchmarks.task import Task, run_apart
from benchmarks.training import EPOCHS, SYSTEMS
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar, say

MODULES = {"project": "project", "Keras": "plain_keras", "PyTorch": "pytorch"}
"""Compiled by PyTorch, a net has the losses of the eager one."""

SEEDS = 4

UNLIKELY = 0.01
"""Of two equal implementations, the share of comparisons that this takes for different."""


def compare() -> pd.DataFrame:
    """A row for every net and implementation, from trainings of `SEEDS` seeds, not timed.

    - `loss`, `deviation`: of the last epoch, mean and standard deviation over the seeds
    - `p`: of Welch's t-test against the project's losses; `same` where it is not below `UNLIKELY`
    """
    tasks = [
        (system, name, Task(system, images, EPOCHS, seed))
        for system, images in SYSTEMS.items()
        for name in MODULES
        for seed in range(SEEDS)
    ]
    losses: dict[tuple[str, str], list[float]] = {}
    rows = []
    with (
        ThreadPoolExecutor(os.cpu_count()) as pool,
        progress_bar("equality", total=len(tasks), unit="trainings") as progress,
    ):
        measured = pool.map(lambda task: run_apart(MODULES[task[1]], task[2]), tasks)
        for (system, name, _), run in zip(tasks, measured):
            found = losses.setdefault((system, name), [])
            found.append(run.epochs[-1].loss)
            progress.advance(BAR)
            if len(found) < SEEDS:
                continue
            p = ttest_ind(found, losses[system, "project"], equal_var=False).pvalue
            row = {"model": system, "by": name, "seeds": len(found)}
            row |= {"loss": pd.Series(found).mean(), "deviation": pd.Series(found).std()}
            rows.append(row | {"p": p, "same": bool(p >= UNLIKELY)})
            say(f"{system}, {name}: {row['loss']:.4f} +- {row['deviation']:.4f}, p {p:.2f}")
    return pd.DataFrame(rows)
