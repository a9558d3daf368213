"""`pca_decoder:` of params.yaml: a layer of a network that decodes principal coordinates."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section


class PcaDecoderParameters(Section):
    """One dense layer with a sigmoid, trained by Adam on the binary cross-entropy."""

    components: Annotated[list[Annotated[int, Field(ge=1, le=784)]], Field(min_length=1)]
    """Principal coordinates that are decoded: a network for each."""

    learning_rate: Annotated[float, Field(gt=0)] = 0.01
    """Of Adam; at 0.001 the layer is far from done after 15 epochs."""

    batch_size: Annotated[int, Field(ge=1)] = 256

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 15
