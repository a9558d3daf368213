"""What an entry of `models:` may add to a plain training."""

from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Epochs, Section, Weight

Initialisation = Literal["glorot", "normal", "truncated_normal", "pytorch"]
"""What weights are drawn from, see `models.initialise`."""


class Variational(Section):
    """A code that is a normal distribution, as in Kingma and Welling 2014.

    The loss is then summed over the pixels, not averaged; the divergence from N(0, I) is summed
    over the code; both are means over the images.
    """

    beta: Weight = 1.0
    """Weight of the divergence in the loss; 1 gives the evidence lower bound."""

    samples: Annotated[int, Field(ge=1, le=100)] = 1
    """Codes drawn of an image; above 1 the loss is the importance weighted bound (Burda,
    Grosse and Salakhutdinov 2016, "Importance weighted autoencoders")."""


class EarlyStopping(Section):
    """End when the loss of the held-out images no longer falls, and keep the best weights."""

    patience: Epochs = 3
    """Epochs without improvement before training ends."""

    min_delta: Weight = 0.0
    """A smaller decrease is no improvement."""
