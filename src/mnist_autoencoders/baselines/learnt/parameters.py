"""`learnt_denoisers:` of params.yaml."""

from typing import Annotated

from pydantic import Field, field_validator

from mnist_autoencoders.noise.noise import KINDS
from mnist_autoencoders.stagecraft.schema import Once, Section, hint, kinds

Images = Annotated[int, Field(ge=1, le=370_000)]
"""As many as sums of their pixels are exact for."""

Positive = Annotated[
    list[Annotated[float, Field(ge=1e-12, le=1e6)]], Field(min_length=1, max_length=50), Once
]


class LinearParameters(Section):
    """A ridge regression from all noisy pixels to all clean ones."""

    images: Images
    """Training images it is fitted to, after the ladder's own; fewer where there are fewer."""

    penalties: Positive
    """To choose from: added to the variance in every direction, of pixels in [0, 1]."""


class PosteriorMeanParameters(Section):
    """The mean of clean training images, weighted by how likely each gave the noisy one."""

    images: Images
    """Training images it is made of, after the ladder's own; fewer where there are fewer."""

    kinds: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50), Once]
    """Of noise it is used against; it takes a strength for the standard deviation of a pixel."""

    temperatures: Positive
    """To choose from: what the noise's variance is multiplied by; more takes more images in."""

    @field_validator("kinds")
    @classmethod
    def _check_kinds(cls, named: list[str]) -> list[str]:
        known = kinds(KINDS)
        for kind in named:
            if kind not in known:
                raise ValueError(f"there is no kind of noise '{kind}'{hint(kind, known)}")
        return named


class LearntParameters(Section):
    """Denoisers learnt from training images that none is tuned on."""

    linear: LinearParameters
    posterior_mean: PosteriorMeanParameters
