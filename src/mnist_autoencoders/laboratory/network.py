"""Trained networks as lists of steps, read from their `.keras` files; needs no Keras.

Such a file is a zip archive with `config.json` and `model.weights.h5`. A group of weights is named
by the class of its layer, `dense`, `dense_1` and so on in the order of the layers.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.intact import intact

Weights = dict[str, NDArray[np.float32]]
Config = dict[str, Any]

NOTHING = ("Dropout", "ActivityRegularization")
"""Layers that matter in training alone."""


@dataclass(frozen=True)
class Step:
    """An operation on the outputs of the steps numbered `inputs`; the scripts know each by name."""

    op: str
    inputs: list[int]
    options: dict[str, Any] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """An encoder or a decoder: its steps in order, and the numbers of those that take its inputs
    and give its outputs."""

    steps: list[Step]
    inputs: list[int]
    outputs: list[int]


@dataclass(frozen=True)
class Network:
    """A variational encoder gives the mean and the log-variance, one with skips gives more maps."""

    encoder: Part
    decoder: Part


def read_network(path: Path) -> Network | None:
    """The network in a file; None if it has a layer that the page has no step for.

    `UserError` if the file is damaged.
    """
    with intact(path):
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("config.json"))["config"]
            weights = io.BytesIO(archive.read("model.weights.h5"))
        with h5py.File(weights) as file:
            groups = dict(_with_groups(config["layers"], file["layers"]))
            parts = [
                _part(*groups[name]) if _known(groups[name][0]) else None
                for name in ("encoder", "decoder")
            ]
    encoder, decoder = parts
    return Network(encoder, decoder) if encoder and decoder else None


def _known(config: Config) -> bool:
    return all(layer["class_name"] in (*NOTHING, *STEPS) for layer in config["layers"])


def _with_groups(layers: list[Config], group: h5py.Group) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Layers by name, each with its config and its group of weights, None where it has none."""
    counts = Counter[str]()
    for layer in layers:
        kind = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", layer["class_name"])
        kind = re.sub("([a-z])([A-Z])", r"\1_\2", kind).lower()
        name = f"{kind}_{counts[kind]}" if counts[kind] else kind
        counts[kind] += 1
        yield layer["config"]["name"], (layer["config"], group.get(name))


def _part(config: Config, group: h5py.Group) -> Part:
    groups = dict(_with_groups(config["layers"], group["layers"]))
    steps: list[Step] = []
    numbers: dict[str, int] = {}
    before: list[str] = []
    for layer in config["layers"]:
        name = layer["config"]["name"]
        # a chain has no nodes: each layer takes what the one before gives
        nodes = layer.get("inbound_nodes")
        inputs = [numbers[each] for each in (before if nodes is None else _sources(nodes))]
        before = [name]
        if layer["class_name"] in NOTHING:
            (numbers[name],) = inputs
            continue
        numbers[name] = len(steps)
        values = _values(groups[name][1])
        op, options, weights = STEPS[layer["class_name"]](layer["config"], values)
        steps.append(Step(op, inputs, options, weights))
    if "output_layers" not in config:
        return Part(steps, [0], [numbers[name] for name in before])
    inputs, outputs = (
        [numbers[name] for name in _flat(config[key])] for key in ("input_layers", "output_layers")
    )
    return Part(steps, inputs, outputs)


def _sources(nodes: Any) -> list[str]:
    """Names of the layers whose outputs enter a layer, in the order of its arguments."""
    if isinstance(nodes, list):
        return [name for node in nodes for name in _sources(node)]
    if not isinstance(nodes, dict):
        return []
    if "keras_history" in nodes:
        return [nodes["keras_history"][0]]
    return [name for node in nodes.values() for name in _sources(node)]


def _flat(outputs: list[Any]) -> list[str]:
    """The names in `["code", 0, 0]`, or in a list of such."""
    return [outputs[0]] if isinstance(outputs[0], str) else [each[0] for each in outputs]


def _values(group: h5py.Group | None) -> list[NDArray[np.float32]]:
    stored = group.get("vars") if group is not None else None
    if stored is None:
        return []
    return [stored[str(number)][()].astype(np.float32) for number in range(len(stored))]


Made = tuple[str, dict[str, Any], Weights]


def _weighted(op: str, *options: str) -> Any:
    """A step with a kernel and a bias."""

    def make(config: Config, values: list[NDArray[np.float32]]) -> Made:
        kernel, bias = values
        kept = {option: config[option] for option in ("activation", *options)}
        return op, kept, {"kernel": kernel, "bias": bias}

    return make


def _plain(op: str, *options: str) -> Any:
    """A step without weights."""

    def make(config: Config, _: list[NDArray[np.float32]]) -> Made:
        return op, {option: config[option] for option in options}, {}

    return make


def _rescaling(config: Config, _: list[NDArray[np.float32]]) -> Made:
    factor, offset = ([np.float32(config[key])] for key in ("scale", "offset"))
    return "affine", {}, {"factor": np.array(factor), "offset": np.array(offset)}


def _normalisation(config: Config, values: list[NDArray[np.float32]]) -> Made:
    """With the moments kept in training, it multiplies and adds."""
    gamma, beta, mean, variance = values
    factor = gamma / np.sqrt(variance + np.float32(config["epsilon"]))
    return "affine", {}, {"factor": factor, "offset": beta - mean * factor}


STEPS: dict[str, Any] = {
    "InputLayer": _plain("input", "batch_shape"),
    "Dense": _weighted("dense"),
    "Conv2D": _weighted("convolution", "strides", "padding"),
    "Conv2DTranspose": _weighted("transposed", "strides", "padding"),
    "MaxPooling2D": _plain("pool", "pool_size", "strides", "padding"),
    "UpSampling2D": _plain("upsample", "size"),
    "Flatten": _plain("flatten"),
    "Reshape": _plain("reshape", "target_shape"),
    "ZeroPadding2D": _plain("pad", "padding"),
    "Cropping2D": _plain("crop", "cropping"),
    "Concatenate": _plain("concatenate"),
    "Activation": _plain("activate", "activation"),
    "Rescaling": _rescaling,
    "BatchNormalization": _normalisation,
}
"""By the class of a layer, what makes a step of its config and its weights."""
