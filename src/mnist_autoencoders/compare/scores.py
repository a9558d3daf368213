"""Figures of two revisions side by side, and how far apart they are for a training's spread."""

import numpy as np
import pandas as pd

APART = ("model", "figure", "a", "b", "difference", "sd", "in_sd")


def differences(a: pd.DataFrame, b: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """A row per figure that differs: model, figure, a, b, difference, sd, in_sd.

    `a` and `b` have a row per model. `difference` is b - a; `sd` is the standard deviation of one
    training over seeds, from `spread`, and `in_sd` the difference in units of it: what two
    trainings differ in by chance has a standard deviation of 1.4 of these. Both are NaN where it
    is unknown.
    Figures that only one revision has are NaN in the other.
    """
    tables = [_long(table) for table in (a, b, spread)]
    both = tables[0].join(tables[1], how="outer", lsuffix="_a", rsuffix="_b", sort=False)
    both.columns = ["a", "b"]
    both = both[~(np.isclose(both["a"], both["b"], rtol=0, atol=0) | both.isna().all(axis=1))]
    both["difference"] = both["b"] - both["a"]
    both["sd"] = tables[2].reindex(both.index)
    both["in_sd"] = both["difference"] / both["sd"].where(both["sd"] > 0)
    return both.reset_index()[list(APART)]


def _long(table: pd.DataFrame) -> pd.DataFrame:
    """The numbers of a table, one a row, by model and figure."""
    numbers = table.set_index("model").select_dtypes("number")
    numbers = numbers.drop(columns=[name for name in numbers if str(name).startswith("data.")])
    long = numbers.stack().rename_axis(["model", "figure"])
    return long.to_frame("value")
