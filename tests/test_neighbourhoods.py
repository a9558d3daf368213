"""Precision, recall, density and coverage of points on a line, by hand."""

import numpy as np
import pytest

from mnist_autoencoders.judge.neighbourhoods import neighbourhood_scores


def line(*places: float) -> np.ndarray:
    """Points at such places of a line in the plane."""
    return np.array(places, np.float32)[:, np.newaxis] * np.array([[3, 4]], np.float32)


@pytest.mark.parametrize(
    ("real", "generated", "neighbours", "expected"),
    [
        # reach of the real ones: 1, 1, 2, 6; of the generated ones: 2.5, 2.5
        ([0, 1, 3, 9], [2.4, 4.9], 1, [1, 3 / 4, (1 + 2) / 2, 2 / 4]),
        # reach: 3, 2, 3, 8 and 9.6, 7.1, 9.6
        ([0, 1, 3, 9], [2.4, 4.9, 12], 2, [1, 1, (4 + 2 + 1) / 3 / 2, 1]),
        # the nearest other is 0.5, 0.5 and 9 away, the one after that would do
        ([0, 1, 3, 9], [10.5, 11, 20], 1, [2 / 3, 0, 2 / 3, 1 / 4]),
        # generated ones that are all the same lie in the balls of 0, 1 and 3, and reach nothing
        ([0, 1, 3, 9], [0.9, 0.9], 2, [1, 0, 3 / 2, 3 / 4]),
        # a ball's border belongs to it
        ([0, 1], [2], 1, [1, 0, 1, 1 / 2]),
        # all others: reach 9, 8, 6, 9
        ([0, 1, 3, 9], [-5, 20], 9, [1 / 2, 1, (2 + 0) / 2 / 3, 2 / 4]),
        ([0, 1, 3], [100, 101], 1, [0, 0, 0, 0]),
        ([0, 1], [1, 0], 1, [1, 1, 2, 1]),
        # one that is alone reaches nothing
        ([0], [0, 5], 3, [1 / 2, 1, 1 / 2, 1]),
        ([0, 1], [0.5], 3, [1, 0, 2, 1]),
    ],
)
def test_scores_by_hand(
    real: list[float], generated: list[float], neighbours: int, expected: list[float]
) -> None:
    found = neighbourhood_scores(line(*real), line(*generated), neighbours)
    names = ["precision", "recall", "density", "coverage"]
    assert list(found) == names
    assert found == pytest.approx(dict(zip(names, expected)))


def test_other_points_of_the_same_kind_have_a_density_of_one() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 800, 8)).astype(np.float32)
    scores = neighbourhood_scores(one, other, 5)
    assert scores["density"] == pytest.approx(1, abs=0.1)
    # 1 - (1/2)^5: a real point's five nearest are all real by chance
    assert scores["coverage"] == pytest.approx(0.97, abs=0.02)
    assert min(scores["precision"], scores["recall"]) > 0.7
