"""`filters:` of params.yaml."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.stagecraft.schema import Once, Section


def _whole(number: float) -> float:
    if not number.is_integer():
        raise ValueError("has to be a whole number")
    return number


def _odd(number: float) -> float:
    if number % 2 != 1:
        raise ValueError("has to be an odd whole number, so that a pixel is in the middle")
    return number


Grid = (Field(min_length=1, max_length=50), Once)
"""Of a list of settings."""

Strengths = Annotated[list[Annotated[float, Field(ge=0, le=100)]], *Grid]
Sigmas = Annotated[list[Annotated[float, Field(ge=0, le=SIDE)]], *Grid]
Sides = Annotated[list[Annotated[float, Field(ge=1, lt=SIDE), AfterValidator(_odd)]], *Grid]
Qualities = Annotated[list[Annotated[float, Field(ge=1, le=100), AfterValidator(_whole)]], *Grid]
Iterations = Annotated[
    list[Annotated[float, Field(ge=0, le=10_000), AfterValidator(_whole)]], *Grid
]


class FilterParameters(Section):
    """The settings to choose from of each filter, from gentle to strong.

    What they are is said in `methods`, and in `tools` for those made for one kind of noise.
    """

    gaussian: Sigmas
    median: Sides
    wavelet: Strengths
    total_variation: Strengths
    non_local_means: Strengths
    jpeg: Qualities
    stretch: Annotated[list[Annotated[float, Field(ge=0, lt=0.5)]], *Grid]
    richardson_lucy: Iterations
    wiener: Annotated[list[Annotated[float, Field(ge=1e-12, le=1e6)]], *Grid]
