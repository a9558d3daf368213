"""Which figures are written, from which rows, arrays and folders: bytes of those drawn by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.figures import codes, compression, denoising, draw, generation, specificity
from mnist_autoencoders.figures.comparisons import draw_comparisons, sparse_twins
from mnist_autoencoders.figures.of_model import draw_model
from mnist_autoencoders.figures.style import save, save_sheet
from tests import artists
from tests.test_figures_compression import COMPONENTS, codec_table

styled = pytest.fixture(autouse=True)(artists.styled)

Tables = dict[str, pd.DataFrame]

CLEAN = ["sparse", "plain", "wide"]
NOISY = ["net_a", "net_b"]
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
TEST = IMAGES[:12]
TEST_LABELS = np.arange(12, dtype=np.int16) % 3
CODES = {name: np.linspace(-1, n, 24).reshape(12, 2) for n, name in enumerate(CLEAN + NOISY, 1)}
REAL = {"train": {"frechet": 0.5, "confidence": 0.9}, "test": {"frechet": 0, "confidence": 0.8}}
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
            "generation.standard_normal.frechet": [8, 7, 6, np.nan, np.nan],
            "generation.standard_normal.confidence": [0.5, 0.6, 0.7, np.nan, np.nan],
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
        [(*noise, method, 10.0 + n, 0.1) for n, noise in enumerate(noises)
         for method in ("none", "median")],
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
    return {
        "models": models,
        "scores": scores,
        "pca": pd.DataFrame({"components": [1, 2, 4], "psnr": [9.0, 12.0, 15.0]}),
        "compression": pd.DataFrame({"model": CLEAN, "bytes": [1, 2, 3], "psnr": [1.0, 2, 3]}),
        "codecs": codec_table(),
        "pca_rates": COMPONENTS,
        "specificity": errors,
        "denoising": denoised,
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
    }


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
WEIGHTS = np.random.default_rng(50).normal(size=(784, 3)).astype(np.float32)
PLANES = {name: np.random.default_rng(n).normal(size=(6, 2)).astype(np.float32)
          for n, name in enumerate(["pca", "tsne_pixels", "code", "tsne_code"])}  # fmt: skip


@pytest.fixture
def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stages before leave for figures; the folder for these is returned."""
    monkeypatch.chdir(tmp_path)
    evaluation = Path("out/evaluation")
    for folder in (
        "data/clean",
        "out/filters",
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
    np.savez("out/filters/examples.npz", **FILTERED)
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


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def assert_drawn(folder: Path, wanted: dict[str, Figure], write: Callable[..., Any]) -> None:
    """These figures, by name, have the bytes of those in `folder`."""
    for name, figure in wanted.items():
        write(figure, folder / "wanted.png")
        same = (folder / f"{name}.png").read_bytes() == (folder / "wanted.png").read_bytes()
        assert same, name
        (folder / "wanted.png").unlink()


WITH_CLEAN = {"pca", "rate_distortion", "specificity", "specificity_best", "specificity_worst"}
WITH_NOISE = {f"denoising_{name}" for name in ("strengths", "example", "kinds", "pictures")}
LABELLED = {"code_accuracy", "planes"}


def test_comparisons_are_drawn_from_the_rows_they_are_about(evaluated: Path) -> None:
    tables = all_tables()
    draw_comparisons(tables, evaluated)
    others = {"scores", "codes_sparse", *LABELLED, "generation"}
    assert names(evaluated) == WITH_CLEAN | WITH_NOISE | others
    scores, filters, denoisers = (tables[name] for name in ("scores", "filters", "denoising"))
    accuracies = pd.DataFrame({"model": CLEAN + NOISY, "probe_accuracy": np.arange(1, 6) / 10,
                               "knn_accuracy": np.arange(1, 6) / 20})  # fmt: skip
    twins = {name: CODES[name] for name in ("sparse", "plain")}
    titles = ["PCA", "t-SNE of the pixels", "code of plain", "t-SNE of sparse"]
    planes = codes.planes(
        dict(zip(titles, PLANES.values())),
        TEST_LABELS[::2],
        ["zero", "one", "two"],
        {title: {"knn_accuracy": (n + 1) / 10, "silhouette": (n + 5) / 10}
         for n, title in enumerate(titles)},
    )  # fmt: skip
    wanted = {
        "scores": draw.score_bars(scores),
        "codes_sparse": draw.code_histogram(twins, scores),
        "code_accuracy": codes.code_accuracy(accuracies),
        "pca": draw.beside_pca(scores[:3], tables["pca"]),
        "rate_distortion": compression.rate_distortion(
            tables["compression"], tables["codecs"], tables["pca_rates"]
        ),
        "specificity": specificity.errors_by_set(tables["specificity"]),
        "denoising_example": denoising.scores_at(filters, denoisers, "gaussian", 0.7),
        "denoising_strengths": denoising.psnr_over_strength(
            filters, denoisers, {"blur": "pixels", "gaussian": "sd"}
        ),
        "denoising_kinds": denoising.psnr_by_noise(
            denoisers, {"net_a": "gaussian 0.7", "net_b": "blur 1.0"}
        ),
        "generation": generation.generation_scores(scores[:3], REAL),
        "planes": planes,
    }
    assert_drawn(evaluated, wanted, save)
    # of the flower plain loses least and wide most
    sheets = {
        f"specificity_{end}": specificity.examples(
            EXAMPLES[name], tables["specificity"].query("model == @name")
        )
        for end, name in (("best", "plain"), ("worst", "wide"))
    }
    sheets["specificity_best"].suptitle("plain: image above reconstruction")
    sheets["specificity_worst"].suptitle("wide: image above reconstruction")
    spoken = {name.replace("_", " "): images for name, images in FILTERED.items()}
    sheets["denoising_pictures"] = draw.reconstructions(spoken | DENOISED)
    assert_drawn(evaluated, sheets, save_sheet)


@pytest.mark.parametrize(
    ("models", "labels", "wanted"),
    [
        (["sparse", "wide"], False, {"scores"} | WITH_CLEAN),
        (NOISY, True, {"scores", *LABELLED} | WITH_NOISE),
    ],
    ids=["no labels, no denoiser, no twin", "no clean model"],
)
def test_comparisons_are_drawn_only_where_there_is_something_to_compare(
    evaluated: Path, models: list[str], labels: bool, wanted: set[str]
) -> None:
    tables = only(all_tables(), models)
    if not labels:
        tables["planes"] = tables["planes"][:0]
        tables["scores"] = tables["scores"].drop(
            columns=[name for name in tables["scores"] if name.startswith("codes.")]
        )
        judge(None)
    draw_comparisons(tables, evaluated)
    assert names(evaluated) == wanted


def test_twins_differ_in_their_sparsity_alone() -> None:
    models = pd.DataFrame(
        {
            "model": ["plain", "sparse", "sparser", "again", "seeded"],
            "id": ["D1", "D2", None, None, None],
            "model_sha256": [*"abcde"],
            "code_l1": [0.0, 0.1, 0.2, 0.0, 0.0],
            "seed": [None, None, None, None, 7],
        }
    )
    assert list(sparse_twins(models)) == [
        ("sparse", "plain"),
        ("sparse", "again"),
        ("sparser", "plain"),
        ("sparser", "again"),
    ]


def pictures(name: str, **arrays: np.ndarray) -> None:
    path = Path("out/evaluation") / name / "pictures.npz"
    np.savez(path, generated=shade(60, 12), **arrays)


def test_a_clean_model_has_its_curve_rows_weights_and_all_that_was_decoded(
    evaluated: Path,
) -> None:
    grid, pairs, means = shade(61, 1, 2, 2), shade(62, 2, 3), shade(63, 3, 3)
    pictures("sparse", grid=grid, grid_range=RANGES, pairs=pairs, class_means=means)
    np.save("out/evaluation/sparse/first_layer.npy", WEIGHTS)
    draw_model("sparse", all_tables(), evaluated)
    kinds = ("curve", "reconstructions", "weights", "generated", "grid", "walks")
    assert names(evaluated) == {f"{kind}_sparse" for kind in kinds}
    history = pd.DataFrame({"epoch": [1, 2], "loss": [1.0, 2.0], "val_loss": [0.5, 1.0]})
    rows = {"original": TEST[:10], "reconstruction": SHOWN["sparse"][:10]}
    wanted = {
        "curve_sparse": draw.learning_curve(history, [0.3, 0.2], "nats"),
        "reconstructions_sparse": draw.reconstructions(rows),
    }
    assert_drawn(evaluated, wanted, save)
    # scored by codes of a normal distribution fitted to those of training, as the sheet shows
    scores = {"confidence": 0.8, "balance": 0.4, "frechet": 4.0}
    sheets = {
        "weights_sparse": codes.first_layer(WEIGHTS),
        "generated_sparse": generation.generated_sheet("sparse", shade(60, 12), scores),
        "grid_sparse": generation.code_grid("sparse", grid, RANGES),
        "walks_sparse": generation.walks("sparse", pairs, means),
    }
    assert_drawn(evaluated, sheets, save_sheet)


@pytest.mark.parametrize("whole", [True, False])
def test_a_model_without_grid_fit_or_labels_has_what_is_left(evaluated: Path, whole: bool) -> None:
    pairs = shade(62, 2, 3)
    # a code of one value has no lines
    pictures("plain", **({"pairs": pairs} if whole else {}))
    tables = all_tables()
    scores = {"confidence": 0.6, "balance": 0.2, "frechet": 7.0} if whole else None
    if not whole:
        judged = [name for name in tables["scores"] if name.startswith("generation")]
        tables["scores"] = tables["scores"].drop(columns=judged)
    draw_model("plain", tables, evaluated)
    sheets = {"generated_plain": generation.generated_sheet("plain", shade(60, 12), scores)}
    if whole:
        sheets["walks_plain"] = generation.walks("plain", pairs, None)
    assert names(evaluated) == {"curve_plain", "reconstructions_plain", *sheets}
    assert_drawn(evaluated, sheets, save_sheet)


@pytest.mark.parametrize(("shape", "drawn"), [("16x16x1", True), ("1x257x1", False)])
def test_a_denoiser_has_its_input_and_a_small_map_as_a_picture(
    evaluated: Path, shape: str, drawn: bool
) -> None:
    lengths = tuple(map(int, shape.split("x")))
    values = np.linspace(-1, 1, 12 * int(np.prod(lengths))).reshape(12, -1)
    np.save("out/evaluation/net_a/codes.npy", values)
    tables = all_tables()
    tables["models"].loc[3, "code_shape"] = shape
    draw_model("net_a", tables, evaluated)
    kinds = ["curve", "reconstructions", *(["code"] if drawn else [])]
    assert names(evaluated) == {f"{kind}_net_a" for kind in kinds}
    history = pd.DataFrame({"epoch": [1, 2], "loss": [7.0, 8.0], "val_loss": [3.5, 4.0]})
    rows = {
        "original": TEST[:10],
        "input": SEEN["net_a"][:10],
        "reconstruction": SHOWN["net_a"][:10],
    }
    wanted = {
        "curve_net_a": draw.learning_curve(history, [], "unit of net_a"),
        "reconstructions_net_a": draw.reconstructions(rows),
    }
    if drawn:
        wanted["code_net_a"] = codes.code_pictures(TEST[:10], values[:10], lengths)
    assert_drawn(evaluated, wanted, save)
