"""What principal components reach with how many numbers, and with how many bytes."""

import pandas as pd

from mnist_autoencoders.components.pca import Components, reconstruct
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.compression import rate_distortion
from mnist_autoencoders.measures.pixels import mse_and_psnr, squared_errors


def error_curve(pca: Components, images: Images, counts: list[int]) -> pd.DataFrame:
    """Columns components, mse, psnr of uint8 `[n, 28, 28]`, for as many `counts` as there are.

    No row where there are fewer components than the least of `counts`.
    """
    rows = [
        {"components": count}
        | mse_and_psnr(squared_errors(images, reconstruct(pca, images, count)))
        for count in counts
        if count <= len(pca.components)
    ]
    return pd.DataFrame(rows, columns=["components", "mse", "psnr"])


def rate_curves(
    pca: Components,
    train_images: Images,
    test_images: Images,
    counts: list[int],
    bits: list[int],
    sample: int,
) -> pd.DataFrame:
    """Columns components, bits, bytes, mse, psnr: the coder of the autoencoders on coordinates.

    No row where there are fewer components than the least of `counts`.
    """
    curves = [
        rate_distortion(
            pca.decode,
            pca.encode(train_images, count),
            pca.encode(test_images, count),
            test_images,
            bits,
            sample,
        ).assign(components=count)
        for count in counts
        if count <= len(pca.components)
    ]
    columns = ["components", "bits", "bytes", "mse", "psnr"]
    if not curves:
        return pd.DataFrame(columns=columns)
    return pd.concat(curves, ignore_index=True)[columns]
