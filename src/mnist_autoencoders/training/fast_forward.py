"""The same function as the Keras model, computed faster.

The seam between how a model is written and how it is computed: the model keeps Keras' plain
layers and weights, and only the training loop calls `fast_call` instead of the model.
"""

import tensorflow as tf
from keras import layers


def fast_call(chain: list[layers.Layer], values: tf.Tensor, training: bool) -> tf.Tensor:
    """What the layers give when each is called with the output of the one before.

    Activity penalties are left in the layers' losses, as a call of the model leaves them.
    """
    todo = list(chain)
    while todo:
        layer = todo.pop(0)
        if todo and _is_nearest_upsampling(layer) and _is_plain_3x3(todo[0]):
            values = _upsampled_convolution(values, todo.pop(0))
        elif isinstance(layer, layers.Dropout | layers.BatchNormalization):
            values = layer(values, training=training)
        else:
            values = layer(values)
    return values


def _is_nearest_upsampling(layer: layers.Layer) -> bool:
    return (
        isinstance(layer, layers.UpSampling2D)
        and layer.size == (2, 2)
        and layer.interpolation == "nearest"
    )


def _is_plain_3x3(layer: layers.Layer) -> bool:
    return (
        isinstance(layer, layers.Conv2D)
        and layer.kernel_size == (3, 3)
        and layer.padding == "same"
        and layer.strides == layer.dilation_rate == (1, 1)
    )


def _upsampled_convolution(values: tf.Tensor, convolution: layers.Conv2D) -> tf.Tensor:
    """Nearest-neighbour upsampling by 2 and a 3x3 convolution, as one at the low resolution.

    Of the three taps along an axis, two fall on the same low-resolution pixel. So the even and
    the odd outputs each are a convolution with summed taps, (k0, k1 + k2, 0) and (0, k0 + k1,
    k2). All four parities are computed as channels, which depth-to-space interleaves.
    """
    kernel = convolution.kernel
    inputs, outputs = kernel.shape[2:]
    kernel = _parity_taps(_parity_taps(kernel, axis=0), axis=2)
    # now [row parity, row tap, column parity, column tap, inputs, outputs]
    kernel = tf.reshape(tf.transpose(kernel, [1, 3, 4, 0, 2, 5]), [3, 3, inputs, 4 * outputs])
    values = tf.nn.depth_to_space(tf.nn.conv2d(values, kernel, 1, "SAME"), 2)
    return convolution.activation(values + convolution.bias)


def _parity_taps(kernel: tf.Tensor, axis: int) -> tf.Tensor:
    """Replace the three taps of `axis` by two axes: parity of the output, three taps."""
    first, middle, last = tf.unstack(kernel, axis=axis)
    zero = tf.zeros_like(first)
    even = tf.stack([first, middle + last, zero], axis)
    odd = tf.stack([zero, first + middle, last], axis)
    return tf.stack([even, odd], axis)
