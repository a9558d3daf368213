"""`sweep:` of params.yaml: the noises that all denoisers are compared on."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from mnist_autoencoders.noise.parameters import (
    Blur,
    Count,
    Factor,
    Gaussian,
    Marks,
    Masking,
    NoiseParameters,
    SaltAndPepper,
    Share,
    Sigma,
    Speckle,
    Tones,
)
from mnist_autoencoders.schema import Section

T = TypeVar("T", bound=list[Any])


def _check_order(strengths: T) -> T:
    if any(low >= high for low, high in pairwise(strengths)):
        raise PydanticCustomError("order", "Strengths should ascend")
    return strengths


Ascending = AfterValidator(_check_order)


class Strengths(Section):
    """The strengths of each kind: the one number of such an entry of `noises:`, ascending.

    A kind without strengths is left out; at least one is needed in all.
    """

    gaussian: Annotated[list[Factor], Ascending] = Field(default=[])
    salt_and_pepper: Annotated[list[Share], Ascending] = Field(default=[])
    speckle: Annotated[list[Factor], Ascending] = Field(default=[])
    masking: Annotated[list[Share], Ascending] = Field(default=[])
    blur: Annotated[list[Sigma], Ascending] = Field(default=[])
    marks: Annotated[list[Count], Ascending] = Field(default=[])
    tones: Annotated[list[Share], Ascending] = Field(default=[])

    @model_validator(mode="after")
    def _check_any(self) -> "Strengths":
        if not any(self.model_dump().values()):
            raise PydanticCustomError("empty", "At least one strength is needed")
        return self


class SweepParameters(Section):
    """All kinds of noise at several strengths, on the first images of both splits."""

    train_images: Annotated[int, Field(ge=1)] = 300
    """Training images that classical filters are tuned on; fewer where there are fewer."""

    test_images: Annotated[int, Field(ge=1)] = 1000
    """Test images that all denoisers are scored on; fewer where there are fewer."""

    strengths: Strengths

    def noises(self) -> Iterator[NoiseParameters]:
        """Every kind at every strength."""
        strengths = self.strengths
        yield from (Gaussian(kind="gaussian", factor=factor) for factor in strengths.gaussian)
        for amount in strengths.salt_and_pepper:
            yield SaltAndPepper(kind="salt_and_pepper", amount=amount)
        yield from (Speckle(kind="speckle", factor=factor) for factor in strengths.speckle)
        yield from (Masking(kind="masking", amount=amount) for amount in strengths.masking)
        yield from (Blur(kind="blur", sigma=sigma) for sigma in strengths.blur)
        yield from (Marks(kind="marks", count=count) for count in strengths.marks)
        yield from (Tones(kind="tones", amount=amount) for amount in strengths.tones)
