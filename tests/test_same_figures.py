"""Figures have the same bits whatever kernels BLAS and NumPy choose for the processor."""

import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mnist_autoencoders.components.pca import fit, reconstruct
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.embedding.tsne import tsne
from mnist_autoencoders.evaluation.draws import fitted_normal_codes
from mnist_autoencoders.judge.frechet import Moments, frechet_distance
from mnist_autoencoders.judge.neighbourhoods import neighbourhood_scores
from mnist_autoencoders.measures.arithmetic import for_distances, for_products, product_in_order
from mnist_autoencoders.measures.codes import code_scores
from mnist_autoencoders.measures.compression import rate_distortion
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.pixels import mse_and_psnr, squared_errors
from mnist_autoencoders.measures.sparsity import sparsity_scores

CPU = Path("/proc/cpuinfo")

NO_AVX = "AVX2 FMA3 AVX512F AVX512_SKX X86_V3 X86_V4"
"""What NumPy may find, by the names of its versions."""

PROCESSORS = {
    "Nehalem": ("sse4_2", {"NPY_DISABLE_CPU_FEATURES": NO_AVX}),
    "Sandybridge": ("avx", {"OPENBLAS_NUM_THREADS": "1"}),
    "Haswell": ("avx2", {}),
    "SkylakeX": ("avx512bw", {}),
}
"""Kernels of OpenBLAS, the flag of processors that can run them, and what else is set with them."""

DIGESTS = """
from threadpoolctl import threadpool_info
from tests.test_same_figures import digests
print(*{pool["architecture"] for pool in threadpool_info() if pool["user_api"] == "blas"})
for name, digest in digests().items():
    print(name, digest)
"""


def blobs(count: int, seed: int = 0) -> Images:
    """Bright smooth spots in the dark, uint8 `[count, 28, 28]`, of which the border is black."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 28, 28), np.uint8)
    rows, columns = np.mgrid[:14, :14]
    for image, (top, left, width) in zip(images, rng.integers(3, 10, (count, 3))):
        square = (rows - top) ** 2 + (columns - left) ** 2
        image[7:21, 7:21] = (255 / (1 + square / width)).astype(np.uint8)
    return images


def codes(count: int, size: int) -> np.ndarray:
    """Codes as after ReLU: float32 `[count, size]`."""
    rng = np.random.default_rng(size)
    mixed = product_in_order(rng.normal(size=(count, size)), rng.normal(size=(size, size)))
    return mixed.clip(min=0).astype(np.float32)


def figures() -> dict[str, Callable[[], Any]]:
    """What is computed under every setting, by name."""
    train, test = blobs(400), blobs(100, seed=1)
    pca = fit(train)
    values, labels = codes(600, 24), np.arange(600, dtype=np.int16) % 5
    values[:, 0] += 4 * labels
    features, other = Moments.of(values), Moments.of(codes(500, 24))
    errors = squared_errors(test, reconstruct(pca, test, 5))
    return {
        "components": lambda: [pca.mean, pca.components, pca.variance],
        "coordinates": lambda: pca.encode(test, 50),
        "images": lambda: reconstruct(pca, test, 50),
        "decibels": lambda: [float(figure).hex() for figure in mse_and_psnr(errors).values()],
        "tsne": lambda: tsne(values[:150], 10.0, 0),
        "moments": lambda: [features.mean, features.covariance],
        "frechet": lambda: frechet_distance(features, other).hex(),
        "neighbourhoods": lambda: [
            figure.hex() for figure in neighbourhood_scores(values, codes(500, 24), 5).values()
        ],
        "fitted_codes": lambda: fitted_normal_codes(values, 50, 0),
        "sparsity": lambda: [figure.hex() for figure in sparsity_scores(values).values()],
        "scores": lambda: [
            figure.hex()
            for figure in code_scores(
                values, labels, values[::-1], labels[::-1], 5, 300, 0.01, 0
            ).values()
        ],
        "rates": lambda: rate_distortion(
            pca.decode, pca.encode(train, 8), pca.encode(test, 8), test, [2, 4], 50
        ).to_numpy(),
    }


def digests() -> dict[str, str]:
    """SHA-256 of the bytes of all figures, by name."""
    result = {}
    for name, compute in figures().items():
        values = compute()
        parts = values if isinstance(values, list) else [values]
        digest = sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts))
        result[name] = digest.hexdigest()
    return result


def digests_with(kernels: str) -> dict[str, str]:
    """The digests that a process with these kernels computes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENBLAS_", "OMP_", "NPY_"))
    }
    settings = {"OPENBLAS_CORETYPE": kernels} | PROCESSORS[kernels][1]
    used, *lines = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)} | settings,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert used == kernels, "the setting has no effect"
    return dict(line.split() for line in lines)


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests()


@pytest.mark.parametrize("kernels", PROCESSORS)
def test_figures_do_not_depend_on_the_processor(kernels: str, here: dict[str, str]) -> None:
    if not CPU.exists() or PROCESSORS[kernels][0] not in CPU.read_text().split():
        pytest.skip(f"this processor cannot run the kernels for {kernels}")
    assert digests_with(kernels) == here


def test_components_are_those_of_scikit_learn() -> None:
    images = blobs(400)
    pixels = images.reshape(400, -1) / 255
    ours, theirs = fit(images), PCA(svd_solver="covariance_eigh").fit(pixels)
    np.testing.assert_allclose(ours.variance, theirs.explained_variance_[:400], atol=1e-7)
    np.testing.assert_allclose(ours.components[:10], theirs.components_[:10], atol=1e-6)
    kept = theirs.components_[:30]
    wanted = (pixels - theirs.mean_) @ kept.T @ kept + theirs.mean_
    rebuilt = reconstruct(ours, images, 30).reshape(400, -1)
    np.testing.assert_allclose(rebuilt, wanted.clip(0, 1), atol=1e-5)


@pytest.mark.parametrize(
    "images",
    [blobs(1), np.full((5, 28, 28), 255, np.uint8), blobs(3), blobs(2).repeat(20, axis=0)],
    ids=["one", "constant", "few", "equal"],
)
def test_components_of_any_images_are_orthonormal(images: Images) -> None:
    pca = fit(images)
    assert len(pca.components) == len(pca.variance) == len(images)
    exact = pca.components.astype(np.float64)
    np.testing.assert_allclose(exact @ exact.T, np.eye(len(images)), atol=1e-6)
    assert np.all(pca.variance >= 0)
    np.testing.assert_allclose(reconstruct(pca, images, 784) * 255, images, atol=0.01)


def test_eigenvectors_are_those_of_lapack() -> None:
    square = np.random.default_rng(0).normal(size=(60, 60))
    matrix = square @ square.T
    values, vectors = symmetric_eigen(matrix)
    expected, _ = np.linalg.eigh(matrix)
    np.testing.assert_allclose(values, expected[::-1], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(matrix @ vectors.T, vectors.T * values, atol=1e-11)
    for size in (1, 2):
        values, vectors = symmetric_eigen(np.full((size, size), 3.0))
        np.testing.assert_allclose(values, [3 * size, 0][:size], atol=1e-14)


def test_products_are_exact_in_any_order() -> None:
    rng = np.random.default_rng(0)
    left = for_products(rng.normal(size=(20, 1000)) * 1e9, 1000)
    right = for_products(rng.normal(size=(1000, 30)) * 1e-9, 1000)
    product, order = left @ right, rng.permutation(1000)
    np.testing.assert_array_equal(product, left[:, order] @ right[order])
    np.testing.assert_array_equal(product, product_in_order(left, right))
    points = for_distances(rng.normal(size=(50, 1568)))
    squares = np.sum(points**2, axis=1)
    expanded = squares[:, np.newaxis] + squares - 2 * points @ points.T
    np.testing.assert_array_equal(expanded[0], np.sum((points - points[0]) ** 2, axis=1))
    np.testing.assert_array_equal(for_products(np.zeros((2, 2)), 2), 0)
