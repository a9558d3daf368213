"""`noises:` of params.yaml: one class a kind, with its strength."""

from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.schema import Section

Share = Annotated[float, Field(ge=0, le=1)]


class Gaussian(Section):
    """x + factor * N(0, 1), clipped to [0, 1]."""

    kind: Literal["gaussian"]
    factor: Annotated[float, Field(ge=0)]


class SaltAndPepper(Section):
    """A share of the pixels becomes black or white, half of them each."""

    kind: Literal["salt_and_pepper"]
    amount: Share


class Speckle(Section):
    """x + factor * x * N(0, 1), clipped to [0, 1]: noise that grows with brightness."""

    kind: Literal["speckle"]
    factor: Annotated[float, Field(ge=0)]


class Masking(Section):
    """A share of the pixels becomes black."""

    kind: Literal["masking"]
    amount: Share


class Blur(Section):
    """A Gaussian blur; sigma in pixels."""

    kind: Literal["blur"]
    sigma: Annotated[float, Field(ge=0)]


class Marks(Section):
    """White straight strokes drawn over the digit."""

    kind: Literal["marks"]
    count: Annotated[int, Field(ge=0, le=50)]


NoiseParameters = Annotated[
    Gaussian | SaltAndPepper | Speckle | Masking | Blur | Marks, Field(discriminator="kind")
]
