"""Initial weights other than those of Keras."""

import math

import keras

from mnist_autoencoders.models.options import Initialisation


def initialise(model: keras.Model, initialisation: Initialisation) -> None:
    """Draw the weights and biases of all layers that have a kernel anew, from Keras' global seed.

    - `glorot`: nothing is drawn, the model is as Keras made it: weights as in Glorot and Bengio
      2010 ("Understanding the difficulty of training deep feedforward neural networks"), uniform,
      biases 0
    - `normal`: weights and biases from N(0, 1), as B1 was published
    - `truncated_normal`: the same, drawn again beyond 2, as B2 was published
    - `pytorch`: weights and biases uniform within 1 / sqrt(fan in), as PyTorch does and C1 and C2
      were published. The fan in of a transposed convolution is that of its outputs, as there
    """
    if initialisation == "glorot":
        return
    for part in ("encoder", "decoder"):
        for layer in model.get_layer(part).layers:
            if not hasattr(layer, "kernel"):
                continue
            for variable in (layer.kernel, layer.bias):
                draw = _initialiser(initialisation, math.prod(layer.kernel.shape[:-1]))
                variable.assign(draw(variable.shape))


def _initialiser(initialisation: Initialisation, fan_in: int) -> keras.Initializer:
    """A new one for each variable: one gives the same numbers whenever it is called."""
    initialisers = keras.initializers
    match initialisation:
        case "normal":
            return initialisers.RandomNormal(stddev=1.0)
        case "truncated_normal":
            return initialisers.TruncatedNormal(stddev=1.0)
        case _:
            limit = 1 / math.sqrt(fan_in)
            return initialisers.RandomUniform(-limit, limit)
