"""Figures of several trainings of one model, which differ in their seed alone."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from mnist_autoencoders.stagecraft.layout import replica


@dataclass(frozen=True)
class Training:
    """One training of a model; `folder` names what it left."""

    model: str
    seed: int
    folder: str


def trainings(
    models: Iterable[str], seed: int, replicas: Iterable[tuple[str, int]]
) -> list[Training]:
    """All trainings, those with the common `seed` first; `replicas` are pairs of model and seed."""
    return [
        *(Training(model, seed, model) for model in models),
        *(Training(model, other, replica(model, other)) for model, other in replicas),
    ]


def mean(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """The mean over the seeds of every numeric column, in the order of first appearance.

    Rows of one model and of the same `keys` are one row, whose column `seeds` counts them; of what
    is no number the first is kept.
    """
    groups = _by_training(table, keys)
    numbers = _numbers(table, keys)
    of_first = groups.first()
    of_first[numbers] = groups[numbers].mean()
    of_first.insert(0, "seeds", groups.size())
    return _named(of_first, ["seeds", *table.columns.drop(["model", "seed", *keys])])


def deviation(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """The standard deviation of a single training (of n - 1) likewise, empty for one seed."""
    return _named(_by_training(table, keys)[_numbers(table, keys)].std(), _numbers(table, keys))


def _by_training(table: pd.DataFrame, keys: tuple[str, ...]) -> "pd.core.groupby.DataFrameGroupBy":
    return table.groupby(["model", *keys], sort=False, dropna=False)


def _numbers(table: pd.DataFrame, keys: tuple[str, ...]) -> list[str]:
    columns = table.select_dtypes("number").columns
    return list(columns.drop([column for column in ("seed", *keys) if column in columns]))


def _named(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table[columns].reset_index()
