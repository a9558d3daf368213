"""Noise is what its formula says, and depends on seed, split, name and index only."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from mnist_autoencoders.dataset.store import SPLITS, Images, open_images
from mnist_autoencoders.noise.noise import KINDS, Noise, noise_of
from mnist_autoencoders.noisy_images.write import noisy_image, preview, write_noisy_images
from mnist_autoencoders.stagecraft.schema import kinds
from tests.projects import ROOT

GREY = np.full((28, 28), 128, np.uint8)
RANDOM = {
    "gaussian": 0.1,
    "gaussian_up_to": 0.3,
    "salt_and_pepper": 0.4,
    "speckle": 0.1,
    "masking": 0.4,
    "marks": 3,
    "tones": 0.4,
}
"""Every kind but blur, at some strength."""

NOISES = pytest.mark.parametrize(
    "noise", [noise_of(kind, strength) for kind, strength in RANDOM.items()], ids=list(RANDOM)
)
PATTERN = (np.arange(5 * 784) * 37 % 256).astype(np.uint8).reshape(5, 28, 28)
"""Images of every grey level."""


def many(kind: str) -> np.ndarray:
    """200 grey images under the noise, in [0, 1]."""
    noise = noise_of(kind, RANDOM[kind])
    return np.stack([noisy_image(GREY, "n", noise, 0, "train", i) for i in range(200)]) / 255.0


def apply(kind: str, strength: float, image: np.ndarray, seed: int = 0) -> np.ndarray:
    return noise_of(kind, strength).apply(image, np.random.default_rng(seed))


@NOISES
def test_noise_depends_on_seed_split_name_and_index_only(
    noise: Noise, clean: Path, tmp_path: Path
) -> None:
    for split in SPLITS:
        images = open_images(clean, split)
        write_noisy_images(images, tmp_path, split, "n", noise, seed=1)
        noisy = open_images(tmp_path, split)
        assert noisy.shape == images.shape
        assert noisy.dtype == np.uint8
        for index in (0, 7, len(images) - 1):
            expected = noisy_image(images[index], "n", noise, 1, split, index)
            np.testing.assert_array_equal(noisy[index], expected)
    same = noisy_image(GREY, "n", noise, 1, "train", 7)
    for seed, split, index, name in [
        (2, "train", 7, "n"),
        (1, "test", 7, "n"),
        (1, "train", 8, "n"),
        (1, "train", 7, "m"),
    ]:
        other = noisy_image(GREY, name, noise, seed, split, index)
        assert np.any(same != other), (seed, split, index, name)


@pytest.mark.parametrize(
    ("kind", "strength", "digest"),
    [
        ("gaussian", 0.7, "a79cd2b39b7f272c"),
        ("salt_and_pepper", 0.3, "1e89e277a6336249"),
        ("speckle", 0.7, "390098a31de63ad3"),
        ("masking", 0.5, "a5208cc8fe7e304e"),
        ("blur", 1.5, "1738049cc7cffec2"),
        ("tones", 0.5, "1f6bbfbdf1bc6b4a"),
        ("marks", 3, "fb9be511f66821fa"),
    ],
)
def test_the_noisy_copies_stay_the_same_bits(
    kind: str, strength: float, digest: str, tmp_path: Path
) -> None:
    content = hashlib.sha256()
    for split, images in (("train", PATTERN[:3]), ("test", PATTERN[3:])):
        write_noisy_images(images, tmp_path, split, kind, noise_of(kind, strength), seed=3)
        content.update(open_images(tmp_path, split).tobytes())
    assert content.hexdigest()[:16] == digest


def test_gaussian_has_the_published_spread() -> None:
    pixels = many("gaussian")
    assert pixels.mean() == pytest.approx(128 / 255, abs=0.002)
    assert pixels.std() == pytest.approx(0.1, rel=0.02)


def test_speckle_grows_with_brightness() -> None:
    assert many("speckle").std() == pytest.approx(0.1 * 128 / 255, rel=0.02)
    ramp = np.repeat([[0.0, 0.25, 0.5]], 2000, axis=0)
    black, dark, bright = apply("speckle", 0.2, ramp).std(axis=0)
    assert black == 0
    assert [dark, bright] == pytest.approx([0.05, 0.1], rel=0.05)


def test_every_image_has_a_strength_of_its_own_from_none_to_the_largest() -> None:
    stack = np.full((4000, 28, 28), 0.5)
    noisy = apply("gaussian_up_to", 0.12, stack)
    assert abs(noisy.mean() - 0.5) < 0.001
    strengths = np.sort((noisy - 0.5).std(axis=(1, 2)))
    # even from 0 to 0.12, each known to 2.5 % of itself; nothing is clipped
    np.testing.assert_allclose(strengths, np.linspace(0, 0.12, 4000), atol=0.012)
    assert strengths[40] < 0.003
    assert strengths.mean() == pytest.approx(0.06, rel=0.03)
    alone = [apply("gaussian_up_to", 0.12, stack[0], seed).std() for seed in range(30)]
    assert min(alone) < 0.02 < 0.1 < max(alone)
    # the strength is drawn first
    rng = np.random.default_rng(3)
    expected = 0.5 + rng.uniform(0, 0.12) * rng.standard_normal((28, 28))
    np.testing.assert_allclose(apply("gaussian_up_to", 0.12, stack[0], 3), expected)


@pytest.mark.parametrize("kind", ["gaussian", "gaussian_up_to", "speckle"])
def test_noise_is_clipped_to_black_and_white(kind: str) -> None:
    noisy = apply(kind, 5.0, np.full((50, 50), 0.5))
    assert (noisy.min(), noisy.max()) == (0, 1)


def test_salt_and_pepper_hits_its_share_of_the_pixels() -> None:
    pixels = many("salt_and_pepper")
    assert np.mean(pixels == 0) == pytest.approx(0.2, abs=0.01)
    assert np.mean(pixels == 1) == pytest.approx(0.2, abs=0.01)
    assert set(np.unique(pixels)) == {0.0, 128 / 255, 1.0}


def test_masking_blackens_its_share_of_the_pixels() -> None:
    pixels = many("masking")
    assert np.mean(pixels == 0) == pytest.approx(0.4, abs=0.01)
    assert set(np.unique(pixels)) == {0.0, 128 / 255}


def test_blur_spreads_a_point_as_a_bell_of_its_sigma() -> None:
    image = np.zeros((28, 28))
    image[14, 14] = 1
    blurred = apply("blur", 1.5, image)
    distance = np.arange(28) - 14
    bell = np.exp(-(distance**2) / (2 * 1.5**2))
    expected = np.outer(bell, bell) / bell.sum() ** 2
    np.testing.assert_allclose(blurred, expected, atol=1e-3)


def test_a_stack_is_blurred_image_by_image() -> None:
    stack = np.stack([np.zeros((28, 28)), np.ones((28, 28)), PATTERN[0] / 255])
    together = apply("blur", 1.0, stack)
    assert not together[0].any()
    np.testing.assert_array_equal(together, [apply("blur", 1.0, image) for image in stack])


def test_marks_are_white_strokes_between_the_pixels_drawn() -> None:
    image = np.full((28, 28), 0.25)
    row, column, end_row, end_column = np.random.default_rng(4).integers(0, 28, 4)
    marked = apply("marks", 1, image, seed=4)
    assert marked[row, column] == marked[end_row, end_column] == 1
    assert marked.min() == 0.25
    box = np.sort([[row, end_row], [column, end_column]])
    far = marked[max(0, box[0, 0] - 1) : box[0, 1] + 2, max(0, box[1, 0] - 1) : box[1, 1] + 2]
    assert np.sum(marked > 0.25) == np.sum(far > 0.25)
    length = max(abs(end_row - row), abs(end_column - column)) + 1
    assert length <= np.sum(marked > 0.25) <= 3 * length + 2
    np.testing.assert_array_equal(image, 0.25)


def test_a_stroke_is_drawn_for_each_of_the_count_and_never_darkens() -> None:
    white, black = np.ones((28, 28)), np.zeros((28, 28))
    np.testing.assert_array_equal(apply("marks", 5, white), white)
    np.testing.assert_array_equal(apply("marks", 0, black), black)
    one, many = (np.stack([apply("marks", n, black, seed) for seed in range(50)]) for n in (1, 4))
    # the first stroke of four is the one
    assert np.all(many >= one)
    assert 2.5 < many.sum() / one.sum() < 4


def test_strokes_reach_every_pixel() -> None:
    stack = apply("marks", 50, np.zeros((100, 28, 28)))
    assert stack.max(axis=0).min() > 0.5
    assert np.any(stack[0] != stack[1])


def test_tones_keep_the_order_of_grey_levels_and_change_them_within_the_amount() -> None:
    ramp = np.repeat([np.tile([0, 0.25, 0.5, 1.0], (4, 1))], 500, axis=0)
    noisy = apply("tones", 0.4, ramp)
    np.testing.assert_array_equal(noisy, noisy[:, :1].repeat(4, axis=1))
    black, dark, grey, white = noisy[:, 0].T
    np.testing.assert_allclose(dark, 0.75 * black + 0.25 * white)
    np.testing.assert_allclose(grey, (black + white) / 2)
    assert 0 <= black.min() < 0.01
    assert 0.19 < black.max() <= 0.2
    assert 0.8 <= white.min() < 0.81
    assert 0.99 < white.max() <= 1
    assert abs(np.corrcoef(black, white)[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("kind", "strength", "key", "label"),
    [
        ("gaussian", 0.7, "factor", "gaussian 0.7"),
        ("salt_and_pepper", 0.3, "amount", "salt and pepper 0.3"),
        ("blur", 2.0, "sigma", "blur 2"),
        ("marks", 3, "count", "marks 3"),
    ],
)
def test_a_noise_says_what_it_is(kind: str, strength: float, key: str, label: str) -> None:
    noise = noise_of(kind, strength)
    assert noise.model_dump() == {"kind": kind, key: strength}
    assert (noise.strength_key(), noise.strength, noise.label) == (key, strength, label)
    code = (ROOT / f"src/mnist_autoencoders/noise_kinds/{kind}.py").read_bytes()
    assert noise.card() == {
        "kind": kind,
        "strength": strength,
        "label": label,
        "code_sha256": hashlib.sha256(code).hexdigest(),
    }


def test_every_kind_has_a_unit_of_its_own_and_a_weakest_strength_that_changes_nothing() -> None:
    units = {}
    for kind in kinds(KINDS):
        noise = noise_of(kind, 0)
        units[kind] = noise.unit
        image = PATTERN[0] / 255
        np.testing.assert_allclose(noise.apply(image, np.random.default_rng(0)), image, atol=1e-12)
    assert units == {
        "blur": "sigma (pixels)",
        "gaussian": "standard deviation",
        "gaussian_up_to": "largest standard deviation",
        "marks": "strokes",
        "masking": "share of the pixels",
        "salt_and_pepper": "share of the pixels",
        "speckle": "standard deviation / grey level",
        "tones": "amount",
    }


@pytest.mark.parametrize(
    ("kind", "most", "wrong"),
    [
        ("gaussian", 9.0, -0.1),
        ("gaussian_up_to", 9.0, -0.1),
        ("speckle", 9.0, -0.1),
        ("blur", 9.0, -0.1),
        ("marks", 50, 51),
        ("marks", 0, -1),
        ("marks", 1, 1.5),
        ("masking", 1.0, 1.1),
        ("salt_and_pepper", 1.0, 1.1),
        ("tones", 1.0, 1.1),
        ("tones", 0.0, -0.1),
    ],
)
def test_a_strength_out_of_range_is_refused(kind: str, most: float, wrong: float) -> None:
    assert noise_of(kind, most).strength == most
    with pytest.raises(ValidationError):
        noise_of(kind, wrong)


def test_preview_shows_ten_clean_images_above_noisy_ones(clean: Path, tmp_path: Path) -> None:
    images: Images = open_images(clean, "test")
    write_noisy_images(images, tmp_path, "test", "n", noise_of("masking", 1.0), seed=0)
    picture = np.asarray(preview(clean, tmp_path))
    assert picture.shape == (3 * (2 * 30 + 2), 3 * (10 * 30 + 2))
    top, bottom = np.array_split(picture, 2)
    np.testing.assert_array_equal(top[6:90:3, 6:90:3], images[0])
    np.testing.assert_array_equal(top[6:90:3, -90:-6:3], images[9])
    assert set(np.unique(bottom)) == {0, 128}
