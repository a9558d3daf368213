"""Sparsity of codes by hand."""

import math

import numpy as np
import pytest

from mnist_autoencoders.measures.sparsity import sparsity_scores


@pytest.mark.parametrize(
    ("codes", "hoyer", "participation", "zeros"),
    [
        ([[3, 3, -3, 3]], 0, 4, 0),
        ([[0, 0, -7, 0]], 1, 1, 0.75),
        # |z|_1 is 7, |z|_2 is 5: 2 - 7 / 5 of 2 - 1; 25^2 of 81 + 256
        ([[0, 3, -4, 0]], 0.6, 625 / 337, 0.5),
        ([[0, 3, -4, 0], [1, 1, 1, 1]], 0.3, (625 / 337 + 4) / 2, 0.25),
        # nothing is sparser than no value at all
        ([[0, 0, 0, 0], [1, 1, 1, 1]], 0.5, 2, 0.5),
        ([[0, 0, 0, 0]], 1, 0, 1),
        ([[5], [-2]], 0, 1, 0),
        ([[5], [0]], 0, 0.5, 0.5),
        ([[1, 0, 0, 1, 1]], (math.sqrt(5) - math.sqrt(3)) / (math.sqrt(5) - 1), 3, 0.4),
    ],
)
@pytest.mark.parametrize("scale", [1, 1e-12, -1e12])
def test_sparsity_by_hand_at_any_scale(
    codes: list[list[float]], hoyer: float, participation: float, zeros: float, scale: float
) -> None:
    found = sparsity_scores(np.array(codes, np.float32) * np.float32(scale))
    expected = {"hoyer": hoyer, "participation": participation, "zeros": zeros}
    assert list(found) == list(expected)
    assert found == pytest.approx(expected, abs=1e-6)
