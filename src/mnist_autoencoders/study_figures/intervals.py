"""Means over the seeds of a study's settings, and the intervals that they lie in."""

import numpy as np
import pandas as pd
from scipy import stats

CONFIDENCE = 0.95

MODEL, SEED = "model", "set.seed"


def settings_of(table: pd.DataFrame) -> list[str]:
    """The columns that tell the settings of a study apart: the model, and all but the seed."""
    return [MODEL, *(name for name in table if name.startswith("set.") and name != SEED)]


def intervals(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A row per setting: model, `set....`, seeds, and of each column its mean and half width.

    `<column>` is the mean over the seeds and `<column>.half` half of the interval that holds it
    with a confidence of 95 %, by Student's t with n - 1 degrees of freedom: t s / sqrt(n). It is
    NaN for one seed.
    """
    groups = table.groupby(settings_of(table), sort=False, dropna=False)
    seeds = groups.size()
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, (seeds - 1).clip(lower=1))
    found = pd.DataFrame({"seeds": seeds})
    for column in dict.fromkeys(columns):
        found[column] = groups[column].mean()
        found[f"{column}.half"] = quantile * groups[column].std() / np.sqrt(seeds)
    return found.reset_index()
