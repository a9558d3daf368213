"""What the stages before the figures leave, small: tables, and a folder of arrays."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.tables.seeds import deviation
from tests.test_figures_compression import COMPONENTS, codec_table

Tables = dict[str, pd.DataFrame]

CLEAN = ["sparse", "plain", "wide"]
NOISY = ["net_a", "net_b"]
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
TEST = IMAGES[:12]
TEST_LABELS = np.arange(12, dtype=np.int16) % 3
CODES = {name: np.linspace(-1, n, 24).reshape(12, 2) for n, name in enumerate(CLEAN + NOISY, 1)}
REAL = {
    "train": {"frechet": 0.5, "precision": 0.9, "coverage": 0.95, "confidence": 0.9},
    "test": {"frechet": 0, "precision": 1, "coverage": 1, "confidence": 0.8},
}
RANGES = np.array([[-1.0, 1.0], [-2.0, 2.0]])


def all_tables() -> Tables:
    """Three models of clean images, of which one has a sparse twin, and two denoisers."""
    models = pd.DataFrame({"model": CLEAN + NOISY, "id": ["A1", None, None, "A3", None]})
    models = models.assign(
        code_shape=["2", "2", "2", "1x1x2", "1x1x2"],
        code_l1=[0.1, 0, 0, 0, 0],
        seed=[1, 1, 2, 1, 1],
        model_sha256=[*"abcde"],
        loss_unit=[f"unit of {name}" for name in CLEAN + NOISY],
        **{
            "noise.kind": [None, None, None, "gaussian", "blur"],
            "noise.label": [None, None, None, "gaussian 0.7", "blur 1.0"],
        },
    )
    models.loc[:2, "loss_unit"] = "nats"
    scores = pd.DataFrame({"model": CLEAN + NOISY})
    numbers = np.arange(1.0, 6.0)
    scores = scores.assign(
        psnr=10 * numbers, ssim=numbers / 10, code_size=2, code_mean=numbers, code_near_zero=0.5,
        **{
            "codes.probe_accuracy": numbers / 10, "codes.knn_accuracy": numbers / 20,
            "codes.hoyer": numbers / 8, "codes.participation": numbers / 4,
            "generation.standard_normal.frechet": [8, 7, 6, np.nan, np.nan],
            "generation.standard_normal.confidence": [0.5, 0.6, 0.7, np.nan, np.nan],
            "generation.standard_normal.precision": [0.3, 0.2, 0.1, np.nan, np.nan],
            "generation.standard_normal.balance": [0.1, 0.2, 0.3, np.nan, np.nan],
            "generation.fitted_normal.frechet": [4, np.nan, 2, np.nan, np.nan],
            "generation.fitted_normal.confidence": [0.8, np.nan, 0.9, np.nan, np.nan],
            "generation.fitted_normal.balance": [0.4, np.nan, 0.6, np.nan, np.nan],
        },
    )  # fmt: skip
    sets = [(name, kind) for name in CLEAN for kind in ("digits", "flower", "noise")]
    errors = pd.DataFrame(sets, columns=["model", "set"])
    errors = errors.assign(mse=0.1, auroc=np.arange(9) / 8,
                           relative_mse=[1, 3, 0.1, 1, 2, 9, 1, 4, 5])  # fmt: skip
    ladder = pd.DataFrame(
        [
            ("blur", 1.0, "pixels", False),
            ("gaussian", 0.5, "sd", False),
            ("gaussian", 0.7, "sd", True),
        ],
        columns=["kind", "strength", "unit", "shown"],
    )
    noises = [*ladder[["kind", "strength"]].itertuples(index=False, name=None)]
    filters = pd.DataFrame(
        [(*noise, method, 10.0 + n + gain, 0.1) for n, noise in enumerate(noises)
         for method, gain in (("none", 0), ("median", 0), ("curve", 1), ("median_curve", 2 * n),
                              ("posterior_mean", 3))],
        columns=["kind", "strength", "method", "psnr", "ssim"],
    )  # fmt: skip
    denoised = pd.DataFrame(
        [(name, *noise, 20.0 + 2 * n, 0.2) for name in NOISY for n, noise in enumerate(noises)],
        columns=["model", "kind", "strength", "psnr", "ssim"],
    )
    planes = pd.DataFrame(
        [("pca", "PCA", None), ("tsne_pixels", "t-SNE of the pixels", None),
         ("code", "code of plain", "plain"), ("tsne_code", "t-SNE of sparse", "sparse")],
        columns=["plane", "title", "model"],
    ).assign(knn_accuracy=[0.1, 0.2, 0.3, 0.4], silhouette=[0.5, 0.6, 0.7, 0.8])  # fmt: skip
    curves = pd.DataFrame([(name, e) for name in CLEAN + NOISY for e in (1, 2)])
    curves = curves.set_axis(["model", "epoch"], axis=1).assign(loss=np.arange(1.0, 11))
    tables = {"scores": scores, "denoising": denoised, "specificity": errors}
    by_seed = {f"{name}_by_seed": two_seeds(table) for name, table in tables.items()}
    controls = errors[:3].drop(columns=["model", "auroc"]).assign(method="dct", components=8)
    return tables | by_seed | {
        "models": models,
        "spread": deviation(by_seed["scores_by_seed"]),
        "pca_decoder": pd.DataFrame({"components": [2, 4], "psnr": [13.0, 17.0]}),
        "pca_specificity": controls,
        "pca": pd.DataFrame({"components": [1, 2, 4], "psnr": [9.0, 12.0, 15.0]}),
        "compression": pd.DataFrame({"model": CLEAN, "bytes": [1, 2, 3], "psnr": [1.0, 2, 3]}),
        "codecs": codec_table(),
        "pca_rates": COMPONENTS,
        "filters": filters,
        "ladder": ladder,
        "planes": planes,
        "curves": curves.assign(val_loss=curves["loss"] / 2),
        "published_curves": pd.DataFrame(
            {
                "model": ["plain", "sparse", "sparse"],
                "epoch": [1, 1, 2],
                "val_loss": [9.0, 0.3, 0.2],
            }
        ),
    }  # fmt: skip


def two_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """The common seed, 0, a tenth below the mean and another a tenth above it."""
    of_seeds = []
    for seed, factor in ((0, 0.9), (1, 1.1)):
        one = table.copy()
        numbers = one.select_dtypes("float").columns.drop("strength", errors="ignore")
        one[numbers] *= factor
        of_seeds.append(one.assign(seed=seed))
    return pd.concat(of_seeds, ignore_index=True)


def only(tables: Tables, names: list[str]) -> Tables:
    """The tables, with rows of these models alone, and of no model."""
    return {
        name: table[table["model"].isin([*names, None])] if "model" in table else table
        for name, table in tables.items()
    }


def shade(start: int, *shape: int) -> np.ndarray:
    """Images that differ from all others made with another start."""
    return np.random.default_rng(start).integers(0, 256, (*shape, 28, 28), np.uint8)


EXAMPLES = {name: {kind: shade(n, 2, 3) for kind in ("digits", "flower", "noise")}
            for n, name in enumerate(CLEAN)}  # fmt: skip
SHOWN = {name: shade(10 + n, 12) for n, name in enumerate(CLEAN + NOISY)}
SEEN = {name: shade(20 + n, 12) for n, name in enumerate(NOISY)}
DENOISED = {name: shade(30 + n, 4) for n, name in enumerate(NOISY)}
FILTERED = {"clean": shade(40, 4), "noisy": shade(41, 4), "non_local_means": shade(42, 4)}
TONED = {"curve": shade(43, 4), "median_curve": shade(44, 4), "stretch": shade(45, 4)}
LEARNT = {"posterior_mean": shade(46, 4), "linear": shade(47, 4)}
WEIGHTS = np.random.default_rng(50).normal(size=(784, 3)).astype(np.float32)
PLANES = {name: np.random.default_rng(n).normal(size=(6, 2)).astype(np.float32)
          for n, name in enumerate(["pca", "tsne_pixels", "code", "tsne_code"])}  # fmt: skip


def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stages before leave for figures; the folder for these is returned."""
    monkeypatch.chdir(tmp_path)
    evaluation = Path("out/evaluation")
    for folder in (
        "data/clean",
        "out/filters",
        "out/learnt_denoisers",
        "out/classifier",
        "out/embedding/pixels",
        "out/embedding/codes",
        "figures",
        *(evaluation / n for n in CLEAN + NOISY),
    ):
        Path(folder).mkdir(parents=True)  # fmt: skip
    labels = np.zeros(28, np.int16)
    images = ImageSet("data", IMAGES[12:], TEST, labels, TEST_LABELS, ["zero", "one", "two"])
    write_images(Path("data/clean"), images)
    for name in CLEAN + NOISY:
        np.save(evaluation / name / "codes.npy", CODES[name])
        np.save(evaluation / name / "reconstructions.npy", SHOWN[name])
    for name in CLEAN:
        np.savez(evaluation / name / "specificity.npz", **EXAMPLES[name])
    for name in NOISY:
        np.save(evaluation / name / "seen.npy", SEEN[name])
        np.save(evaluation / name / "denoised.npy", DENOISED[name])
    np.savez("out/filters/examples.npz", **TONED, **FILTERED)
    np.savez("out/learnt_denoisers/examples.npz", **LEARNT)
    np.savez(
        "out/embedding/pixels/planes.npz", pca=PLANES["pca"], tsne_pixels=PLANES["tsne_pixels"]
    )
    np.savez("out/embedding/codes/planes.npz", tsne_code=PLANES["tsne_code"])
    np.savez(evaluation / "plain/planes.npz", code=PLANES["code"])
    judge(0.9)
    return Path("figures")


def judge(accuracy: float | None) -> None:
    record = {"accuracy": accuracy} | {split: {"scores": REAL[split]} for split in REAL}
    Path("out/classifier/record.json").write_text(json.dumps(record), encoding="utf-8")
