"""How far pictures are from the training images, and what is said of it."""

import numpy as np
import pytest

from mnist_autoencoders.components.pca import Components
from mnist_autoencoders.use.likeness import FAR, Likeness, sentence
from mnist_autoencoders.use.messages import Noticed


def flat(*greys: int) -> np.ndarray:
    """An image of one grey each."""
    return np.full((len(greys), 28, 28), np.array(greys).reshape(-1, 1, 1), np.uint8)


def test_a_share_is_that_of_the_test_images_nearer() -> None:
    likeness = Likeness.of(flat(0, 0, 0, 0), flat(10, 20, 30, 40))
    made = flat(5, 25, 40, 50) / np.float32(255)
    assert likeness.nearer(flat(0, 0, 0, 0), made).tolist() == [0, 0.5, 0.75, 1]


def test_of_a_denoiser_what_it_makes_counts_too() -> None:
    # a mean of black and no components: the rest of an image is its own brightness
    nothing = np.zeros((0, 784), np.float32)
    black = Components(np.zeros(784, np.float32), nothing, np.zeros(0, np.float32))
    # errors of 100, 50, 25, 0 grey levels, rests of 0, 50, 75, 100
    likeness = Likeness.of(flat(100, 100, 100, 100), flat(0, 50, 75, 100), black)
    assert likeness.larger is not None
    # by error the images have shares of 3/4, 2/4, 1/4, 0, by rest of 0, 1/4, 2/4, 3/4
    assert likeness.larger.tolist() == [0.5, 0.5, 0.75, 0.75]
    # made alike, though it is bright: a share of 1 by its rest
    assert likeness.nearer(flat(200), flat(200) / np.float32(255)).tolist() == [1]
    # an error of 20, a rest of 60: shares of 1/4 and 2/4, of which none of the images' is below
    assert likeness.nearer(flat(80), flat(60) / np.float32(255)).tolist() == [0]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.99987, "than 99.9 % of the test images"), (1.0, "than all test images")],
)
def test_no_more_is_said_than_was_measured(share: float, said: str) -> None:
    assert sentence(share) == f"further from the training images {said}"


@pytest.mark.parametrize(
    ("far", "count", "said"),
    [
        (0, 1, ""),
        (1, 1, "warning: 0: further from"),
        (1, 10_000, ""),
        (9, 10_000, ""),
        (20, 10_000, "warning: 20 of 10,000 pictures are further"),
    ],
)
def test_a_warning_is_of_more_than_chance(
    far: int, count: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    noticed = Noticed(count=count)
    shares = np.where(np.arange(count) < far, FAR, 0.5)
    noticed.see([str(number) for number in range(count)], shares)
    noticed.say()
    printed = capsys.readouterr().err
    assert printed.startswith(said)
    assert bool(printed) == bool(said)
