"""`pca_decoder:` of params.yaml: a layer of a network that decodes principal coordinates."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Count, Epochs, LearningRate, Once, Section


class PcaDecoderParameters(Section):
    """One dense layer with a sigmoid, trained by Adam on the binary cross-entropy."""

    components: Annotated[
        list[Annotated[int, Field(ge=1, le=784)]], Field(min_length=1, max_length=50), Once
    ]
    """Principal coordinates that are decoded: a network for each."""

    learning_rate: LearningRate = 0.01
    """Of Adam; at 0.001 the layer is far from done after 15 epochs."""

    batch_size: Count = 256

    epochs: Epochs = 15
