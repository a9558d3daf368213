"""`models:` of params.yaml: an entry says everything about one model and its training."""

from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.schema import Name, Section

Activation = Literal[
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid"
]
Width = Annotated[int, Field(ge=1, le=4096)]
Window = Annotated[int, Field(ge=1, le=28)]


class Variational(Section):
    """A code that is a normal distribution, as in Kingma and Welling 2014.

    The loss is then summed over the pixels, not averaged; the divergence from N(0, I) is summed
    over the code; both are means over the images.
    """

    beta: Annotated[float, Field(ge=0)] = 1.0
    """Weight of the divergence in the loss; 1 gives the evidence lower bound."""


class EarlyStopping(Section):
    """End when the loss of the held-out images no longer falls, and keep the best weights."""

    patience: Annotated[int, Field(ge=1)] = 3
    """Epochs without improvement before training ends."""

    min_delta: Annotated[float, Field(ge=0)] = 0.0
    """A smaller decrease is no improvement."""


class TrainingParameters(Section):
    """What every kind of model has in common."""

    input: Name
    """`clean`, or the name of a noise: what the encoder sees. The target is always clean."""

    fresh_noise: bool = False
    """Draw the noise anew in every epoch; false for the same noisy images throughout."""

    activation: Activation = "relu"
    """Activation of the hidden layers."""

    code_activation: Activation = "relu"
    """Activation of the code; `linear` for none."""

    output_activation: Literal["sigmoid", "tanh", "linear"] = "sigmoid"
    """Activation of the last layer. With tanh the network itself works on pixels in [-1, 1]."""

    variational: Variational | None = None
    """Null for a plain code."""

    code_l1: Annotated[float, Field(ge=0)] = 0.0
    """Sparsity penalty: this weight times the sum of |code|, averaged over the images."""

    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the values dropped after each hidden layer."""

    batch_normalisation: bool = False
    """Normalise each hidden layer over the batch, before its activation."""

    loss: Literal["binary_crossentropy", "mean_squared_error"] = "binary_crossentropy"
    """Averaged over pixels and images, of pixels in [0, 1]."""

    optimizer: Literal["adam", "adamw", "adadelta", "rmsprop", "sgd"] = "adam"

    learning_rate: Annotated[float, Field(gt=0)] = 0.001

    schedule: Literal["constant", "cosine", "exponential"] = "constant"
    """How the learning rate falls: not at all, or to a hundredth at the last step."""

    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    """Share of each weight, times the learning rate, taken off at every step."""

    batch_size: Annotated[int, Field(ge=1)] = 256

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 15

    validation_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the training images held out for `val_...`; 0 to take the test images, as the
    published trainings did."""

    early_stopping: EarlyStopping | None = None

    seed: Annotated[int, Field(ge=0, lt=2**32)] | None = None
    """Seed of weights and order of the images; null for the common one."""

    def towers(self, threads: int) -> int:
        """Into how many parts a batch is best cut, to be computed side by side.

        One where the layers see the whole batch.
        """
        return 1 if self.batch_normalisation else max(1, min(threads, self.batch_size // 16))


class Dense(TrainingParameters):
    """784 - hidden - code - hidden reversed - 784."""

    kind: Literal["dense"]

    hidden: list[Width] = Field(default=[])
    """Widths of the layers between the image and the code; the decoder mirrors them."""

    code_size: Width

    def towers(self, threads: int) -> int:  # noqa: ARG002
        """One: XLA divides the work within each operation."""
        return 1


class Convolutional(TrainingParameters):
    """3x3 convolutions, each followed by 2x2 max-pooling; the decoder mirrors them.

    The code is the last feature map. Published for two levels (A2, A3, D5) and three (D4).
    """

    kind: Literal["convolutional"]

    filters: Annotated[list[Width], Field(min_length=1, max_length=4)]


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


class Strided(TrainingParameters):
    """Convolutions and transposed convolutions with any strides, each layer given.

    The code is the last feature map of the encoder; the last layer of the decoder is the image.
    """

    kind: Literal["strided"]

    encoder: Annotated[list[StridedLayer], Field(min_length=1)]

    decoder: Annotated[list[TransposedLayer], Field(min_length=1)]

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


ModelParameters = Annotated[Dense | Convolutional | Strided, Field(discriminator="kind")]
