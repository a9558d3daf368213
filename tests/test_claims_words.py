"""What is said beside a verdict: its figures, or what it lacks."""

import pandas as pd
import pytest

from mnist_autoencoders.claims.judge import as_markdown
from tests.verdicts import FITTED, SCORES, confirming, edit, judged


def test_where_the_lines_of_bytes_cross_is_said() -> None:
    tables = confirming()
    # 20 bytes at 20 dB and 160 at 22, against 40 and 90: equal after ln 2 / (ln 2 + ln 16/9)
    edit(tables, "compression_by_seed", "seed == 0 and bits == 2", bytes=20.0)
    measured = judged(tables).loc[5, "measured"].split("; ")
    assert measured[2] == "by seed, the lines cross at 21.1 dB"


def test_the_figures_are_said() -> None:
    tables = confirming()
    edit(tables, SCORES, "model == 'cnn_32' and seed == 1", psnr=25.0)
    edit(tables, "filters", "method == 'linear' and kind == 'tones'", psnr=54.0, ssim=1.0)
    edit(tables, "codecs", "codec == 'webp' and quality == 50", psnr=21.0)
    measured = judged(tables)["measured"].str.split("; ")
    # +3 and +5: mean 4, deviation sqrt(2), t of one degree of freedom 12.706
    assert measured[2][0] == (
        "convolutions over dense layers of as many weights (cnn_32 over dense_32): "
        "+4.00 [-8.71, +16.71] dB, as claimed in 2 of 2 seeds"
    )
    # 10 log10(2)
    assert measured[2][5].startswith(
        "D3 over D1 after 50 epochs each, by the mean squared error: +3.01"
    )
    assert measured[1][0] == (
        "a linear autoencoder is within 0.1 dB of PCA: +0.050 dB, as claimed in 2 of 2 seeds"
    )
    assert measured[1][1] == (
        "one hidden layer is within 1 dB of PCA: simple (15) +0.50 dB, basic (15) +0.50 dB, "
        "sparse_plain (15) +0.50 dB, 3 of 3 do, as claimed in 2 of 2 seeds"
    )
    assert measured[3][1] == (
        "at most 50% of the values of sparse_plain take part in its code: values taking part 8.0 "
        "against 20.0, Hoyer's sparsity 0.60 against 0.10, zeros 0.500 against 0.000, mean 0.70 "
        "against 6.00, as claimed in 2 of 2 seeds"
    )
    assert measured[4][:2] == [
        "denoising at its own 0.7 beats the filters named: 18.00 dB and SSIM 0.700 against 15.00 "
        "dB (median) and 0.450 (jpeg), +3.00 [+3.00, +3.00] dB, as claimed in 2 of 2 seeds",
        "denoising at its own 0.7 beats the strongest opponent: 18.00 dB and SSIM 0.700 against "
        "16.00 dB (linear map) and 0.550 (gaussian, tone curve), +2.00 [+2.00, +2.00] dB, as "
        "claimed in 2 of 2 seeds",
    ]
    assert measured[4][6].endswith(", 12 of 12 do, as claimed in 2 of 2 seeds")
    assert measured[5] == [
        "poorer than JPEG at 20 dB: 80.0 against 40.0 bytes, as claimed in 2 of 2 seeds",
        "poorer than JPEG at 22 dB: 160.0 against 90.0 bytes, as claimed in 2 of 2 seeds",
        "by seed, the lines cross at no level",
        "WebP needs 20 dB 80.0, 22 dB more than any",
        "the decoder is not counted",
    ]
    assert measured[6][0].startswith(
        "a model loses at least 50% of the flower: 60% (simple) to 230% "
    )
    assert measured[6][1] == (
        "what does not come from digits renders it: principal components of the temple lose 4.0%, "
        "cosines 3.0%, those of digits 150%, as claimed in 2 of 2 seeds"
    )
    assert measured[6][2].endswith("AUROC of 0.73 to 0.90")
    assert measured[7] == [
        "the 2-D code names 80% of the digits by their neighbours: 85.0%, 85.0% to 85.0%, as "
        "claimed in 2 of 2 seeds",
        "t-SNE of the code does better: 92.0% and silhouette 0.30 against 0.10, as claimed in 2 of "
        "2 seeds",
        "t-SNE of the pixels, without any code: 94.0% and 0.36",
    ]
    assert measured[8][0] == (
        "50% of the draws of the VAE look like digits: precision 0.80, as claimed in 2 of 2 seeds"
    )
    assert " from N(0, I): 0.40 against at most 0.10 (simple), 17 of 17 do, " in measured[8][1]
    assert measured[8][-1] == (
        "from a mixture fitted to the codes the Frechet distance is 30 for simple and 30 for the "
        "vae, which has 80 from N(0, I): it is the prior that counts"
    )
    assert measured[9][2:4] == [
        "denoising_tones gains 1 dB on tones: +6.00 [+6.00, +6.00] dB, as claimed in 2 of 2 seeds",
        "denoising_tones beats the strongest opponent: 18.00 dB and SSIM 0.700 against 54.00 dB "
        "(linear map) and 1.000 (linear map), -36.00 [-36.00, -36.00] dB, as claimed "
        "in 0 of 2 seeds",
    ]


@pytest.mark.parametrize(
    ("number", "table", "rows", "missing"),
    [
        (1, SCORES, "model == 'linear'", "the model linear"),
        (2, SCORES, "model == 'dense_32'", "the model dense_32"),
        (2, "curves_by_seed", "epoch == 50", "the epoch 50 of basic"),
        (3, SCORES, "model == 'basic_sparse'", "the model basic_sparse"),
        (4, "models", "model == 'denoising'", "the model denoising"),
        (4, "denoising_by_seed", "model == 'denoising' and strength == 0.7",
         "denoising under gaussian 0.7"),
        (4, "filters", "kind == 'gaussian' and strength == 0.7",
         "gaussian 0.7 in the noise ladder"),
        (5, "compression_by_seed", "model == 'vae'", "the model vae"),
        (6, "specificity_by_seed", "model == 'cnn'", "flower seen by cnn"),
        (7, "planes", "plane == 'tsne_code'", "t-SNE of pixels and of a code, and labels"),
        (8, SCORES, "model == 'vae'", "the model vae"),
        (9, "models", "model == 'denoising_marks'", "the model denoising_marks"),
    ],
)  # fmt: skip
def test_a_claim_without_its_rows_says_what_it_lacks(
    number: int, table: str, rows: str, missing: str
) -> None:
    tables = confirming()
    tables[table] = tables[table].drop(tables[table].query(rows).index)
    claim = judged(tables).loc[number]
    assert (claim["verdict"], claim["condition"], claim["seeds"]) == ("not measured", "", 0)
    assert claim["measured"] == f"it lacks {missing}"


def test_a_score_that_was_not_measured_is_named() -> None:
    tables = confirming()
    edit(tables, SCORES, "model == 'deep' and seed == 1", pca__psnr=float("nan"))
    tables[SCORES] = tables[SCORES].drop(columns=["codes.participation", f"{FITTED}.coverage"])
    measured = judged(tables)["measured"]
    assert measured[1] == "it lacks pca.psnr of deep"
    assert measured[3] == "it lacks codes.participation of sparse"
    assert measured[8] == f"it lacks {FITTED}.coverage of simple"


def test_the_text_has_a_section_a_claim() -> None:
    claims = pd.DataFrame(
        {"number": [1, 2, 3], "claim": ["It is so.", "Or so.", "Or once."],
         "verdict": ["holds", "depends", "holds"], "holding": [0, 1, 1], "seeds": [0, 3, 1],
         "condition": ["", "not: a", ""], "measured": ["5 dB", "6 dB; 7 dB", "8 dB"],
         "figure": ["one", "two", "three"]}
    )  # fmt: skip
    assert as_markdown(claims) == (
        "# What the tutorials claim, and what was measured\n\n"
        "## 1. It is so.\n\n**holds**\n\n- 5 dB\n\nFigure: [one](figures/one.png)\n\n"
        "## 2. Or so.\n\n**depends**, as a whole in 1 of 3 seeds (not: a)\n\n- 6 dB\n- 7 dB\n\n"
        "Figure: [two](figures/two.png)\n\n"
        "## 3. Or once.\n\n**holds**, one seed\n\n- 8 dB\n\nFigure: [three](figures/three.png)\n"
    )
