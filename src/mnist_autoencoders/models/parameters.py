"""`models:` of params.yaml: an entry says everything about one model and its training."""

from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.schema import Name, Section

Activation = Literal[
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid"
]
Width = Annotated[int, Field(ge=1, le=4096)]


class TrainingParameters(Section):
    """What every kind of model has in common."""

    input: Name
    """`clean`, or the name of a noise: what the encoder sees. The target is always clean."""

    activation: Activation = "relu"
    """Activation of the hidden layers."""

    code_activation: Activation = "relu"
    """Activation of the code; `linear` for none."""

    output_activation: Literal["sigmoid", "linear"] = "sigmoid"
    """Activation of the last layer; pixels are in [0, 1]."""

    code_l1: Annotated[float, Field(ge=0)] = 0.0
    """Sparsity penalty: this weight times the sum of |code|, averaged over the images."""

    loss: Literal["binary_crossentropy", "mean_squared_error"] = "binary_crossentropy"
    """Averaged over pixels and images."""

    optimizer: Literal["adam", "adamw", "adadelta", "rmsprop", "sgd"] = "adam"
    learning_rate: Annotated[float, Field(gt=0)] = 0.001
    batch_size: Annotated[int, Field(ge=1)] = 256
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 15


class Dense(TrainingParameters):
    """784 - hidden - code - hidden reversed - 784."""

    kind: Literal["dense"]
    hidden: list[Width] = Field(default=[])
    """Widths of the layers between the image and the code; the decoder mirrors them."""

    code_size: Width


class Convolutional(TrainingParameters):
    """3x3 convolutions, each followed by 2x2 max-pooling; the decoder mirrors them.

    The code is the last feature map. Published for two levels (A2, A3, D5) and three (D4).
    """

    kind: Literal["convolutional"]
    filters: Annotated[list[Width], Field(min_length=1, max_length=4)]


ModelParameters = Annotated[Dense | Convolutional, Field(discriminator="kind")]
