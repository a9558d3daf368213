"""`noises:` of params.yaml: one class a kind, with its strength."""

from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.schema import Section

Factor = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Sigma = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0, le=50)]


class Gaussian(Section):
    """x + factor * N(0, 1), clipped to [0, 1]."""

    kind: Literal["gaussian"]
    factor: Factor


class SaltAndPepper(Section):
    """A share of the pixels becomes black or white, half of them each."""

    kind: Literal["salt_and_pepper"]
    amount: Share


class Speckle(Section):
    """x + factor * x * N(0, 1), clipped to [0, 1]: noise that grows with brightness."""

    kind: Literal["speckle"]
    factor: Factor


class Masking(Section):
    """A share of the pixels becomes black."""

    kind: Literal["masking"]
    amount: Share


class Blur(Section):
    """A Gaussian blur; sigma in pixels."""

    kind: Literal["blur"]
    sigma: Sigma


class Marks(Section):
    """White straight strokes drawn over the digit."""

    kind: Literal["marks"]
    count: Count


class Tones(Section):
    """Other brightness and contrast: black becomes a grey, white another, alike in all pixels.

    For each image black is drawn uniformly from [0, amount / 2] and white from
    [1 - amount / 2, 1], so the digit stays the brighter part.
    """

    kind: Literal["tones"]
    amount: Share


NoiseParameters = Annotated[
    Gaussian | SaltAndPepper | Speckle | Masking | Blur | Marks | Tones,
    Field(discriminator="kind"),
]


def strength(noise: NoiseParameters) -> float:
    """The one number of a noise: its factor, amount, sigma or count."""
    (number,) = noise.model_dump(exclude={"kind"}).values()
    return float(number)
