"""Networks from parameters, made of Keras' own layers."""

import keras
from keras import layers

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.model import Chain, ModelParameters

IMAGE = (SIDE, SIDE, 1)


def build_model(parameters: ModelParameters) -> keras.Model:
    """An autoencoder: images float32 `[n, 28, 28, 1]` in [0, 1] to reconstructions alike.

    Its layers `encoder` and `decoder` are models of their own. In a plain autoencoder
    decoder(encoder(x)) is the whole; the encoder of a variational one gives the mean and the
    log-variance of the code, and the whole decodes the mean. The weights are drawn from Keras'
    global seed.
    """
    if parameters.variational is None:
        chain = [*parameters.trunk(), *parameters.code(), *_sparsity(parameters)]
        encoder = keras.Sequential([*_input(parameters), *chain], name="encoder")
        shape = encoder.output_shape[1:]
    else:
        features = keras.Sequential([*_input(parameters), *parameters.features()])
        moments = [
            parameters.moment(name)(features.outputs[0]) for name in ("mean", "log_variance")
        ]
        encoder = keras.Model(features.inputs[0], moments, name="encoder")
        shape = moments[0].shape[1:]
    decoder = keras.Sequential(
        [keras.Input(shape, name="code"), *parameters.expand(shape), *_output(parameters)],
        name="decoder",
    )
    images = keras.Input(IMAGE, name="image")
    code = encoder(images)
    outputs = decoder(code if parameters.variational is None else code[0])
    return keras.Model(images, outputs, name="autoencoder")


def _input(parameters: ModelParameters) -> Chain:
    """The image, scaled to what a tanh can give where the output is one."""
    image = keras.Input(IMAGE, name="image")
    signed = parameters.output_activation == "tanh"
    return [image, layers.Rescaling(2.0, offset=-1.0)] if signed else [image]


def _output(parameters: ModelParameters) -> Chain:
    """The activation, scaled to pixels in [0, 1] where it is a tanh."""
    activation = layers.Activation(parameters.output_activation)
    signed = parameters.output_activation == "tanh"
    return [activation, layers.Rescaling(0.5, offset=0.5)] if signed else [activation]


def _sparsity(parameters: ModelParameters) -> Chain:
    return [layers.ActivityRegularization(l1=parameters.code_l1)] if parameters.code_l1 else []
