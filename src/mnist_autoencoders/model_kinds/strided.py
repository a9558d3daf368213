"""Strided and transposed convolutions: C2."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.model import Chain, ModelParameters, Width
from mnist_autoencoders.stagecraft.schema import Section

if TYPE_CHECKING:
    from keras import layers

Window = Annotated[int, Field(ge=1, le=28)]


class StridedLayer(Section):
    """A convolution of the encoder, its activation, and max-pooling where `pool` is above 1."""

    filters: Width
    kernel: Window
    stride: Window = 1
    padding: Annotated[int, Field(ge=0, le=28)] = 0
    pool: Window = 1
    pool_stride: Window | None = None
    """Null: as wide as `pool`."""


class TransposedLayer(Section):
    """A transposed convolution of the decoder; padding is cut off its output."""

    filters: Width
    kernel: Window
    stride: Window = 1
    padding: Annotated[int, Field(ge=0, le=28)] = 0


class Strided(ModelParameters):
    """Convolutions and transposed convolutions with any strides, each layer given.

    The code is the last feature map of the encoder; the last layer of the decoder is the image.
    """

    size_key: ClassVar[str] = "encoder"

    kind: Literal["strided"]

    encoder: Annotated[list[StridedLayer], Field(min_length=1, max_length=30)]

    decoder: Annotated[list[TransposedLayer], Field(min_length=1, max_length=30)]

    def trunk(self) -> Chain:
        return [part for layer in self.encoder[:-1] for part in self._convolution(layer)]

    def code(self) -> Chain:
        return self._convolution(self.encoder[-1], self.code_activation)

    def features(self) -> Chain:
        """All of the plain encoder; 1x1 convolutions make the moments of its feature map."""
        return [*self.trunk(), *self.code(), *self.activate()]

    def moment(self, name: str) -> "layers.Layer":
        from keras import layers

        return layers.Conv2D(self.encoder[-1].filters, 1, name=name)

    def expand(self, shape: tuple[int, ...]) -> Chain:  # noqa: ARG002
        from keras import layers

        chain: Chain = []
        for layer in self.decoder:
            chain += self.activate() if chain else []
            chain += [
                layers.Conv2DTranspose(layer.filters, layer.kernel, layer.stride),
                layers.Cropping2D(layer.padding),
            ]
        return chain

    def weights(self) -> int:
        total, before = 0, 1
        layers: list[StridedLayer | TransposedLayer] = [*self.encoder, *self.decoder]
        for layer in layers:
            total += before * layer.filters * layer.kernel**2
            before = layer.filters
        return total

    @property
    def architecture(self) -> str:
        pools = [", pool" if layer.pool > 1 else "" for layer in self.encoder]
        inward = [f"conv {_size(layer)}{pool}" for layer, pool in zip(self.encoder, pools)]
        outward = [f"transposed conv {_size(layer)}" for layer in self.decoder]
        return ", ".join(inward + outward)

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        sides = self.sides(SIDE)
        if min(sides) < 1:
            yield "encoder", f"shrinks the image to nothing: {_arrows(sides)} pixels wide"
        if sides[-1] != SIDE or self.decoder[-1].filters != 1:
            yield (
                "decoder",
                f"has to end with 1 filter and {SIDE} pixels, not {self.decoder[-1].filters} and "
                f"{sides[-1]} (feature maps: {_arrows(sides)} pixels wide)",
            )

    def sides(self, side: int) -> list[int]:
        """Widths of the feature maps for images `side` wide, from the image to its
        reconstruction; the arithmetic of Dumoulin and Visin 2016. None is below 1 if it fits.
        """
        sides = [side]
        for layer in self.encoder:
            side = (side + 2 * layer.padding - layer.kernel) // layer.stride + 1
            sides.append(side)
            if layer.pool > 1:
                side = (side - layer.pool) // (layer.pool_stride or layer.pool) + 1
                sides.append(side)
        for transposed in self.decoder:
            side = (side - 1) * transposed.stride + transposed.kernel - 2 * transposed.padding
            sides.append(side)
        return sides

    def _convolution(self, layer: StridedLayer, activation: str | None = None) -> Chain:
        """A layer of the encoder, with the activation of hidden layers if none is given."""
        from keras import layers

        chain: Chain = [
            layers.ZeroPadding2D(layer.padding),
            layers.Conv2D(layer.filters, layer.kernel, layer.stride),
            *([layers.Activation(activation)] if activation else self.activate()),
        ]
        if layer.pool > 1:
            chain.append(layers.MaxPooling2D(layer.pool, layer.pool_stride))
        return chain


def _size(layer: StridedLayer | TransposedLayer) -> str:
    return f"{layer.filters} ({layer.kernel}x{layer.kernel}, stride {layer.stride})"


def _arrows(sides: list[int]) -> str:
    return " -> ".join(map(str, sides))
