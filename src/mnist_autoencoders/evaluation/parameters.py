"""`evaluation:` of params.yaml: how much is measured of every model."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.schema import Section


class EvaluationParameters(Section):
    """The same for all models, so that their figures compare."""

    probe_images: Annotated[int, Field(ge=10)] = 10_000
    """Training images whose codes probe, neighbours, quantiser and Gaussian are fitted to."""

    neighbours: Annotated[int, Field(ge=1)] = 5
    """Of the k-nearest-neighbour classification of codes."""

    code_bits: list[Annotated[int, Field(ge=1, le=8)]] = Field(default=[2, 3, 4, 6, 8])
    """Bits a code value is quantised to, a point of the rate-distortion curve each."""

    generated: Annotated[int, Field(ge=100)] = 5000
    """Images decoded from random codes and judged."""

    importance_samples: Annotated[int, Field(ge=1)] = 100
    """Codes drawn per image for the estimate of log p(x) of a variational model."""
