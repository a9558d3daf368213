"""A noise: an entry of `noises:` in params.yaml, and what it does to images."""

import hashlib
import inspect
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section, kind_class, of_kind

KINDS = "mnist_autoencoders.noise_kinds"
"""A module a kind: adding one adds the kind."""

CARD = "noise.json"
"""What the noise is, beside the noisy images."""

Image = NDArray[np.float64]
"""Float in [0, 1], `[28, 28]` or `[n, 28, 28]`."""

Factor = Annotated[float, Field(ge=0, le=1000)]
"""Grey values end at 1: what is a thousand times that is all black and white."""

Share = Annotated[float, Field(ge=0, le=1)]


class Noise(Section, ABC):
    """A kind of noise with its strength, the one number that every kind has."""

    unit: ClassVar[str]
    """What the strength is, as an axis says it."""

    kind: str

    @abstractmethod
    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        """A noisy copy of an image or of a stack of them, in [0, 1], all random in it from `rng`.

        Every image of a stack has noise of its own, but not the one that it would have alone.
        """

    @classmethod
    def strength_key(cls) -> str:
        """The key of the strength: factor, amount, sigma or count."""
        (key,) = set(cls.model_fields) - {"kind"}
        return key

    @property
    def strength(self) -> float:
        """The one number of this noise."""
        number: float = getattr(self, self.strength_key())
        return number

    @property
    def label(self) -> str:
        """The noise in two words, such as "gaussian 0.7"."""
        return f"{self.kind.replace('_', ' ')} {self.strength:g}"

    def card(self) -> dict[str, Any]:
        """What this noise is, in words that need none of its code.

        The digest of that code is with it: so a training that draws noise anew depends on it.
        """
        code = Path(inspect.getfile(type(self))).read_bytes()
        return {
            "kind": self.kind,
            "strength": self.strength,
            "label": self.label,
            "code_sha256": hashlib.sha256(code).hexdigest(),
        }


AnyNoise = Annotated[Noise, of_kind(KINDS)]
"""A noise of the class that its key `kind` names."""


def noise_of(kind: str, strength: float) -> Noise:
    """The noise of a kind at a strength; `ValidationError` where the kind refuses it."""
    known: type[Noise] = kind_class(KINDS, kind)
    return known.model_validate({"kind": kind, known.strength_key(): strength})
