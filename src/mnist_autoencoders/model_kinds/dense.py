"""Dense networks: A1, B1, B2, C1, C3, D1 to D3, and E1 to E3."""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.model import Chain, ModelParameters, Width

if TYPE_CHECKING:
    from keras import layers


class Dense(ModelParameters):
    """784 - hidden - code - hidden reversed - 784."""

    size_key: ClassVar[str] = "hidden"
    compiled: ClassVar[bool] = True

    kind: Literal["dense"]

    hidden: Annotated[list[Width], Field(max_length=30)] = Field(default=[])
    """Widths of the layers between the image and the code; the decoder mirrors them."""

    code_size: Width

    def trunk(self) -> Chain:
        from keras import layers

        return [layers.Flatten(), *self._hidden(self.hidden)]

    def code(self) -> Chain:
        from keras import layers

        return [layers.Dense(self.code_size, self.code_activation, name="code")]

    def features(self) -> Chain:
        return self.trunk()

    def moment(self, name: str) -> "layers.Layer":
        from keras import layers

        return layers.Dense(self.code_size, name=name)

    def expand(self, shape: tuple[int, ...]) -> Chain:  # noqa: ARG002
        from keras import layers

        hidden = self._hidden(self.hidden[::-1])
        return [*hidden, layers.Dense(SIDE * SIDE), layers.Reshape((SIDE, SIDE, 1))]

    def weights(self) -> int:
        widths = [SIDE * SIDE, *self.hidden, self.code_size]
        return 2 * sum(before * after for before, after in pairwise(widths))

    @property
    def architecture(self) -> str:
        code = f"({self.code_size}, {self.code_size})" if self.variational else self.code_size
        return "-".join(map(str, [784, *self.hidden, code, *self.hidden[::-1], 784]))

    def _hidden(self, widths: list[int]) -> Chain:
        from keras import layers

        return [layer for width in widths for layer in (layers.Dense(width), *self.activate())]
