"""Which figures are written, from which rows, arrays and folders: bytes of those drawn by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from mnist_autoencoders.figures import codes, compression, denoising, draw, generation, specificity
from mnist_autoencoders.figures.comparisons import draw_comparisons, sparse_twins
from mnist_autoencoders.figures.of_model import draw_model
from mnist_autoencoders.figures.style import save, save_sheet
from tests import artists, results
from tests.results import (
    CODES,
    DENOISED,
    EXAMPLES,
    FILTERED,
    LEARNT,
    NOISY,
    PLANES,
    RANGES,
    REAL,
    SEEN,
    SHOWN,
    TEST,
    TEST_LABELS,
    TONED,
    WEIGHTS,
    all_tables,
    judge,
    only,
    shade,
)

styled = pytest.fixture(autouse=True)(artists.styled)

evaluated = pytest.fixture(results.evaluated)


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
LABELLED = {"recognition", "planes"}


def test_comparisons_are_drawn_from_the_rows_they_are_about(evaluated: Path) -> None:
    tables = all_tables()
    draw_comparisons(tables, evaluated)
    others = {"scores", "codes_sparse", *LABELLED, "generation"}
    assert names(evaluated) == WITH_CLEAN | WITH_NOISE | others
    scores, spread, filters = (tables[name] for name in ("scores", "spread", "filters"))
    denoisers, by_seed = tables["denoising"], tables["denoising_by_seed"]
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
        "scores": draw.score_bars(scores, spread),
        # of the training that gave the codes
        "codes_sparse": draw.code_histogram(twins, tables["scores_by_seed"][:5]),
        "recognition": codes.code_accuracy(scores, spread),
        "pca": draw.beside_pca(scores[:3], spread, tables["pca"], tables["pca_decoder"]),
        "rate_distortion": compression.rate_distortion(
            tables["compression"], tables["codecs"], tables["pca_rates"]
        ),
        "specificity": specificity.errors_by_set(tables["specificity"], tables["pca_specificity"]),
        "denoising_example": denoising.scores_at(filters, by_seed, "gaussian", 0.7),
        "denoising_strengths": denoising.psnr_over_strength(
            filters, by_seed, {"blur": "pixels", "gaussian": "sd"}
        ),
        "denoising_kinds": denoising.psnr_by_noise(
            denoisers, {"net_a": "gaussian 0.7", "net_b": "blur 1.0"}
        ),
        "generation": generation.generation_scores(scores[:3], REAL),
        "planes": planes,
    }
    assert_drawn(evaluated, wanted, save)
    # of the flower plain loses least and wide most; the pictures are of the common seed
    of_seed = tables["specificity_by_seed"].query("seed == 0")
    sheets = {
        f"specificity_{end}": specificity.examples(EXAMPLES[name], of_seed.query("model == @name"))
        for end, name in (("best", "plain"), ("worst", "wide"))
    }
    sheets["specificity_best"].suptitle("plain: image above reconstruction")
    sheets["specificity_worst"].suptitle("wide: image above reconstruction")
    rows = {name.replace("_", " "): images for name, images in FILTERED.items()}
    rows["median, tone curve"] = TONED["median_curve"]
    rows |= {"linear map": LEARNT["linear"], "posterior mean": LEARNT["posterior_mean"]}
    sheets["denoising_pictures"] = draw.reconstructions(rows | DENOISED)
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


def test_pictures_of_denoisers_do_without_what_was_not_learnt(evaluated: Path) -> None:
    Path("out/learnt_denoisers/examples.npz").unlink()
    np.savez("out/filters/examples.npz", **FILTERED)
    draw_comparisons(only(all_tables(), NOISY), evaluated)
    rows = {name.replace("_", " "): images for name, images in FILTERED.items()}
    wanted = {"denoising_pictures": draw.reconstructions(rows | DENOISED)}
    assert_drawn(evaluated, wanted, save_sheet)


def test_twins_differ_in_their_sparsity_alone() -> None:
    models = pd.DataFrame(
        {
            "model": ["plain", "sparse", "sparser", "again", "heavier"],
            "id": ["D1", "D2", None, None, None],
            "model_sha256": [*"abcde"],
            "code_l1": [0.0, 0.1, 0.2, 0.0, 0.0],
            "l2": [0.0, 0.0, 0.0, 0.0, 0.1],
            "images": [np.nan, np.nan, np.nan, np.nan, np.nan],
            "skips": [None, None, None, None, None],
            "initialisation": "glorot",
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
    # and of the training with the common seed
    scores = {"confidence": 0.72, "balance": 0.36, "frechet": 3.6}
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
    scores = {"confidence": 0.54, "balance": 0.18, "frechet": 6.3} if whole else None
    if not whole:
        by_seed = tables["scores_by_seed"]
        judged = [name for name in by_seed if name.startswith("generation")]
        tables["scores_by_seed"] = by_seed.drop(columns=judged)
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
