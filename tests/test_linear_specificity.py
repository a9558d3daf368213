"""Linear codes of digits, of a photograph and of none are tried on the sets of the models."""

import numpy as np
import pytest
from scipy.fft import dctn

from mnist_autoencoders.baselines.pca.specificity import (
    cosine_components,
    linear_specificity,
    zigzag,
)
from mnist_autoencoders.components.pca import fit, reconstruct
from mnist_autoencoders.measures.pixels import mse_and_psnr, squared_errors
from mnist_autoencoders.strange_images.sets import image_sets, photograph_tiles
from tests.test_same_figures import blobs

SETS = ["digits", "rotated", "inverted", "flower", "temple", "noise"]


def test_coefficients_are_taken_in_zigzag_order() -> None:
    order = zigzag()
    assert order[:10] == [
        *[(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0)],
    ]
    assert order[-2:] == [(27, 26), (27, 27)]
    assert len(set(order)) == 784


@pytest.mark.parametrize("count", [1, 5, 32])
def test_cosine_components_keep_the_first_coefficients(count: int) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    coefficients = dctn(images / 255, axes=(1, 2), norm="ortho")
    rows, columns = np.transpose(zigzag()[:count])
    found = cosine_components().encode(images, count)
    np.testing.assert_allclose(found, coefficients[:, rows, columns], atol=1e-5)
    basis = cosine_components().components.astype(np.float64)
    np.testing.assert_allclose(basis @ basis.T, np.eye(784), atol=1e-6)


def test_methods_and_sets_have_the_errors_of_their_components() -> None:
    train, test = blobs(40), blobs(9, seed=1)
    pca = fit(train)
    table = linear_specificity(pca, test, 6, sample=5, seed=2)
    assert list(table) == ["method", "components", "set", "images", "mse", "psnr", "relative_mse"]
    assert table["method"].tolist() == ["pca"] * 6 + ["pca_temple"] * 6 + ["dct"] * 6
    assert table["set"].tolist() == SETS * 3
    assert set(table["components"]) == {6}
    sets = image_sets(test[[0, 1, 3, 5, 7]], 2)
    temple = fit(photograph_tiles("china.jpg", 7))
    for method, components in (("pca", pca), ("pca_temple", temple), ("dct", cosine_components())):
        for name, images in sets.items():
            scores = mse_and_psnr(squared_errors(images, reconstruct(components, images, 6)))
            scores |= {"images": len(images), "relative_mse": scores["mse"] / (images / 255).var()}
            row = table[(table["method"] == method) & (table["set"] == name)].iloc[0]
            assert row[list(scores)].to_dict() == pytest.approx(scores, rel=1e-5), (method, name)
    flower = table[table["set"] == "flower"].set_index("method")["relative_mse"]
    assert flower["pca"] > 0.5 > 0.2 > flower["pca_temple"]


def test_components_are_as_many_as_there_are() -> None:
    table = linear_specificity(fit(blobs(3)), blobs(2), 10, sample=2, seed=0)
    kept = table.groupby("method", sort=False)["components"].first()
    assert kept.to_dict() == {"pca": 3, "pca_temple": 10, "dct": 10}
