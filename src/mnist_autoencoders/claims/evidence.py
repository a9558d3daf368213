"""What the claims are judged by."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mnist_autoencoders.claims.parameters import ClaimParameters
from mnist_autoencoders.claims.parts import MissingError

TABLES = (
    "filters", "codecs", "planes", "pca_decoder", "pca_specificity",
    "curves_by_seed", "denoising_by_seed", "compression_by_seed", "specificity_by_seed",
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """The tables of the models and of what they are compared with, see `tables.collect`.

    - `scores`: those of every training by model, index seed
    - `tables`: the others, by name
    - `noises`: kind and strength of the noise in the input of each model that has any
    - `thresholds`: from where on a figure counts
    """

    scores: dict[str, pd.DataFrame]
    tables: dict[str, pd.DataFrame]
    noises: dict[str, tuple[str, float]]
    thresholds: ClaimParameters

    @classmethod
    def of_tables(cls, tables: dict[str, pd.DataFrame], thresholds: ClaimParameters) -> "Evidence":
        """The evidence in the tables of `tables.collect`."""
        noisy = tables["models"].dropna(subset="noise.kind")
        strengths = zip(noisy["noise.kind"], noisy["noise.strength"])
        return cls(
            scores=dict(list(tables["scores_by_seed"].set_index("seed").groupby("model"))),
            tables={name: tables[name] for name in TABLES},
            noises=dict(zip(noisy["model"], strengths)),
            thresholds=thresholds,
        )

    def of(self, model: str, score: str) -> pd.Series:
        """One score of a model by seed; `MissingError` if there is none."""
        if model not in self.scores:
            raise MissingError(f"the model {model}")
        scores = self.scores[model]
        if score not in scores or scores[score].isna().any():
            raise MissingError(f"{score} of {model}")
        return scores[score]

    def over(self, model: str, other: str, score: str) -> pd.Series:
        """By how much a score of a model is above that of another one, by the seeds of both."""
        return (self.of(model, score) - self.of(other, score)).dropna()

    def at_epoch(self, model: str, metric: str, epoch: int) -> pd.Series:
        """A figure of a model's training after an epoch, by seed."""
        curves = self.tables["curves_by_seed"]
        rows = curves[(curves["model"] == model) & (curves["epoch"] == epoch)]
        if rows.empty:
            raise MissingError(f"the epoch {epoch} of {model}")
        return rows.set_index("seed")[metric]

    def of_set(self, model: str, images: str, score: str) -> pd.Series:
        """A score of a model on one set of other images, by seed."""
        table = self.tables["specificity_by_seed"]
        rows = table[(table["model"] == model) & (table["set"] == images)]
        if rows.empty:
            raise MissingError(f"{images} seen by {model}")
        return rows.set_index("seed")[score]

    def classical(self, kind: str, strength: float) -> pd.DataFrame:
        """What is no autoencoder under one noise of the ladder: index method, psnr and ssim.

        `none` is the noisy image itself.
        """
        rows = self._at(self.tables["filters"], kind, strength)
        if rows.empty:
            raise MissingError(f"{kind} {strength:g} in the noise ladder")
        return rows.set_index("method")

    def denoised(self, model: str, kind: str, strength: float) -> pd.DataFrame:
        """The scores of a denoising model under one noise of the ladder, index seed."""
        rows = self._at(self.tables["denoising_by_seed"], kind, strength)
        rows = rows[rows["model"] == model]
        if rows.empty:
            raise MissingError(f"{model} under {kind} {strength:g}")
        return rows.set_index("seed")

    def noise_of(self, model: str) -> tuple[str, float]:
        """Kind and strength of the noise that a model was trained on."""
        if model not in self.noises:
            raise MissingError(f"the model {model}")
        return self.noises[model]

    @staticmethod
    def _at(table: pd.DataFrame, kind: str, strength: float) -> pd.DataFrame:
        return table[(table["kind"] == kind) & np.isclose(table["strength"], strength)]
