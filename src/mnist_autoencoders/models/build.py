"""Networks from parameters, made of Keras' own layers."""

import keras
from keras import layers

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.models.parameters import Convolutional, Dense, ModelParameters

IMAGE = (SIDE, SIDE, 1)


def build_model(parameters: ModelParameters) -> keras.Model:
    """An autoencoder: images float32 `[n, 28, 28, 1]` in [0, 1] to reconstructions alike.

    Its layers `encoder` and `decoder` are models of their own; decoder(encoder(x)) is the whole.
    The weights are drawn from Keras' global seed.
    """
    match parameters:
        case Dense():
            encoder, decoder = _dense(parameters)
        case Convolutional():
            encoder, decoder = _convolutional(parameters)
    images = keras.Input(IMAGE, name="image")
    return keras.Model(images, decoder(encoder(images)), name="autoencoder")


def _dense(parameters: Dense) -> tuple[keras.Model, keras.Model]:
    encoder = keras.Sequential(
        [
            keras.Input(IMAGE, name="image"),
            layers.Flatten(),
            *(layers.Dense(width, parameters.activation) for width in parameters.hidden),
            layers.Dense(parameters.code_size, parameters.code_activation, name="code"),
            *_sparsity(parameters),
        ],
        name="encoder",
    )
    decoder = keras.Sequential(
        [
            keras.Input((parameters.code_size,), name="code"),
            *(layers.Dense(width, parameters.activation) for width in parameters.hidden[::-1]),
            layers.Dense(SIDE * SIDE),
            layers.Reshape(IMAGE),
            # last, so that Keras can compute the cross-entropy from the logits
            layers.Activation(parameters.output_activation, name="reconstruction"),
        ],
        name="decoder",
    )
    return encoder, decoder


def _convolutional(parameters: Convolutional) -> tuple[keras.Model, keras.Model]:
    *outer, innermost = parameters.filters
    encoder_layers: list[layers.Layer] = [keras.Input(IMAGE, name="image")]
    for filters in outer:
        encoder_layers += [
            layers.Conv2D(filters, 3, padding="same", activation=parameters.activation),
            layers.MaxPooling2D(padding="same"),
        ]
    encoder_layers += [
        layers.Conv2D(innermost, 3, padding="same", activation=parameters.code_activation),
        layers.MaxPooling2D(padding="same", name="code"),
        *_sparsity(parameters),
    ]
    encoder = keras.Sequential(encoder_layers, name="encoder")

    side = encoder.output_shape[1]
    decoder_layers: list[layers.Layer] = [keras.Input(encoder.output_shape[1:], name="code")]
    for filters in parameters.filters[::-1]:
        # 28 is no multiple of 8: D4 crops 16 pixels to 14 by an unpadded convolution
        padding = "valid" if side == 16 else "same"
        decoder_layers += [
            layers.Conv2D(filters, 3, padding=padding, activation=parameters.activation),
            layers.UpSampling2D(),
        ]
        side = 28 if side == 16 else side * 2
    decoder_layers.append(
        layers.Conv2D(
            1, 3, padding="same", activation=parameters.output_activation, name="reconstruction"
        )
    )
    return encoder, keras.Sequential(decoder_layers, name="decoder")


def _sparsity(parameters: ModelParameters) -> list[layers.Layer]:
    return [layers.ActivityRegularization(l1=parameters.code_l1)] if parameters.code_l1 else []
