"""The store of images says by its card, and its digest, which images they are."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from mnist_autoencoders.dataset.store import (
    Card,
    ImageSet,
    open_images,
    open_labels,
    read_card,
    write_images,
)

STORED = ImageSet(
    name="stored",
    train_images=np.random.default_rng(0).integers(0, 255, (4, 28, 28), dtype=np.uint8),
    test_images=np.random.default_rng(1).integers(0, 255, (3, 28, 28), dtype=np.uint8),
    train_labels=np.array([0, 1, 1, 0], np.int16),
    test_labels=np.array([1, 0, 1], np.int16),
    classes=["cat", "dog"],
    warning="only a few",
)


def changed(key: str, *place: int) -> ImageSet:
    """`STORED` with one value of one array one higher."""
    array = getattr(STORED, key).copy()
    array[place] += 1
    return replace(STORED, **{key: array})


@pytest.mark.parametrize(
    ("images", "alike"),
    [
        (STORED, True),
        (replace(STORED, train_images=np.asfortranarray(STORED.train_images)), True),
        (replace(STORED, name="other", classes=["x", "y"], warning=None), True),
        (changed("train_images", 0, 0, 0), False),
        (changed("train_images", 2, 13, 5), False),
        (changed("test_images", 2, 27, 27), False),
        (changed("train_labels", 3), False),
        (changed("test_labels", 0), False),
        (replace(STORED, train_images=STORED.train_images[[1, 0, 2, 3]]), False),
        (replace(STORED, train_images=STORED.train_images.reshape(2, 28, 56)), False),
        (replace(STORED, test_labels=STORED.test_labels.view(np.uint16)), False),
        (replace(STORED, test_labels=None), False),
        (replace(STORED, train_labels=None), False),
    ],
)
def test_the_digest_is_of_every_pixel_label_shape_type_and_name(
    images: ImageSet, alike: bool, tmp_path: Path
) -> None:
    digest = hashlib.sha256()
    for name in ("train_images", "train_labels", "test_images", "test_labels"):
        array = getattr(STORED, name)
        digest.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    assert (write_images(tmp_path, images).sha256 == digest.hexdigest()) == alike


def test_arrays_of_other_names_have_another_digest(tmp_path: Path) -> None:
    one, none = STORED.train_labels, None
    halves = [replace(STORED, train_labels=a, test_labels=b) for a, b in ((one, none), (none, one))]
    same = [replace(half, test_images=STORED.train_images) for half in halves]
    first, second = (write_images(tmp_path, images).sha256 for images in same)
    assert first != second


@pytest.mark.parametrize("labelled", [True, False])
def test_images_and_their_card_come_back_from_disk(labelled: bool, tmp_path: Path) -> None:
    images = STORED if labelled else replace(STORED, train_labels=None, test_labels=None)
    card = write_images(tmp_path, images)
    assert card == read_card(tmp_path)
    assert card == Card("stored", 4, 3, card.sha256, ["cat", "dog"], "only a few")
    assert json.loads((tmp_path / "card.json").read_text("utf-8")) == asdict(card)
    for split in ("train", "test"):
        found = open_images(tmp_path, split)
        np.testing.assert_array_equal(found, getattr(STORED, f"{split}_images"))
        found[:] = 0  # a copy on write
        assert open_images(tmp_path, split).any()
        labels = open_labels(tmp_path, split)
        assert (labels is not None) == labelled
        np.testing.assert_array_equal(labels, getattr(images, f"{split}_labels"))
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}


def test_a_title_is_one_phrase() -> None:
    title = Card("MNIST", 60_000, 10_000, "", []).title
    assert title == "MNIST, 60,000 training and 10,000 test images"
