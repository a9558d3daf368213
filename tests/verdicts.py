"""Tables by which every claim holds, to be changed one by one."""

from typing import Any

import pandas as pd

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.judge import judge_claims
from mnist_autoencoders.claims.parameters import ClaimParameters
from mnist_autoencoders.claims.reconstruction import CLEAN

NORMAL, FITTED, MIXTURE = (
    f"generation.{draw}" for draw in ("standard_normal", "fitted_normal", "mixture")
)
DENOISERS = {"denoising": ("gaussian", 0.7), "denoising_32": ("gaussian", 0.5),
             "denoising_dense": ("gaussian", 0.4), "denoising_blur": ("blur", 1.5),
             "denoising_tones": ("tones", 0.5), "denoising_marks": ("marks", 3.0)}  # fmt: skip
THRESHOLDS = ClaimParameters(
    same=0.1, close=1.0, sparser=0.5, useful=1.0, levels=[20.0, 22.0], lost=0.5, separate=0.8,
    legible=0.5, off=0.02,
)  # fmt: skip
SEEDS = (0, 1)
SCORES = "scores_by_seed"
Tables = dict[str, pd.DataFrame]


# fmt: off
def confirming() -> Tables:
    """Tables by which every claim holds in both seeds."""
    plain = {
        "psnr": 20.0, "pca.psnr": 18.0, "code_size": 32, "code_mean": 6.0,
        "codes.participation": 20.0, "codes.hoyer": 0.1, "codes.zeros": 0.0,
        f"{NORMAL}.coverage": 0.1, f"{FITTED}.coverage": 0.2, f"{MIXTURE}.frechet": 30.0,
    }
    scores: dict[str, dict[str, Any]] = {name: dict(plain) for name in CLEAN}
    scores["linear"] = {"psnr": 18.05, "pca.psnr": 18.0, "code_size": 32}
    for name in ("simple", "basic", "sparse_plain"):
        scores[name] |= {"psnr": 18.5, "code_size": 15}
    for name in ("sparse", "basic_sparse"):
        scores[name] |= {"psnr": 18.25, "pca.psnr": 9.0, "code_size": 33, "code_mean": 0.7,
                         "codes.participation": 8.0, "codes.hoyer": 0.6, "codes.zeros": 0.5}
    scores["cnn_32"]["psnr"], scores["cnn_strided"]["psnr"] = 23.0, 21.5
    scores["cnn_small"]["psnr"] = 24.0
    scores["vae"] |= {f"{NORMAL}.coverage": 0.4, f"{NORMAL}.precision": 0.8,
                      f"{NORMAL}.frechet": 80.0, f"{FITTED}.coverage": None}
    scores["embedding_2d"] |= {"planes.code.knn_accuracy": 0.85, "planes.code.silhouette": 0.1}
    by_seed = [
        {"model": name, "seed": seed} | row for name, row in scores.items() for seed in SEEDS
    ]
    noisy = pd.DataFrame(DENOISERS, index=["noise.kind", "noise.strength"]).T
    rungs = [("gaussian", 0.4), ("gaussian", 0.5), ("gaussian", 0.7), ("gaussian", 1.0),
             ("blur", 1.5), ("tones", 0.5), ("marks", 3.0)]
    methods = {"none": (12.0, 0.3), "gaussian": (14.0, 0.4), "median": (15.0, 0.35),
               "wavelet": (13.0, 0.3), "jpeg": (13.5, 0.45), "linear": (16.0, 0.5),
               "gaussian_curve": (15.5, 0.55)}
    return {
        # the model of clean images has no noise
        "models": noisy.reindex([*DENOISERS, "simple"]).rename_axis("model").reset_index(),
        "scores_by_seed": pd.DataFrame(by_seed),
        "curves_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "epoch": epoch, "val_mse": error / epoch}
             for name, error in (("basic", 1.0), ("deep", 0.5)) for seed in SEEDS
             for epoch in (49, 50)]
        ),
        "denoising_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "kind": kind, "strength": strength, "psnr": 18.0,
              "ssim": 0.7} for name in DENOISERS for seed in SEEDS for kind, strength in rungs]
        ),
        "filters": pd.DataFrame(
            [{"kind": kind, "strength": strength, "method": method, "psnr": psnr, "ssim": ssim}
             for kind, strength in rungs for method, (psnr, ssim) in methods.items()]
        ),
        "compression_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "bits": bits, "bytes": 40.0 * bits, "psnr": 18.0 + bits}
             for name in CLEAN for seed in SEEDS for bits in (2, 4)]
        ),
        "codecs": pd.DataFrame(
            [{"codec": codec, "layout": layout, "quality": quality, "bytes": size, "psnr": psnr}
             for codec, layout, factor in (("jpeg", "sheet", 1), ("jpeg", "single", 9),
                                           ("webp", "sheet", 2))
             for quality, size, psnr in ((1, 40.0 * factor, 20.0), (50, 90.0 * factor, 22.0))]
            + [{"codec": "png", "layout": "sheet", "quality": None, "bytes": 1.0, "psnr": 54.0}]
        ),
        "specificity_by_seed": pd.DataFrame(
            [{"model": name, "seed": seed, "set": images, "relative_mse": error, "auroc": auroc}
             for number, name in enumerate(CLEAN) for seed in SEEDS
             for images, error, auroc in (("digits", 0.1, 0.5),
                                          ("flower", 0.6 + number / 10, 0.9 - number / 100))]
        ),
        "pca_specificity": pd.DataFrame(
            [{"set": images, "method": method, "relative_mse": error}
             for images in ("digits", "flower")
             for method, error in (("pca", 1.5), ("pca_temple", 0.04), ("dct", 0.03))]
        ),
        "pca_decoder": pd.DataFrame({"components": [15, 32], "psnr": [18.25, 18.125]}),
        "planes": pd.DataFrame(
            {"plane": ["pca", "tsne_pixels", "code", "tsne_code"],
             "knn_accuracy": [0.4, 0.94, 0.1, 0.92], "silhouette": [0.1, 0.36, 0.9, 0.3]}
        ),
    }


# fmt: on
def judged(tables: Tables, thresholds: ClaimParameters = THRESHOLDS) -> pd.DataFrame:
    return judge_claims(Evidence.of_tables(tables, thresholds)).set_index("number")


def edit(tables: Tables, table: str, rows: str, **changes: float) -> None:
    """Change columns of the rows that a query selects; `__` in a name stands for a dot."""
    index = tables[table].query(rows).index
    assert len(index), rows
    for column, value in changes.items():
        tables[table].loc[index, column.replace("__", ".")] = value
