"""A sigmoid layer learns to decode principal coordinates, the same for the same seed."""

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.baselines.pca_decoder.parameters import PcaDecoderParameters
from mnist_autoencoders.baselines.pca_decoder.train import (
    build_decoder,
    decode,
    decoder_scores,
    standard_coordinates,
)
from mnist_autoencoders.components.pca import Components, fit, reconstruct
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.conftest import TENSORFLOW
from tests.test_same_figures import blobs

pytestmark = TENSORFLOW

TRAIN, TEST = (
    255 * (blobs(count, seed) > 90).astype(np.uint8) for count, seed in ((300, 0), (50, 1))
)
"""Black and white, which no linear map gives."""
PCA = fit(TRAIN)


def scores(seed: int = 4, **changes: object) -> pd.DataFrame:
    settings = {"components": [3, 8], "learning_rate": 0.1, "batch_size": 50, "epochs": 30}
    # a learning rate that leaves no numbers is none that params.yaml may have
    parameters = PcaDecoderParameters(**settings).model_copy(update=changes)
    return decoder_scores(PCA, TRAIN, TEST, parameters, seed)


def test_the_decoder_is_better_than_the_components_and_with_more_of_them() -> None:
    table = scores()
    assert list(table) == ["components", "mse", "psnr", "ssim", "bce", "excess_bce"]
    assert table["components"].tolist() == [3, 8]
    for row in table.itertuples():
        linear = image_scores(TEST, reconstruct(PCA, TEST, row.components))
        assert row.excess_bce == row.bce < 0.75 * linear["bce"]
        assert row.psnr > linear["psnr"] + 1
    assert table["psnr"][1] > table["psnr"][0] + 1
    assert table["ssim"][1] > table["ssim"][0]
    assert np.all(table["mse"] < table["bce"])


def test_a_row_depends_on_its_seed_and_on_no_other_row() -> None:
    first, alone, other = scores(epochs=2), scores(components=[8], epochs=2), scores(5, epochs=2)
    pd.testing.assert_series_equal(first.iloc[1], alone.iloc[0], check_names=False)
    assert np.all(first["bce"] != other["bce"])


@pytest.mark.parametrize("change", [{"epochs": 1}, {"learning_rate": 0.01}, {"batch_size": 299}])
def test_less_training_reaches_less(change: dict[str, float]) -> None:
    assert np.all(scores(epochs=3)["bce"] < scores(**{"epochs": 3} | change)["bce"] - 1e-3)


def test_there_is_a_row_for_as_many_components_as_there_are() -> None:
    few = fit(TRAIN[:5])
    parameters = PcaDecoderParameters(components=[6, 5], batch_size=50, epochs=1)
    table = decoder_scores(few, TRAIN[:5], TEST, parameters, 0)
    assert table["components"].tolist() == [5]


def test_a_decoder_of_no_numbers_is_refused() -> None:
    with pytest.raises(UserError, match=r"^3 components .* lower pca_decoder\.learning_rate$"):
        scores(learning_rate=1e38, epochs=3)


def test_coordinates_are_in_standard_deviations() -> None:
    pca = Components(
        np.full(784, 0.2, np.float32),
        np.eye(784, dtype=np.float32)[:3],
        np.array([0.25, 0.04, 0], np.float32),
    )
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 0, :3] = 255, 51, 102
    found = standard_coordinates(pca, images, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[-0.4, -1, -0.2], [1.6, 0, 0.2]], atol=1e-5)
    spread = standard_coordinates(PCA, TRAIN, 8).std(axis=0, ddof=1)
    np.testing.assert_allclose(spread, 1, rtol=1e-4)


def test_the_decoder_is_a_sigmoid_of_a_linear_map() -> None:
    decoder = build_decoder(2)
    weights = np.zeros((2, 784), np.float32)
    weights[0, 1], weights[1, 28] = 1, -2
    decoder.set_weights([weights, np.full(784, 0.5, np.float32)])
    image = decode(decoder, np.array([[3, 1]], np.float32))[0]
    assert image.shape == (28, 28)
    logits = [image[0, 1], image[1, 0], image[5, 5]]
    np.testing.assert_allclose(logits, 1 / (1 + np.exp([-3.5, 1.5, -0.5])), rtol=1e-5)
