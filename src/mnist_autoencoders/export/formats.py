"""Formats that a Keras model is exported to: how each is written, and how it is run again."""

import importlib.util
import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.terminal import UserError

Values = NDArray[np.float32]
Run = Callable[[Values], Values]
"""Takes images `[n, 28, 28, 1]`, any n, and gives what the model makes of them."""


@dataclass(frozen=True)
class Format:
    """`write` makes a file, or a folder, with the name's `suffix`; `load` gives what runs it."""

    name: str
    suffix: str
    packages: dict[str, str]
    """What it needs beside TensorFlow: modules, each with the name that it is installed by."""

    write: Callable[[keras.Model, Path], None]
    load: Callable[[Path], Run]
    folder: bool = False

    def path(self, into: Path, name: str) -> Path:
        """Where a model of this name goes."""
        return into / f"{name}{self.suffix}"

    def check(self) -> None:
        """Raise `UserError` where a package is missing."""
        missing = [
            package
            for module, package in self.packages.items()
            if importlib.util.find_spec(module) is None
        ]
        if missing:
            names = " ".join(missing)
            raise UserError(
                f"the format {self.name} needs packages that are not installed: "
                f"`{Path(sys.executable).name} -m pip install {names}`"
            )


def _write_onnx(model: keras.Model, path: Path) -> None:
    with warnings.catch_warnings():
        # of a patch that Keras makes for the converter
        warnings.simplefilter("ignore")
        logging.getLogger("tf2onnx").setLevel(logging.ERROR)
        model.export(str(path), format="onnx", verbose=False)


def _load_onnx(path: Path) -> Run:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda images: session.run(None, {name: images})[0]


def _write_litert(model: keras.Model, path: Path) -> None:
    copy = keras.models.clone_model(model, clone_function=_of_known_shape, recursive=True)
    copy.set_weights(model.get_weights())
    copy.export(str(path), format="litert", verbose=False)


def _load_litert(path: Path) -> Run:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()

    def run(images: Values) -> Values:
        interpreter.resize_tensor_input(taken["index"], images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], images)
        interpreter.invoke()
        result: Values = interpreter.get_tensor(given["index"])
        return result

    return run


class _Enlarged(layers.Layer):
    """What `UpSampling2D` gives, in an operation whose shape is known where n is not.

    After Keras' own the converter knows no channels, and makes convolutions that LiteRT lacks.
    """

    def __init__(self, size: tuple[int, int], name: str) -> None:
        super().__init__(name=name)
        self._size = size

    def call(self, values: keras.KerasTensor) -> keras.KerasTensor:
        height, width = (side * by for side, by in zip(values.shape[1:3], self._size))
        return keras.ops.image.resize(values, (height, width), interpolation="nearest")


def _of_known_shape(layer: layers.Layer) -> layers.Layer:
    if isinstance(layer, layers.UpSampling2D):
        return _Enlarged(layer.size, layer.name)
    return type(layer).from_config(layer.get_config())


def _write_savedmodel(model: keras.Model, path: Path) -> None:
    model.export(str(path), format="tf_saved_model", verbose=False)


def _load_savedmodel(path: Path) -> Run:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    return lambda images: np.asarray(loaded.serve(images))


FORMATS = {
    each.name: each
    for each in (
        Format(
            "onnx",
            ".onnx",
            {"tf2onnx": "tf2onnx", "onnx": "onnx", "onnxruntime": "onnxruntime"},
            _write_onnx,
            _load_onnx,
        ),
        Format(
            "litert", ".tflite", {"ai_edge_litert": "ai-edge-litert"}, _write_litert, _load_litert
        ),
        Format("savedmodel", ".savedmodel", {}, _write_savedmodel, _load_savedmodel, folder=True),
    )
}
"""The formats by name."""
