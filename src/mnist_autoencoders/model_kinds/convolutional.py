"""Convolutions with pooling: A2, A3, D4, D5."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from mnist_autoencoders.models.model import Chain, ModelParameters, Width

if TYPE_CHECKING:
    from keras import layers


class Convolutional(ModelParameters):
    """3x3 convolutions, each followed by 2x2 max-pooling; the decoder mirrors them.

    The code is the last feature map. Published for two levels (A2, A3, D5) and three (D4).
    """

    kind: Literal["convolutional"]

    filters: Annotated[list[Width], Field(min_length=1, max_length=4)]

    def trunk(self) -> Chain:
        from keras import layers

        chain: Chain = []
        for filters in self.filters[:-1]:
            chain += [
                layers.Conv2D(filters, 3, padding="same"),
                *self.activate(),
                layers.MaxPooling2D(padding="same"),
            ]
        return chain

    def code(self) -> Chain:
        from keras import layers

        return [
            layers.Conv2D(self.filters[-1], 3, padding="same", activation=self.code_activation),
            layers.MaxPooling2D(padding="same", name="code"),
        ]

    def features(self) -> Chain:
        """All of the plain encoder; 1x1 convolutions make the moments of its feature map."""
        return [*self.trunk(), *self.code(), *self.activate()]

    def moment(self, name: str) -> "layers.Layer":
        from keras import layers

        return layers.Conv2D(self.filters[-1], 1, name=name)

    def expand(self, shape: tuple[int, ...]) -> Chain:
        from keras import layers

        side = shape[0]
        chain: Chain = []
        for filters in self.filters[::-1]:
            # 28 is no multiple of 8: D4 crops 16 pixels to 14 by an unpadded convolution
            padding = "valid" if side == 16 else "same"
            convolution = layers.Conv2D(filters, 3, padding=padding)
            chain += [convolution, *self.activate(), layers.UpSampling2D()]
            side = 28 if side == 16 else side * 2
        return [*chain, layers.Conv2D(1, 3, padding="same")]

    @property
    def architecture(self) -> str:
        inward = [f"conv {filters}, pool" for filters in self.filters]
        outward = [f"conv {filters}, up" for filters in self.filters[::-1]]
        return ", ".join([*inward, *outward, "conv 1"])
