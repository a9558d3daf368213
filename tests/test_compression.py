"""Bytes and distortion of codes and codecs are what they say."""

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.baselines.codecs.files import codecs
from mnist_autoencoders.baselines.codecs.measure import measure, sheet
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.figures.compression import envelope
from mnist_autoencoders.measures.compression import Quantiser, code_length, rate_distortion
from mnist_autoencoders.measures.pixels import as_pixels

RNG = np.random.default_rng(0)


def blobs(count: int) -> Images:
    """Soft bright discs at random places."""
    rows, columns = np.mgrid[:28, :28]
    centres = RNG.uniform(9, 19, (count, 2, 1, 1))
    distances = np.hypot(rows - centres[:, 0], columns - centres[:, 1])
    return (255 / (1 + np.exp(distances - 6))).astype(np.uint8)


def test_levels_lie_between_the_extremes_of_each_value() -> None:
    codes = np.array([[0, 5, 1], [3, 5, -1]], np.float32)
    quantiser = Quantiser.of(codes, levels=4)
    np.testing.assert_array_equal(quantiser.symbols(codes), [[0, 0, 3], [3, 0, 0]])
    np.testing.assert_allclose(quantiser.values(quantiser.symbols(codes)), codes, atol=1e-6)
    outside = np.array([[9, 9, -9]], np.float32)
    np.testing.assert_array_equal(quantiser.symbols(outside), [[3, 0, 0]])


def test_a_uniform_symbol_costs_its_bits_and_a_constant_one_nothing() -> None:
    uniform = RNG.integers(0, 16, (20_000, 1)).astype(np.uint16)
    assert code_length(uniform, uniform, 16) == pytest.approx(4, abs=0.01)
    constant = np.zeros_like(uniform)
    assert code_length(constant, constant, 16) == pytest.approx(0, abs=0.01)
    both = np.hstack([uniform, constant])
    assert code_length(both, both, 16) == pytest.approx(4, abs=0.01)


def test_the_wrong_table_costs_more_than_the_entropy() -> None:
    train = RNG.choice(4, (5000, 1), p=[0.7, 0.1, 0.1, 0.1]).astype(np.uint16)
    test = RNG.choice(4, (5000, 1), p=[0.1, 0.7, 0.1, 0.1]).astype(np.uint16)
    expected = -0.1 * np.log2(0.7) - 0.9 * np.log2(0.1)
    assert code_length(train, test, 4) == pytest.approx(expected, abs=0.1)
    unseen = code_length(train[:100] * 0, test[:100] * 0 + 3, 4)
    assert unseen == pytest.approx(np.log2(4 * 101))


def test_more_bits_cost_more_and_err_less() -> None:
    images = blobs(120)
    codes = as_pixels(images).reshape(120, -1)
    table = rate_distortion(
        lambda code: code.reshape(-1, 28, 28), codes[:100], codes[100:], images[100:]
    )
    assert list(table["bits"]) == [2, 3, 4, 6, 8]
    assert np.all(np.diff(table["bytes"]) > 0)
    assert np.all(np.diff(table["mse"]) < 0)
    # rounding to 15 steps between 0 and 1 at most, less where pixels vary less
    assert 0 < table["mse"][2] < 1 / 15**2 / 12
    assert 0 < table["bytes"][4] < 784


def test_codecs_share_their_header_in_a_sheet() -> None:
    images = blobs(30)
    table = measure(images, [5, 90]).set_index(["codec", "layout", "quality"])
    assert len(table) == 12
    for codec in ("jpeg", "webp"):
        for layout in ("single", "sheet"):
            low, high = table.loc[(codec, layout, 5)], table.loc[(codec, layout, 90)]
            assert low["bytes"] < high["bytes"]
            assert low["psnr"] + 5 < high["psnr"]
    rows = table.reset_index()
    sizes = rows.pivot_table(index=["codec", "layout"], values="bytes", aggfunc="min")["bytes"]
    for codec in ("jpeg", "webp", "png"):
        assert sizes[codec, "sheet"] < sizes[codec, "single"]
    assert (rows[rows["quality"].isna()]["mse"] == 0).all()


def test_a_jpeg_block_never_holds_two_images() -> None:
    jpeg = codecs([20])[0]
    images = RNG.integers(0, 256, (9, 28, 28), dtype=np.uint8)
    changed = images.copy()
    changed[4] = 255 - changed[4]
    differs = np.any(sheet(jpeg, images)[1] != sheet(jpeg, changed)[1], axis=(1, 2))
    assert list(np.flatnonzero(differs)) == [4]


def test_the_envelope_keeps_what_nothing_smaller_beats() -> None:
    models = pd.DataFrame(
        {"model": list("abab"), "bytes": [1, 2, 4, 8], "psnr": [10.0, 9.0, 15.0, 16.0]}
    )
    assert list(envelope(models)["bytes"]) == [1, 4, 8]
