"""Convolutions with pooling: A2, A3, D4, D5."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.model import CLEAN, Chain, ModelParameters, Width

if TYPE_CHECKING:
    from keras import layers


class Convolutional(ModelParameters):
    """3x3 convolutions, each followed by 2x2 max-pooling; the decoder mirrors them.

    The code is the last feature map, or a dense layer of it. Published for two levels (A2, A3, D5)
    and three (D4), all with a feature map as code.
    """

    size_key: ClassVar[str] = "filters"

    kind: Literal["convolutional"]

    filters: Annotated[list[Width], Field(min_length=1, max_length=4)]

    code_size: Width | None = None
    """Values of a dense code; null for the last feature map itself."""

    skips: bool = False
    """Every level of the decoder also gets the encoder's feature map of its width (Ronneberger,
    Fischer and Brox 2015, "U-Net"): for denoising, as the code is passed by."""

    def trunk(self) -> Chain:
        if self.code_size is None:
            return self._levels(self.filters[:-1])
        from keras import layers

        return [*self._levels(self.filters), layers.Flatten()]

    def code(self) -> Chain:
        from keras import layers

        if self.code_size is not None:
            return [layers.Dense(self.code_size, self.code_activation, name="code")]
        return [
            layers.Conv2D(self.filters[-1], 3, padding="same", activation=self.code_activation),
            layers.MaxPooling2D(padding="same", name="code"),
        ]

    def features(self) -> Chain:
        """What precedes a dense code; else all of the plain encoder, of whose feature map 1x1
        convolutions make the moments."""
        if self.code_size is not None:
            return self.trunk()
        return [*self.trunk(), *self.code(), *self.activate()]

    def moment(self, name: str) -> "layers.Layer":
        from keras import layers

        if self.code_size is not None:
            return layers.Dense(self.code_size, name=name)
        return layers.Conv2D(self.filters[-1], 1, name=name)

    def expand(self, shape: tuple[int, ...]) -> Chain:
        from keras import layers

        if self.code_size is None:
            return [*self._mirrored(self.filters[::-1], shape[0]), *self._image()]
        side = math.ceil(SIDE / 2 ** len(self.filters))
        shape = (side, side, self.filters[-1])
        # the dense layer stands for the first convolution of the mirror
        return [
            layers.Dense(math.prod(shape)),
            *self.activate(),
            layers.Reshape(shape),
            layers.UpSampling2D(),
            *self._mirrored(self.filters[-2::-1], 2 * side),
            *self._image(),
        ]

    def weights(self) -> int:
        levels = 9 * sum(before * after for before, after in pairwise([1, *self.filters]))
        side = math.ceil(SIDE / 2 ** len(self.filters))
        dense = side * side * self.filters[-1] * (self.code_size or 0)
        return 2 * (levels + dense)

    @property
    def passed_by(self) -> bool:
        return self.skips

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if self.skips and self.input == CLEAN:
            yield "skips", "needs a noise as input: a clean image would be passed on as it is"
        if self.skips and len(self.filters) > 2:
            yield "skips", "needs one or two filters: a third level has another width on its way up"
        if self.skips and (self.variational or self.code_l1):
            yield "skips", "goes with a plain code alone, without variational and code_l1"

    @property
    def architecture(self) -> str:
        inward = [f"conv {filters}, pool" for filters in self.filters]
        outward = [f"conv {filters}, up" for filters in self.filters[::-1]]
        if self.code_size is not None:
            code = f"({self.code_size}, {self.code_size})" if self.variational else self.code_size
            outward[0] = f"dense {code}, dense, up"
        return ", ".join([*inward, *outward, "conv 1"]) + (", with skips" if self.skips else "")

    def _levels(self, filters: list[int]) -> Chain:
        from keras import layers

        chain: Chain = []
        for count in filters:
            chain += [
                layers.Conv2D(count, 3, padding="same"),
                *self.activate(),
                layers.MaxPooling2D(padding="same"),
            ]
        return chain

    def _mirrored(self, filters: list[int], side: int) -> Chain:
        """Convolutions, each followed by upsampling, of a feature map `side` pixels wide."""
        from keras import layers

        chain: Chain = []
        for count in filters:
            # 28 is no multiple of 8: D4 crops 16 pixels to 14 by an unpadded convolution
            padding = "valid" if side == 16 else "same"
            convolution = layers.Conv2D(count, 3, padding=padding)
            chain += [convolution, *self.activate(), layers.UpSampling2D()]
            side = 28 if side == 16 else side * 2
        return chain

    def _image(self) -> Chain:
        from keras import layers

        return [layers.Conv2D(1, 3, padding="same")]
