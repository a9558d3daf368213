"""Exporting trained models, each compared with Keras before it is kept."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from mnist_autoencoders.dataset.store import SIDE, Images
from mnist_autoencoders.export.formats import Format, Run, Values
from mnist_autoencoders.measures.pixels import as_pixels
from mnist_autoencoders.networks.apply import apply_network, load_model
from mnist_autoencoders.stagecraft.outputs import new_file, new_folder
from mnist_autoencoders.stagecraft.quiet import without_native_messages
from mnist_autoencoders.stagecraft.terminal import UserError

TOLERANCE = 1e-5
"""The most that a pixel may differ from Keras'; of 0 to 1, a four-hundredth of a grey level."""

ROUNDS = 3
"""Times that a speed is measured; the best counts, as others may be at work."""


@dataclass(frozen=True)
class Exported:
    """A row of the table: a model in a format. Keras itself differs by nothing."""

    model: str
    format: str
    path: Path
    size: int
    """Bytes of the file, or of the files of the folder."""

    difference: float
    """The largest of a value from Keras', over all test images."""

    images_per_second: float


def export_models(
    files: dict[str, Path], formats: Iterable[Format], into: Path, images: Images
) -> list[Exported]:
    """Export models by name, `.keras` files, to `into`; a row for each and each format.

    A model is exported as a whole; a variational one decodes the mean of its code. `images`, uint8
    `[n, 28, 28]`, are what it is compared on. Raises `UserError` for a missing package before any
    work, for a model of other images, and for a format whose output differs by more than
    `TOLERANCE`, of which nothing is written.
    """
    chosen = list(formats)
    for each in chosen:
        each.check()
    pixels = as_pixels(images)[..., np.newaxis]
    rows = []
    for name, file in files.items():
        model = load_model(file, compiled=False)
        if model.input_shape != (None, SIDE, SIDE, 1):
            raise UserError(f"{file}: takes {model.input_shape}, not images of {SIDE} x {SIDE}")
        expected = apply_network(model, pixels)[0]

        def run_keras(values: Values, model: keras.Model = model) -> Values:
            return apply_network(model, values)[0]

        speed = _speed(run_keras, pixels)
        rows.append(Exported(name, "keras", file, _size(file), 0.0, speed))
        rows += [_export(name, model, each, into, pixels, expected) for each in chosen]
    return rows


def _export(
    name: str, model: keras.Model, to: Format, into: Path, pixels: Values, expected: Values
) -> Exported:
    path = to.path(into, name)
    with (new_folder if to.folder else new_file)(path) as temporary:
        try:
            with without_native_messages():
                to.write(model, temporary)
                run = to.load(temporary)
                difference = _difference(run, pixels, expected)
        except Exception as error:
            # converters have many of their own
            why = f"{type(error).__name__}: {error}"
            raise UserError(f"{name} cannot be exported as {to.name}: {why[:500]}") from error
        # what is no number is not within either
        if not difference <= TOLERANCE:
            raise UserError(
                f"{name} as {to.name} differs from Keras by {difference:.2g}, more than "
                f"{TOLERANCE:g}, so {path} is not written"
            )
        speed = _speed(run, pixels)
    return Exported(name, to.name, path, _size(path), difference, speed)


def _difference(run: Run, pixels: Values, expected: Values) -> float:
    """The largest difference, of all images at once and of the first alone."""
    parts = ((pixels, expected), (pixels[:1], expected[:1]))
    return max(float(np.abs(run(taken) - given).max()) for taken, given in parts)


def _speed(run: Run, pixels: Values) -> float:
    """Images per second, all at once."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run(pixels)
        seconds.append(time.perf_counter() - start)
    return len(pixels) / min(seconds)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
