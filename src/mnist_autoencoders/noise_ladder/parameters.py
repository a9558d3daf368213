"""`noise_ladder:` of params.yaml: the noises that all denoisers are compared on."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from mnist_autoencoders.noise.noise import KINDS, Noise, noise_of
from mnist_autoencoders.stagecraft.schema import Name, Section, hint, kinds, refuse

Strengths = Annotated[
    dict[Name, Annotated[list[int | float], Field(max_length=50)]],
    Field(min_length=1, max_length=50),
]


class LadderParameters(Section):
    """Kinds of noise at several strengths, on the first images of both splits."""

    train_images: Annotated[int, Field(ge=1, le=100_000)]
    """Training images that classical filters are tuned on; fewer where there are fewer."""

    test_images: Annotated[int, Field(ge=1, le=100_000)]
    """Test images that all denoisers are scored on; fewer where there are fewer."""

    strengths: Strengths
    """By kind, the one number of such an entry of `noises:`, ascending."""

    @model_validator(mode="after")
    def _check_strengths(self) -> "LadderParameters":
        known = kinds(KINDS)
        for kind, strengths in self.strengths.items():
            key = ("strengths", kind)
            if kind not in known:
                refuse([(key, f"there is no kind of noise of that name{hint(kind, known)}")])
            if not strengths or any(low >= high for low, high in pairwise(strengths)):
                refuse([(key, "one strength or more is needed, ascending")])
            for strength in strengths:
                try:
                    noise_of(kind, strength)
                except ValidationError as error:
                    problem = error.errors()[0]["msg"]
                    refuse([(key, f"{problem[0].lower()}{problem[1:]} (it is {strength})")])
        return self

    def noises(self, kind: str) -> list[Noise]:
        """A kind at every strength, ascending."""
        return [noise_of(kind, strength) for strength in self.strengths[kind]]
