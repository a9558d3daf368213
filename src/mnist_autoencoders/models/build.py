"""Networks from parameters, made of Keras' own layers."""

import keras
from keras import layers

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.initialise import initialise
from mnist_autoencoders.models.model import Chain, ModelParameters

IMAGE = (SIDE, SIDE, 1)


def build_model(parameters: ModelParameters) -> keras.Model:
    """An autoencoder: images float32 `[n, 28, 28, 1]` in [0, 1] to reconstructions alike.

    Its layers `encoder` and `decoder` are models of their own. In a plain autoencoder
    decoder(encoder(x)) is the whole; the encoder of a variational one gives the mean and the
    log-variance of the code, and the whole decodes the mean. Where the code is passed by, the
    encoder gives the code and feature maps, and the decoder takes them all. The weights are drawn
    from Keras' global seed.
    """
    images = keras.Input(IMAGE, name="image")
    if parameters.passed_by:
        encoder, decoder = _with_skips(parameters)
        outputs = decoder(encoder(images))
    elif parameters.variational:
        encoder = _variational_encoder(parameters)
        code = encoder(images)
        decoder = _decoder(parameters, code[0].shape[1:])
        outputs = decoder(code[0])
    else:
        chain = [*parameters.trunk(), *parameters.code(), *_sparsity(parameters)]
        encoder = keras.Sequential([*_input(parameters), *chain], name="encoder")
        decoder = _decoder(parameters, encoder.output_shape[1:])
        outputs = decoder(encoder(images))
    model = keras.Model(images, outputs, name="autoencoder")
    initialise(model, parameters.initialisation)
    return model


def _variational_encoder(parameters: ModelParameters) -> keras.Model:
    features = keras.Sequential([*_input(parameters), *parameters.features()])
    moments = [parameters.moment(name)(features.outputs[0]) for name in ("mean", "log_variance")]
    return keras.Model(features.inputs[0], moments, name="encoder")


def _decoder(parameters: ModelParameters, shape: tuple[int, ...]) -> keras.Model:
    code = keras.Input(shape, name="code")
    return keras.Sequential([code, *parameters.expand(shape), *_output(parameters)], name="decoder")


def _with_skips(parameters: ModelParameters) -> tuple[keras.Model, keras.Model]:
    """What enters each pooling also joins what leaves the upsampling to the same width."""
    image, *scaling = _input(parameters)
    values, maps = image, []
    for layer in [*scaling, *parameters.trunk(), *parameters.code()]:
        if isinstance(layer, layers.MaxPooling2D):
            maps.append(values)
        values = layer(values)
    encoder = keras.Model(image, [values, *maps], name="encoder")
    code, *skips = (keras.Input(each.shape[1:]) for each in encoder.outputs)
    values, left = code, list(skips)
    for layer in [*parameters.expand(code.shape[1:]), *_output(parameters)]:
        values = layer(values)
        if isinstance(layer, layers.UpSampling2D):
            values = layers.Concatenate()([values, left.pop()])
    return encoder, keras.Model([code, *skips], values, name="decoder")


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
