"""What denoising autoencoders are compared with: short names, families, the best of them.

The table has the columns kind, strength, method, psnr and ssim of `filters`, see `tables.collect`.
"""

import pandas as pd

NO_FILTER = "none"
SHORT = {
    "gaussian": "Gauss",
    "total_variation": "TV",
    "non_local_means": "NLM",
    "jpeg": "JPEG",
    "curve": "tone",
    "richardson_lucy": "RL",
    "wiener": "Wiener",
    "posterior_mean": "posterior",
}
SPOKEN = {NO_FILTER: "noisy image", "curve": "tone curve", "linear": "linear map"}
CURVED = "_curve"
"""Ending of a filter that is followed by a tone curve."""

PLAIN, TONED, TOOL, LEARNT = "filter", "filter and tone curve", "tool for this noise", "learnt"
TOOLS = ("stretch", "richardson_lucy", "wiener")
LEARNING = ("linear", "posterior_mean")


def family(method: str) -> str:
    """Which of the four kinds of opponents a method is of; no filter is a filter."""
    if method in LEARNING:
        return LEARNT
    if method in TOOLS:
        return TOOL
    return TONED if f"_{method}".endswith(CURVED) else PLAIN


def short(method: str) -> str:
    """A name for a figure, such as TV+tone."""
    base = method.removesuffix(CURVED)
    return SHORT.get(base, base) + ("+tone" if base != method else "")


def words(method: str) -> str:
    """A name in words, such as "total variation, tone curve"."""
    base = method.removesuffix(CURVED)
    spoken = SPOKEN.get(base, base.replace("_", " "))
    return spoken + (", tone curve" if base != method else "")


def best(table: pd.DataFrame) -> pd.DataFrame:
    """A row per strength, of one kind: the best PSNR, the first of what is equal when rounded."""
    return table.loc[table["psnr"].round(1).groupby(table["strength"]).idxmax()]


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of plain filters, and of no filter."""
    return table[table["method"].map(family) == PLAIN]


def best_of_families(table: pd.DataFrame) -> pd.DataFrame:
    """Under one noise: no filter, all that is learnt, and the best of each other family."""
    families = table["method"].map(family)
    filtered = table[(table["method"] != NO_FILTER) & (families != LEARNT)]
    chosen = filtered.groupby(families)["psnr"].idxmax()
    return table[(table["method"] == NO_FILTER) | (families == LEARNT) | table.index.isin(chosen)]
