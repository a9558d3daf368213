"""`models:` of params.yaml: an entry says everything about one model and its training."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from mnist_autoencoders.models.options import EarlyStopping, Initialisation, Variational
from mnist_autoencoders.stagecraft.schema import (
    Count,
    Epochs,
    LearningRate,
    Name,
    Section,
    Seed,
    Weight,
    of_kind,
    refuse,
)

if TYPE_CHECKING:
    from keras import layers

KINDS = "mnist_autoencoders.model_kinds"
"""A module a kind: adding one adds the kind."""

CLEAN = "clean"
"""The input that is no noise."""

Activation = Literal[
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid"
]
Width = Annotated[int, Field(ge=1, le=4096)]

MOST_WEIGHTS = 50_000_000
"""Of a model: with their gradients and Adam's moments they take 800 MB."""

Chain = list["layers.Layer"]
"""Layers, each called with the output of the one before."""


class ModelParameters(Section, ABC):
    """What every kind of model has in common, and what a kind has to say.

    The networks are made of Keras' own layers. Keras is imported where they are made: params.yaml
    is checked without it, in a fifth of the time.
    """

    size_key: ClassVar[str]
    """The key that makes the network large."""

    compiled: ClassVar[bool] = False
    """Whether whole training steps are compiled by XLA, whose convolutions are slow."""

    kind: str

    input: Name
    """`clean`, or the name of a noise: what the encoder sees. The target is always clean."""

    seed: Seed | None = None
    """Of its weights and of the order of its images; null for the common one. Noise and what
    evaluation draws have the common seed always."""

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

    initialisation: Initialisation = "glorot"
    """What all weights and biases are drawn from, see `models.initialise`."""

    binarised: bool = False
    """Images of black and white: each pixel is drawn, white with the probability that is its grey
    value, anew in every epoch; test images are drawn once (Salakhutdinov and Murray 2008)."""

    code_l1: Weight = 0.0
    """Sparsity penalty: this weight times the sum of |code|, averaged over the images."""

    dropout: Annotated[float, Field(ge=0, le=0.99)] = 0.0
    """Share of the values dropped after each hidden layer."""

    batch_normalisation: bool = False
    """Normalise each hidden layer over the batch, before its activation."""

    loss: Literal["binary_crossentropy", "mean_squared_error"] = "binary_crossentropy"
    """Averaged over pixels and images, of pixels in [0, 1]."""

    optimizer: Literal["adam", "adamw", "adadelta", "rmsprop", "sgd"] = "adam"

    learning_rate: LearningRate = 0.001

    schedule: Literal["constant", "cosine", "exponential"] = "constant"
    """How the learning rate falls: not at all, or to a hundredth at the last step."""

    weight_decay: Weight = 0.0
    """Share of each weight, times the learning rate, taken off at every step, as Keras has it."""

    l2: Weight = 0.0
    """Times each weight and bias, added to its gradient: the weight decay of PyTorch's Adam, the
    penalty l2 / 2 * sum of squares."""

    batch_size: Count = 256

    epochs: Epochs = 15

    images: Count | None = None
    """Train on the last so many training images; null, or more than there are, for all."""

    validation_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the training images held out for `val_...`; 0 to take the test images, as the
    published trainings did."""

    early_stopping: EarlyStopping | None = None

    @abstractmethod
    def trunk(self) -> Chain:
        """The encoder's layers before those of the code."""

    @abstractmethod
    def code(self) -> Chain:
        """The layers of a plain code."""

    @abstractmethod
    def features(self) -> Chain:
        """The encoder's layers before the moments of a variational code."""

    @abstractmethod
    def moment(self, name: str) -> "layers.Layer":
        """The layer of one moment of a variational code, which has the code's shape."""

    @abstractmethod
    def expand(self, shape: tuple[int, ...]) -> Chain:
        """The decoder's layers, for a code of that shape, up to the output's activation."""

    @property
    @abstractmethod
    def architecture(self) -> str:
        """The network in one phrase, such as 784-15-784."""

    @abstractmethod
    def weights(self) -> int:
        """About how many weights the networks have, known without making them."""

    @property
    def passed_by(self) -> bool:
        """Whether the decoder gets more than the code, see `build.build_model`."""
        return False

    def activate(self) -> Chain:
        """What follows the weights of a hidden layer."""
        from keras import layers

        chain: Chain = [layers.Activation(self.activation)]
        if self.batch_normalisation:
            chain.insert(0, layers.BatchNormalization())
        if self.dropout:
            chain.append(layers.Dropout(self.dropout))
        return chain

    def towers(self, threads: int) -> int:
        """Into how many parts a batch is best cut, to be computed side by side.

        One where XLA divides the work within each operation, or layers see the whole batch.
        """
        if self.compiled or self.batch_normalisation:
            return 1
        return max(1, min(threads, self.batch_size // 16))

    @property
    def loss_unit(self) -> str:
        """The unit of the loss."""
        what = "squared error" if self.loss == "mean_squared_error" else "nats"
        return f"{what} per {'image' if self.variational else 'pixel'}"

    def problems(self) -> Iterator[tuple[str, str]]:
        """Keys that do not go with the others, each with what is wrong."""
        if self.weights() > MOST_WEIGHTS:
            problem = f"about {self.weights():,} weights, at most {MOST_WEIGHTS:,} are trained"
            yield self.size_key, problem
        if self.loss == "binary_crossentropy" and self.output_activation != "sigmoid":
            yield "loss", "binary_crossentropy needs output_activation: sigmoid"
        if self.early_stopping and not self.validation_share:
            yield (
                "early_stopping",
                "needs validation_share above 0: stopping on the test images would choose by them",
            )
        if self.fresh_noise and self.input == CLEAN:
            yield "fresh_noise", "needs a noise as input"
        if self.binarised and (self.input != CLEAN or self.loss != "binary_crossentropy"):
            yield "binarised", f"needs input: {CLEAN} and loss: binary_crossentropy"
        if self.variational and self.code_activation != "linear":
            yield "code_activation", "a variational code needs code_activation: linear"
        if self.variational and self.code_l1:
            yield "code_l1", "a variational code takes no sparsity penalty"
        weighted = self.variational if self.variational and self.variational.samples > 1 else None
        if weighted and (self.loss != "binary_crossentropy" or weighted.beta != 1):
            yield "variational", "samples above 1 need loss: binary_crossentropy and beta: 1"

    @model_validator(mode="after")
    def _check_problems(self) -> "ModelParameters":
        refuse(((key,), problem) for key, problem in self.problems())
        return self


AnyModel = Annotated[ModelParameters, of_kind(KINDS)]
"""A model of the class that its key `kind` names."""
