"""Which model is the best of a task, by the tables."""

from dataclasses import dataclass

import pandas as pd

from mnist_autoencoders.registry.parameters import Choice
from mnist_autoencoders.stagecraft.layout import CLEAN

DENOISING = "denoising"

SCORES = ["mse", "psnr", "ssim"]
"""Of denoised images."""

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Champion:
    """The best model of a task: its figure, and that of the second, is the mean over `seeds`."""

    task: str
    model: str
    choice: Choice
    value: float
    spread: float | None
    """The standard deviation over the seeds; none of one seed."""

    seeds: int
    compared: int
    """How many models it is the best of."""

    second: str | None
    second_value: float | None

    def row(self) -> dict[str, object]:
        """What the pipeline keeps of it."""
        return {
            "model": self.model,
            "metric": self.choice.metric,
            "best": self.choice.best,
            "value": self.value,
            "spread": self.spread,
            "seeds": self.seeds,
            "compared": self.compared,
            "second": self.second,
            "second_value": self.second_value,
        }


def figures_by_training(tables: Tables) -> pd.DataFrame:
    """All figures, a row per model and seed: those of `scores_by_seed`, and those of denoisers.

    `denoising.psnr` is the mean over all noises of the ladder, `denoising.<kind>.psnr` that over
    the strengths of one kind; so are mse and ssim.
    """
    keys, ladder = ["model", "seed"], tables["denoising_by_seed"]
    scores = tables["scores_by_seed"].set_index(keys).select_dtypes("number")
    if ladder.empty:
        return scores
    over_all = ladder.groupby(keys)[SCORES].mean().add_prefix(f"{DENOISING}.")
    of_kinds = ladder.groupby([*keys, "kind"])[SCORES].mean().unstack("kind")
    of_kinds.columns = [f"{DENOISING}.{kind}.{score}" for score, kind in of_kinds.columns]
    return scores.join([over_all, of_kinds])


def champion(task: str, choice: Choice, tables: Tables) -> Champion | None:
    """The best model of a task; None where no model has the figure. Of equals the first."""
    figures, models = figures_by_training(tables), tables["models"].set_index("model")
    if choice.metric not in figures:
        return None
    noisy = models["input"] != CLEAN.name
    candidates = list(models.index[noisy if task == DENOISING else ~noisy])
    figures = figures[figures.index.get_level_values("model").isin(candidates)]
    if choice.most_code:
        figures = figures[figures["code_size"] <= choice.most_code]
    of_models = figures[choice.metric].dropna().groupby("model", sort=False)
    ranked = of_models.agg(["mean", "std", "size"]).sort_values(
        "mean", ascending=choice.best == "lowest", kind="stable"
    )
    if ranked.empty:
        return None
    best, second = ranked.iloc[0], next(ranked.iloc[1:2].itertuples(), None)
    return Champion(
        task,
        str(ranked.index[0]),
        choice,
        float(best["mean"]),
        None if pd.isna(best["std"]) else float(best["std"]),
        int(best["size"]),
        len(ranked),
        str(second.Index) if second else None,
        float(second.mean) if second else None,
    )
