"""A trained model as MLflow serves it. It needs nothing of this repository: MLflow keeps this file.

What it takes and gives, by its task:

- denoising, reconstruction: images to images of the same shape and kind of numbers; base64 of PNG
  files to base64 of PNG files
- codes: images or base64 of PNG files to codes, float32 `[..., code size]`; of a variational model
  the mean
- generation: whole numbers, each the seed of a code drawn from N(0, I), to base64 of PNG files

Images are `[..., 28, 28]`: whole numbers from 0 for black to 255 for white, or others from 0 to 1.
"""

import base64
import binascii
import io
from typing import Any

import mlflow
import numpy as np
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from numpy.typing import NDArray
from PIL import Image

SIDE = 28
BATCH = 1000

MOST = 10_000
"""Images of one request."""

MOST_TEXT = 1_000_000
"""Characters of the base64 of one file."""


class InputError(MlflowException):
    """A wrong input. The message stays: a server would put the whole input in front of it."""

    def __init__(self, message: str) -> None:
        self._said = message
        super().__init__(message, error_code=INVALID_PARAMETER_VALUE)

    @property
    def message(self) -> str:
        """What is wrong with the input."""
        return self._said

    @message.setter
    def message(self, _: str) -> None:
        pass


class Served(mlflow.pyfunc.PythonModel):
    """The champion of a task, `task` of the model's configuration."""

    # MLflow would refuse arrays, since the type hint says list; this looks at all input itself
    _skip_type_hint_validation = True

    def load_context(self, context: Any) -> None:
        """Load the network, or the part of it that the task needs."""
        import keras

        self._task = context.model_config["task"]
        model = keras.models.load_model(context.artifacts["keras"], compile=False, safe_mode=True)
        if self._task == "codes":
            encoder = model.get_layer("encoder")
            self._network = keras.Model(encoder.inputs[0], encoder.outputs[0])
        else:
            self._network = model.get_layer("decoder") if self._task == "generation" else model

    def predict(
        self,
        context: Any,  # noqa: ARG002
        model_input: list[Any],
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """See the top of this file; a wrong input raises `InputError`, a server answers 400."""
        if not isinstance(model_input, (list, np.ndarray)) or not len(model_input):
            raise InputError("the input has to be a list or an array, with something in it")
        if self._task == "generation":
            return [_to_png(image) for image in self._apply(self._drawn(model_input))[..., 0]]
        files = any(isinstance(each, str) for each in model_input)
        images = _from_pngs(model_input) if files else _array(model_input)
        leading, whole = images.shape[:-2], images.dtype.kind in "iu"
        pixels = images.astype(np.float32) / np.float32(255 if whole else 1)
        outputs = self._apply(pixels.reshape(-1, SIDE, SIDE, 1))
        if self._task == "codes":
            return outputs.reshape(*leading, -1)
        cleaned = outputs.clip(0, 1).reshape(images.shape)
        if files:
            return [_to_png(image) for image in cleaned]
        return np.rint(cleaned * 255).astype(np.uint8) if whole else cleaned

    def _apply(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        if len(values) > MOST:
            raise InputError(f"{len(values):,} images, at most {MOST:,} are taken at once")
        starts = range(0, len(values), BATCH)
        parts = [self._network(values[start : start + BATCH], training=False) for start in starts]
        return np.concatenate([np.asarray(part) for part in parts])

    def _drawn(self, seeds: Any) -> NDArray[np.float32]:
        """Codes from N(0, I)."""
        shape = self._network.input_shape[1:]
        wrong = [seed for seed in seeds if not isinstance(seed, (int, np.integer)) or seed < 0]
        if wrong or np.ndim(seeds) != 1:
            raise InputError("the input has to be a list of whole numbers, a seed for each digit")
        draws = [np.random.default_rng(int(seed)).standard_normal(shape) for seed in seeds]
        return np.stack(draws).astype(np.float32)


def _array(values: Any) -> NDArray[Any]:
    """Images as an array, checked."""
    wanted = f"images have to be numbers of the shape [..., {SIDE}, {SIDE}], or base64 of PNG files"
    try:
        images = np.asarray(values)
    except ValueError as error:
        raise InputError(f"lists of different lengths; {wanted}") from error
    if images.dtype.kind not in "iuf":
        raise InputError(f"neither numbers nor texts; {wanted}")
    if images.shape[-2:] != (SIDE, SIDE) or not images.size:
        raise InputError(f"an array of the shape {list(images.shape)}; {wanted}")
    most = 1 if images.dtype.kind == "f" else 255
    # what is no number is not within either
    if not (images.min() >= 0 and images.max() <= most):
        raise InputError(
            f"values from {images.min():g} to {images.max():g}; whole numbers have to be from 0 to "
            "255, others from 0 to 1"
        )
    return images


def _from_pngs(texts: Any) -> NDArray[np.uint8]:
    return np.stack([_from_png(text, number) for number, text in enumerate(texts)])


def _from_png(text: Any, number: int) -> NDArray[np.uint8]:
    """One file, grey, on black where it is transparent."""
    which = f"input {number}"
    if not isinstance(text, str):
        raise InputError(f"{which}: no text; all have to be base64 of PNG files, or none")
    if len(text) > MOST_TEXT:
        raise InputError(f"{which}: {len(text):,} characters, at most {MOST_TEXT:,} are taken")
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{which}: not base64 of a file") from error
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.size != (SIDE, SIDE):
                width, height = picture.size
                raise InputError(
                    f"{which}: {width} x {height} pixels; it has to be {SIDE} x {SIDE}, one digit, "
                    "white on black"
                )
            return _grey(picture)
    except InputError:
        raise
    except Exception as error:
        # what a decoder raises over a broken file is not written down
        raise InputError(f"{which}: not a PNG file that can be read") from error


def _grey(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith("I"):
        # 16 bits, of which Pillow would cut off all that is above 255
        return np.rint(np.asarray(picture).clip(0, 65535) / 257).astype(np.uint8)
    if picture.has_transparency_data:
        black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        picture = Image.alpha_composite(black, picture.convert("RGBA"))
    return np.asarray(picture.convert("L"))


def _to_png(image: NDArray[np.float32]) -> str:
    """An image of pixels in [0, 1] as base64 of a PNG file."""
    file = io.BytesIO()
    Image.fromarray(np.rint(image.clip(0, 1) * 255).astype(np.uint8)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")


mlflow.models.set_model(Served())
