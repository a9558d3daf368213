"""Networks from parameters, made of Keras' own layers."""

from collections.abc import Callable
from functools import partial

import keras
from keras import layers

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.parameters import (
    Convolutional,
    Dense,
    ModelParameters,
    Strided,
)
from mnist_autoencoders.models.variational import VariationalAutoencoder

IMAGE = (SIDE, SIDE, 1)

Chain = list[layers.Layer]
Head = Callable[..., layers.Layer]
"""Makes a layer of the code's shape."""


def build_model(parameters: ModelParameters) -> keras.Model:
    """An autoencoder: images float32 `[n, 28, 28, 1]` in [0, 1] to reconstructions alike.

    Its layers `encoder` and `decoder` are models of their own. In a plain autoencoder
    decoder(encoder(x)) is the whole; the encoder of a variational one gives the mean and the
    log-variance of the code. The weights are drawn from Keras' global seed.
    """
    expand: Callable[[tuple[int, ...]], Chain]
    match parameters:
        case Dense():
            trunk, code, head = _dense_encoder(parameters)
            expand = partial(_dense_decoder, parameters)
        case Convolutional():
            trunk, code, head = _convolutional_encoder(parameters)
            expand = partial(_convolutional_decoder, parameters)
        case Strided():
            trunk, code, head = _strided_encoder(parameters)
            expand = partial(_strided_decoder, parameters)
    trunk = [keras.Input(IMAGE, name="image"), *_to_signed(parameters), *trunk]
    if parameters.variational is None:
        encoder = keras.Sequential([*trunk, *code, *_sparsity(parameters)], name="encoder")
        shape = encoder.output_shape[1:]
    else:
        features = keras.Sequential(trunk)
        moments = [head(name=name)(features.outputs[0]) for name in ("mean", "log_variance")]
        encoder = keras.Model(features.inputs[0], moments, name="encoder")
        shape = moments[0].shape[1:]
    decoder = keras.Sequential(
        [keras.Input(shape, name="code"), *expand(shape), *_to_unsigned(parameters)],
        name="decoder",
    )
    if parameters.variational is not None:
        return VariationalAutoencoder(encoder, decoder, parameters.variational.beta)
    images = keras.Input(IMAGE, name="image")
    return keras.Model(images, decoder(encoder(images)), name="autoencoder")


def _dense_encoder(parameters: Dense) -> tuple[Chain, Chain, Head]:
    trunk: Chain = [layers.Flatten()]
    for width in parameters.hidden:
        trunk += [layers.Dense(width), *_activate(parameters)]
    code = layers.Dense(parameters.code_size, parameters.code_activation, name="code")
    return trunk, [code], lambda name: layers.Dense(parameters.code_size, name=name)


def _dense_decoder(parameters: Dense, _: tuple[int, ...]) -> Chain:
    chain: Chain = []
    for width in parameters.hidden[::-1]:
        chain += [layers.Dense(width), *_activate(parameters)]
    return [
        *chain,
        layers.Dense(SIDE * SIDE),
        layers.Reshape(IMAGE),
        layers.Activation(parameters.output_activation),
    ]


def _convolutional_encoder(parameters: Convolutional) -> tuple[Chain, Chain, Head]:
    *outer, innermost = parameters.filters
    trunk: Chain = []
    for filters in outer:
        trunk += [
            layers.Conv2D(filters, 3, padding="same"),
            *_activate(parameters),
            layers.MaxPooling2D(padding="same"),
        ]
    code: Chain = [
        layers.Conv2D(innermost, 3, padding="same", activation=parameters.code_activation),
        layers.MaxPooling2D(padding="same", name="code"),
    ]
    return _with_moments(parameters, trunk, code, innermost)


def _convolutional_decoder(parameters: Convolutional, shape: tuple[int, ...]) -> Chain:
    side = shape[0]
    chain: Chain = []
    for filters in parameters.filters[::-1]:
        # 28 is no multiple of 8: D4 crops 16 pixels to 14 by an unpadded convolution
        padding = "valid" if side == 16 else "same"
        chain += [
            layers.Conv2D(filters, 3, padding=padding),
            *_activate(parameters),
            layers.UpSampling2D(),
        ]
        side = 28 if side == 16 else side * 2
    last = layers.Conv2D(1, 3, padding="same")
    return [*chain, last, layers.Activation(parameters.output_activation)]


def _strided_encoder(parameters: Strided) -> tuple[Chain, Chain, Head]:
    trunk: Chain = []
    code: Chain = []
    for number, layer in enumerate(parameters.encoder, start=1):
        innermost = number == len(parameters.encoder)
        chain: Chain = [
            layers.ZeroPadding2D(layer.padding),
            layers.Conv2D(layer.filters, layer.kernel, layer.stride),
        ]
        if innermost:
            chain.append(layers.Activation(parameters.code_activation))
        else:
            chain += _activate(parameters)
        if layer.pool > 1:
            chain.append(layers.MaxPooling2D(layer.pool, layer.pool_stride))
        (code if innermost else trunk).extend(chain)
    return _with_moments(parameters, trunk, code, parameters.encoder[-1].filters)


def _strided_decoder(parameters: Strided, _: tuple[int, ...]) -> Chain:
    chain: Chain = []
    for number, layer in enumerate(parameters.decoder, start=1):
        chain += [
            layers.Conv2DTranspose(layer.filters, layer.kernel, layer.stride),
            layers.Cropping2D(layer.padding),
        ]
        if number < len(parameters.decoder):
            chain += _activate(parameters)
    return [*chain, layers.Activation(parameters.output_activation)]


def _with_moments(
    parameters: Convolutional | Strided, trunk: Chain, code: Chain, channels: int
) -> tuple[Chain, Chain, Head]:
    """A variational code is made of the innermost feature map by 1x1 convolutions."""
    if parameters.variational is not None:
        trunk, code = [*trunk, *code, *_activate(parameters)], []
    return trunk, code, lambda name: layers.Conv2D(channels, 1, name=name)


def _activate(parameters: ModelParameters) -> Chain:
    """What follows the weights of a hidden layer."""
    chain: Chain = [layers.Activation(parameters.activation)]
    if parameters.batch_normalisation:
        chain.insert(0, layers.BatchNormalization())
    if parameters.dropout:
        chain.append(layers.Dropout(parameters.dropout))
    return chain


def _sparsity(parameters: ModelParameters) -> Chain:
    return [layers.ActivityRegularization(l1=parameters.code_l1)] if parameters.code_l1 else []


def _to_signed(parameters: ModelParameters) -> Chain:
    """From pixels in [0, 1] to what a tanh can give."""
    return [layers.Rescaling(2.0, offset=-1.0)] if parameters.output_activation == "tanh" else []


def _to_unsigned(parameters: ModelParameters) -> Chain:
    return [layers.Rescaling(0.5, offset=0.5)] if parameters.output_activation == "tanh" else []
