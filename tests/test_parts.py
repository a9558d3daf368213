"""The parts of a claim: what holds in which seeds, in which words, and the verdict over them."""

import pandas as pd
import pytest

from mnist_autoencoders.claims.parts import Judgement, Part, difference, interval, settle, share


def series(*values: float) -> pd.Series:
    return pd.Series(values, index=range(len(values)), dtype=float)


def part(words: str, *holds: bool) -> Part:
    return Part(words, "1 dB", pd.Series(holds, index=range(len(holds))))


def test_an_interval_is_that_of_student() -> None:
    assert interval(series(1.234)) == "+1.23"
    # mean 2, standard deviation 1, t of 2 degrees of freedom 4.3027: 2 -+ 4.3027 / sqrt(3)
    assert interval(series(1, 2, 3)) == "+2.00 [-0.48, +4.48]"
    assert interval(series(-1, -1)) == "-1.00 [-1.00, -1.00]"


def test_a_difference_holds_above_its_least() -> None:
    compared = difference("a over b", series(0.5, 1.0, 1.5), "dB", least=1.0)
    assert compared.holds.tolist() == [False, False, True]
    assert compared.text == "a over b: +1.00 [-0.24, +2.24] dB, as claimed in 1 of 3 seeds"
    assert difference("a over b", series(0.0, 0.1), "dB").holds.tolist() == [False, True]


@pytest.mark.parametrize(
    ("value", "words"), [(1.0, "as claimed in one seed"), (-1.0, "not as claimed in one seed")]
)
def test_one_seed_is_called_one(value: float, words: str) -> None:
    assert difference("a", series(value), "dB").text.endswith(f" dB, {words}")


def test_many_models_hold_where_all_do_in_the_seeds_that_all_have() -> None:
    shared = share("they win", {"a": series(1, 2, -3), "b": series(1, -1), "c": series(3, 3)}, "x")
    assert shared.holds.to_dict() == {0: True, 1: False}
    # in the mean of their own seeds: a 0, b 0, c 3
    assert shared.figures == "x, 1 of 3 do"


def test_the_verdict_over_parts_and_seeds() -> None:
    both, none, mixed = part("A", True, True), part("B", False, False), part("C", True, False)
    text_of = "A: 1 dB, as claimed in 2 of 2 seeds"
    assert settle([both]) == Judgement("holds", text_of, "", 2, 2)
    assert settle([none]).verdict == "does not hold"
    assert (settle([none]).holding, settle([none]).seeds) == (0, 2)
    split = settle([both, none, mixed], "more")
    assert split.verdict == "depends"
    assert split.condition == (
        "not: B (as claimed in 0 of 2 seeds); C (as claimed in 1 of 2 seeds)"
    )
    assert split.measured.startswith(f"{text_of}; B: 1 dB, ")
    assert split.measured.endswith("; more")
    assert (split.holding, split.seeds) == (0, 2)
    one = settle([part("A", True), part("B", False)])
    assert (one.condition, one.holding, one.seeds) == ("not: B", 0, 1)
    assert (settle([both, mixed]).holding, settle([mixed]).verdict) == (1, "depends")


def test_seeds_that_a_part_lacks_are_not_counted() -> None:
    whole = settle([part("A", True, True, True), part("B", True, True)])
    assert (whole.verdict, whole.holding, whole.seeds) == ("holds", 2, 2)
