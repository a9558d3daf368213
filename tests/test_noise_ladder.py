"""The ladder holds the first images under each kind of noise, at ascending strengths."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from mnist_autoencoders.dataset.store import ImageSet, open_images, write_images
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.noise_ladder.parameters import LadderParameters
from mnist_autoencoders.noise_ladder.read import NoisyImages, example, read_ladder
from mnist_autoencoders.noise_ladder.write import write_rungs
from mnist_autoencoders.noisy_images.write import noisy_image
from mnist_autoencoders.records import read_json

PATTERN = (np.arange(5 * 784) * 37 % 256).astype(np.uint8).reshape(5, 28, 28)
"""Images of every grey level."""


def write_kind(
    clean: Path, folder: Path, kind: str, strengths: list[float], counts: dict[str, int], seed: int
) -> list[NoisyImages]:
    (folder / kind).mkdir()
    noises = [noise_of(kind, strength) for strength in strengths]
    write_rungs(clean, folder / kind, noises, counts, seed)
    return read_ladder(folder, [kind])


def rungs(*noises: tuple[str, float]) -> list[NoisyImages]:
    return [NoisyImages(kind, strength, "", Path()) for kind, strength in noises]


@pytest.mark.parametrize(
    ("kind", "strengths", "digest"),
    [
        ("gaussian", [0.5, 1.0], "81c98231c0511342"),
        ("salt_and_pepper", [0.3, 1.0], "4de894b2bb7a9ffc"),
        ("speckle", [0.5, 1.0], "4e81bddbc7a7702e"),
        ("masking", [0.5, 1.0], "8c82e0a28d50e1a0"),
        ("blur", [0.5, 1.0], "008faae5a8ae6497"),
        ("tones", [0.5, 1.0], "4892db42f933d08b"),
        ("marks", [1, 3], "1a0e4e38a5784e0d"),
    ],
)
def test_the_noise_of_the_ladder_stays_the_same_bits(
    kind: str, strengths: list[float], digest: str, tmp_path: Path
) -> None:
    write_images(tmp_path, ImageSet("pattern", PATTERN[:3], PATTERN[3:], None, None, []))
    content = hashlib.sha256()
    for noisy in write_kind(tmp_path, tmp_path, kind, strengths, {"train": 2, "test": 9}, seed=3):
        content.update(noisy.images("train").tobytes())
        content.update(noisy.images("test").tobytes())
    assert content.hexdigest()[:16] == digest


def test_a_rung_holds_the_first_images_of_both_splits(clean: Path, tmp_path: Path) -> None:
    counts = {"train": 20, "test": 999}
    weak, strong = write_kind(clean, tmp_path, "gaussian", [0.1, 0.6], counts, seed=1)
    assert (weak.kind, weak.strength, weak.unit) == ("gaussian", 0.1, "standard deviation")
    assert weak.folder == tmp_path / "gaussian" / "0.1"
    assert strong.strength == 0.6
    unit_and_strengths = {"unit": "standard deviation", "strengths": [0.1, 0.6]}
    assert read_json(tmp_path / "gaussian" / "ladder.json") == unit_and_strengths
    for split, count in (("train", 20), ("test", 40)):
        originals = open_images(clean, split)[:count].astype(float)
        errors = [noisy.images(split) - originals for noisy in (weak, strong)]
        assert len(errors[0]) == count
        assert 0 < np.abs(errors[0]).mean() < np.abs(errors[1]).mean()
        # where neither is clipped, the same noise would differ by its factor alone
        inner = (originals == 200) & (np.abs(errors[0]) < 50) & (np.abs(errors[1]) < 50)
        assert abs(np.corrcoef(errors[0][inner], errors[1][inner])[0, 1]) < 0.1


def test_its_noise_is_that_of_no_entry_of_the_parameters(clean: Path, tmp_path: Path) -> None:
    counts = {"train": 3, "test": 1}
    (noisy,) = write_kind(clean, tmp_path, "gaussian", [0.7], counts, seed=1)
    noise, image = noise_of("gaussian", 0.7), open_images(clean, "train")[2]
    same = noisy_image(image, "sweep gaussian_0.7", noise, 1, "train", 2)
    np.testing.assert_array_equal(noisy.images("train")[2], same)
    for name in ("gaussian", "gaussian_0.7", "sweep_gaussian_0.7"):
        assert np.any(same != noisy_image(image, name, noise, 1, "train", 2))


def test_a_ladder_is_read_by_kind_and_strength(clean: Path, tmp_path: Path) -> None:
    counts = {"train": 1, "test": 2}
    write_kind(clean, tmp_path, "tones", [0.5, 1.0], counts, seed=0)
    write_kind(clean, tmp_path, "marks", [2], counts, seed=0)
    ladder = read_ladder(tmp_path, ["tones", "marks"])
    assert [(noisy.kind, noisy.strength, noisy.folder.name) for noisy in ladder] == [
        ("tones", 0.5, "0.5"),
        ("tones", 1.0, "1.0"),
        ("marks", 2, "2"),
    ]
    assert [noisy.unit for noisy in ladder] == ["amount", "amount", "strokes"]
    assert [len(noisy.images("test")) for noisy in ladder] == [2, 2, 2]


@pytest.mark.parametrize(
    ("ladder", "number"),
    [
        (rungs(("blur", 0.7), ("gaussian", 0.1), ("gaussian", 0.7), ("gaussian", 1.0)), 2),
        (rungs(("blur", 0.7), ("gaussian", 3.0)), 1),
        (rungs(("gaussian", 0.2), ("gaussian", 1.0)), 1),
        (rungs(("gaussian", 0.6), ("gaussian", 1.0)), 0),
        (rungs(("blur", 2.0), ("tones", 0.9), ("tones", 0.1)), 1),
    ],
)
def test_the_example_is_what_comes_nearest_to_the_tutorials_noise(
    ladder: list[NoisyImages], number: int
) -> None:
    assert example(ladder) is ladder[number]


def test_the_parameters_give_a_noise_for_each_strength() -> None:
    ladder = LadderParameters(
        train_images=1, test_images=1, strengths={"marks": [1, 4], "gaussian": [0.5]}
    )
    assert ladder.noises("marks") == [noise_of("marks", 1), noise_of("marks", 4)]
    assert ladder.noises("gaussian") == [noise_of("gaussian", 0.5)]


@pytest.mark.parametrize(
    ("change", "key", "message"),
    [
        ({"strengths": {}}, ("strengths",), "at least 1 item"),
        (
            {"strengths": {"gaussian": []}},
            ("strengths", "gaussian"),
            "one strength or more is needed, ascending",
        ),
        (
            {"strengths": {"gaussian": [0.5, 0.2]}},
            ("strengths", "gaussian"),
            "one strength or more is needed, ascending",
        ),
        ({"strengths": {"blur": [1.0, 1.0]}}, ("strengths", "blur"), "ascending"),
        (
            {"strengths": {"blur": [1.0], "masking": [0.5, 1.2]}},
            ("strengths", "masking"),
            "input should be less than or equal to 1 (it is 1.2)",
        ),
        (
            {"strengths": {"marks": [1.5]}},
            ("strengths", "marks"),
            "input should be a valid integer",
        ),
        (
            {"strengths": {"blurr": [1.0]}},
            ("strengths", "blurr"),
            "there is no kind of noise of that name; did you mean 'blur'?",
        ),
        ({"train_images": 0}, ("train_images",), "greater than or equal to 1"),
        ({"test_images": 0}, ("test_images",), "greater than or equal to 1"),
    ],
)
def test_a_senseless_ladder_is_refused_by_its_key(
    change: dict[str, Any], key: tuple[str, ...], message: str
) -> None:
    entry = {"train_images": 1, "test_images": 1, "strengths": {"gaussian": [0.1, 0.2]}}
    LadderParameters.model_validate(entry)
    with pytest.raises(ValidationError) as error:
        LadderParameters.model_validate(entry | change)
    (detail,) = error.value.errors()
    assert detail["loc"] == key
    assert message in detail["msg"]
