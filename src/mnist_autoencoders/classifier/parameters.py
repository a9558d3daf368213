"""`classifier:` of params.yaml: the network that judges generated images, and its training."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Count, Epochs, LearningRate, Section

Width = Annotated[int, Field(ge=1, le=1024)]
"""The time of a Frechet distance grows with the cube of the features: a minute for 1,024."""


class ClassifierParameters(Section):
    """Two 3x3 convolutions with 2x2 max-pooling, a layer of features, and a softmax."""

    filters: Annotated[list[Width], Field(min_length=2, max_length=2)] = Field(default=[16, 32])
    """Filters of the convolutions; ReLU follows each."""

    features: Width = 64
    """Width of the layer before the softmax, whose ReLU values Frechet distances compare."""

    dropout: Annotated[float, Field(ge=0, le=0.99)] = 0.2
    """Share of the values dropped before the layer of features."""

    learning_rate: LearningRate = 0.003
    """Of Adam at the first step; it falls to 0 along a cosine."""

    batch_size: Count = 128

    epochs: Epochs = 7
