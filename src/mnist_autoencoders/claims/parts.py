"""Claims are made of parts: comparisons that every seed repeats."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.stats import t

Verdict = Literal["holds", "does not hold", "depends", "not measured"]

CONFIDENCE = 0.95
"""Of the intervals of mean differences."""


class MissingError(Exception):
    """A claim cannot be judged; the message names what it lacks."""


@dataclass(frozen=True)
class Part:
    """What is compared in words, what came out, and by seed whether it is as claimed."""

    words: str
    figures: str
    holds: pd.Series

    @property
    def text(self) -> str:
        """Words and figures, and in how many seeds it holds."""
        return f"{self.words}: {self.figures}, {_in_seeds(self.holds)}"


@dataclass(frozen=True)
class Judgement:
    """`condition` says what does not hold where other parts do, and is empty elsewhere.

    `seeds` is the number of seeds that all parts have, `holding` that of those in which all hold.
    """

    verdict: Verdict
    measured: str
    condition: str = ""
    holding: int = 0
    seeds: int = 0


def difference(words: str, differences: pd.Series, unit: str, least: float = 0.0) -> Part:
    """A part that holds in a seed if the paired difference, by seed, is above `least`."""
    return Part(words, f"{interval(differences)} {unit}", differences > least)


def share(words: str, differences: dict[str, pd.Series], figures: str) -> Part:
    """A part that holds in a seed if the differences of all models that have it are above 0.

    `differences` are by model and seed; seeds that not all have are left out.
    """
    table = pd.DataFrame(differences).dropna()
    above = (pd.DataFrame(differences).mean() > 0).sum()
    return Part(words, f"{figures}, {above} of {len(differences)} do", (table > 0).all(axis=1))


def interval(values: pd.Series) -> str:
    """The mean of values by seed, and the 95 % interval of that mean by Student's t."""
    mean, count = values.mean(), len(values)
    if count < 2:
        return f"{mean:+.2f}"
    reach = t.ppf((1 + CONFIDENCE) / 2, count - 1) * values.std() / math.sqrt(count)
    return f"{mean:+.2f} [{mean - reach:+.2f}, {mean + reach:+.2f}]"


def settle(parts: Sequence[Part], note: str = "") -> Judgement:
    """The verdict over all parts and seeds; `note` is added to what was measured."""
    whole = pd.concat([part.holds for part in parts], axis=1).dropna()
    holding = int(whole.all(axis=1).sum())
    measured = "; ".join([*(part.text for part in parts), *([note] if note else [])])
    if all(part.holds.all() for part in parts):
        return Judgement("holds", measured, "", holding, len(whole))
    if not any(part.holds.any() for part in parts):
        return Judgement("does not hold", measured, "", holding, len(whole))
    failing = [part for part in parts if not part.holds.all()]
    condition = "not: " + "; ".join(_failure(part) for part in failing)
    return Judgement("depends", measured, condition, holding, len(whole))


def _failure(part: Part) -> str:
    return part.words if len(part.holds) == 1 else f"{part.words} ({_in_seeds(part.holds)})"


def _in_seeds(holds: pd.Series) -> str:
    if len(holds) == 1:
        return f"{'as claimed' if holds.iloc[0] else 'not as claimed'} in one seed"
    return f"as claimed in {holds.sum()} of {len(holds)} seeds"
