"""Bytes and distortion of codecs are those of their files, with one for each image and for all."""

import io
import math
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from mnist_autoencoders.baselines.codecs.files import Codec, codecs, decode
from mnist_autoencoders.baselines.codecs.measure import measure, sheet, single
from mnist_autoencoders.baselines.codecs.parameters import CodecParameters
from mnist_autoencoders.dataset.store import Images

RNG = np.random.default_rng(0)
PNG = Codec("png", "PNG", {"optimize": True})
JPEG = Codec("jpeg", "JPEG", {"quality": 20, "optimize": True}, 20)
NO_ERROR = -20 * math.log10(0.5 / 255)
"""PSNR of an image without error."""


def blobs(count: int) -> Images:
    """Soft bright discs at random places."""
    rows, columns = np.mgrid[:28, :28]
    centres = RNG.uniform(9, 19, (count, 2, 1, 1))
    distances = np.hypot(rows - centres[:, 0], columns - centres[:, 1])
    return (255 / (1 + np.exp(distances - 6))).astype(np.uint8)


def test_the_codecs_are_two_lossy_ones_by_quality_and_two_lossless_ones() -> None:
    assert codecs([20, 5]) == [
        JPEG,
        Codec("jpeg", "JPEG", {"quality": 5, "optimize": True}, 5),
        Codec("webp", "WEBP", {"quality": 20}, 20),
        Codec("webp", "WEBP", {"quality": 5}, 5),
        PNG,
        Codec("webp_lossless", "WEBP", {"lossless": True}),
    ]


@pytest.mark.parametrize("codec", codecs([95]), ids=lambda codec: codec.name)
def test_a_file_is_of_its_format_and_reads_as_the_picture(codec: Codec) -> None:
    picture = np.hstack(blobs(2))
    file = codec.encode(picture)
    with Image.open(io.BytesIO(file)) as opened:
        assert opened.format == codec.format
    read = decode(file)
    assert (read.shape, read.dtype) == ((28, 56), np.uint8)
    assert np.abs(read.astype(int) - picture).max() <= (0 if codec.quality is None else 12)


def test_single_images_have_a_file_each() -> None:
    images = blobs(3)
    size, read = single(PNG, images)
    assert size == sum(len(PNG.encode(image)) for image in images)
    np.testing.assert_array_equal(read, images)


@pytest.mark.parametrize(
    ("count", "rows", "columns"),
    [(1, 1, 1), (2, 1, 2), (4, 2, 2), (5, 2, 3), (9, 3, 3), (10, 3, 4)],
)
def test_a_sheet_is_about_square_with_tiles_of_32_pixels_row_by_row(
    count: int, rows: int, columns: int
) -> None:
    images = RNG.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    picture = np.zeros((32 * rows, 32 * columns), np.uint8)
    for number, image in enumerate(images):
        top, left = 32 * (number // columns), 32 * (number % columns)
        picture[top : top + 28, left : left + 28] = image
    size, read = sheet(PNG, images)
    assert size == len(PNG.encode(picture))
    np.testing.assert_array_equal(read, images)


def test_a_jpeg_block_never_holds_two_images() -> None:
    images = RNG.integers(0, 256, (9, 28, 28), dtype=np.uint8)
    changed = images.copy()
    changed[4] = 255 - changed[4]
    differs = np.any(sheet(JPEG, images)[1] != sheet(JPEG, changed)[1], axis=(1, 2))
    assert list(np.flatnonzero(differs)) == [4]


def test_every_codec_is_measured_in_both_layouts_on_the_sample() -> None:
    images = blobs(6)
    part = images[[0, 2, 4]]
    table = measure(images, [20], sample=3)
    assert table.columns.tolist() == ["codec", "layout", "quality", "bytes", "mse", "psnr"]
    assert table["codec"].tolist() == [
        name for name in ("jpeg", "webp", "png", "webp_lossless") for _ in range(2)
    ]
    assert table["layout"].tolist() == ["single", "sheet"] * 4
    assert table["quality"].fillna(-1).tolist() == [20] * 4 + [-1] * 4
    lossless = table[4:]
    assert lossless["mse"].tolist() == [0] * 4
    assert lossless["psnr"].tolist() == pytest.approx([NO_ERROR] * 4)
    for row, through in ((0, single), (1, sheet)):
        size, read = through(JPEG, part)
        errors = np.mean(((read.astype(float) - part) / 255) ** 2, axis=(1, 2))
        assert errors.min() > 0
        assert table["bytes"][row] == size / 3
        assert table["mse"][row] == pytest.approx(errors.mean(), rel=1e-5)
        assert table["psnr"][row] == pytest.approx(-10 * np.log10(errors).mean(), rel=1e-5)


def test_a_sheet_shares_its_header_and_a_higher_quality_costs_more_and_errs_less() -> None:
    table = measure(blobs(30), [5, 90], sample=30)
    sizes = table.set_index(["codec", "layout", "quality"])["bytes"]
    for codec, quality in (("jpeg", 5), ("jpeg", 90), ("webp", 5), ("webp", 90)):
        assert sizes[codec, "sheet", quality] < sizes[codec, "single", quality]
    for _, curve in table.dropna().groupby(["codec", "layout"]):
        for low, high in pairwise(curve.itertuples()):
            assert low.bytes < high.bytes
            assert low.psnr + 5 < high.psnr


@pytest.mark.parametrize("qualities", [[], [0], [101], [5.5], [50, 50], [*range(1, 32)]])
def test_senseless_qualities_are_refused(qualities: list) -> None:
    assert CodecParameters(qualities=[*range(71, 101)]).qualities[-1] == 100
    with pytest.raises(ValidationError):
        CodecParameters(qualities=qualities)
