"""What the claims are judged by, and how a judgement is written down."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.parameters import ClaimParameters

Verdict = Literal["holds", "does not hold", "depends", "not measured"]


class MissingError(Exception):
    """A claim cannot be judged; the message names what it lacks."""


@dataclass(frozen=True)
class Judgement:
    """`condition` says on what it depends, and is empty where it does not."""

    verdict: Verdict
    measured: str
    condition: str = ""


@dataclass(frozen=True)
class Evidence:
    """The tables of the models (column `model`) and of what they are compared with.

    - `scores`: a row per model, index `model`, the columns of its metrics as `pca.psnr`
    - `denoising`, `filters`: kind, strength, psnr, ssim; of models, and by filter (`method`)
    - `compression`, `codecs`: bytes, psnr; of models by `bits`, of codecs by `layout`
    - `specificity`: set, relative_mse, auroc
    - `planes`: plane, model, knn_accuracy, silhouette
    - `noises`: kind and strength of the noise in the input of each model that has any
    - `thresholds`: from where on a figure counts
    """

    scores: pd.DataFrame
    denoising: pd.DataFrame
    filters: pd.DataFrame
    compression: pd.DataFrame
    codecs: pd.DataFrame
    specificity: pd.DataFrame
    planes: pd.DataFrame
    noises: dict[str, tuple[str, float]]
    thresholds: ClaimParameters

    @classmethod
    def of_tables(cls, tables: dict[str, pd.DataFrame], thresholds: ClaimParameters) -> "Evidence":
        """The evidence in the tables of `tables.collect`."""
        names = ("denoising", "filters", "compression", "codecs", "specificity", "planes")
        noisy = tables["models"].dropna(subset="noise.kind")
        strengths = zip(noisy["noise.kind"], noisy["noise.strength"])
        return cls(
            scores=tables["scores"].set_index("model"),
            **{name: tables[name] for name in names},
            noises=dict(zip(noisy["model"], strengths)),
            thresholds=thresholds,
        )

    def of(self, model: str, score: str) -> float:
        """One score of a model; `MissingError` if there is none."""
        if model not in self.scores.index:
            raise MissingError(f"the model {model}")
        if score not in self.scores or pd.isna(self.scores.loc[model, score]):
            raise MissingError(f"{score} of {model}")
        return float(self.scores.loc[model, score])

    def filtered(self, kind: str, strength: float) -> tuple[str, float, float]:
        """Of the tuned filters under one noise of the ladder: the one with the highest PSNR, that
        PSNR in dB, and the highest SSIM of any of them."""
        rows = self.filters[
            (self.filters["kind"] == kind)
            & np.isclose(self.filters["strength"], strength)
            & (self.filters["method"] != "none")
        ]
        if rows.empty:
            raise MissingError(f"{kind} {strength:g} in the noise ladder")
        best = rows.loc[rows["psnr"].idxmax()]
        return best["method"].replace("_", " "), best["psnr"], rows["ssim"].max()

    def denoised(self, model: str, kind: str, strength: float) -> pd.Series:
        """The row of a denoising model under one noise of the ladder."""
        rows = self.denoising[
            (self.denoising["model"] == model)
            & (self.denoising["kind"] == kind)
            & np.isclose(self.denoising["strength"], strength)
        ]
        if rows.empty:
            raise MissingError(f"{model} under {kind} {strength:g}")
        return rows.iloc[0]


def settle(outcomes: list[bool], measured: str, condition: str) -> Judgement:
    """The verdict over several comparisons; the condition is given where they differ."""
    if all(outcomes):
        return Judgement("holds", measured)
    if not any(outcomes):
        return Judgement("does not hold", measured)
    return Judgement("depends", measured, condition)
