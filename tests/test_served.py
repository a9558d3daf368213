"""The registered model takes numbers and PNG files, and says what is wrong with others."""

import base64
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import mlflow
import numpy as np
import pytest
from PIL import Image

from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import Variational
from mnist_autoencoders.registry.champions import Champion
from mnist_autoencoders.registry.model import save_served
from mnist_autoencoders.registry.parameters import Choice
from mnist_autoencoders.registry.served import MOST_TEXT, InputError, Served
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

VAE = Dense(
    kind="dense", input="clean", code_size=4, code_activation="linear", variational=Variational()
)
IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
PIXELS = IMAGES / np.float32(255)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A tiny model, as a training leaves it."""
    build_model(VAE).save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


@pytest.fixture
def expected(file: Path) -> np.ndarray:
    model = keras.models.load_model(file)
    return np.asarray(model(PIXELS[..., np.newaxis]))[..., 0]


def served(file: Path, task: str) -> Any:
    """What predicts for a task."""
    context = SimpleNamespace(model_config={"task": task}, artifacts={"keras": str(file)})
    model = Served()
    model.load_context(context)
    return lambda values: model.predict(context, values)


def png(image: np.ndarray, mode: str = "L", form: str = "PNG") -> str:
    content = io.BytesIO()
    picture = Image.fromarray(image).convert(mode) if mode != "I;16" else Image.fromarray(image)
    picture.save(content, form)
    return base64.b64encode(content.getvalue()).decode()


def pixels(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text)), formats=["PNG"]))


def test_numbers_keep_their_shape_and_kind(file: Path, expected: np.ndarray) -> None:
    denoise = served(file, "denoising")
    for shape in ((6,), (2, 3), (1, 6, 1)):
        given = denoise(IMAGES.reshape(*shape, 28, 28))
        assert given.dtype == np.uint8
        np.testing.assert_array_equal(
            given, np.rint(expected * 255).reshape(*shape, 28, 28).astype(np.uint8)
        )
    for values in (PIXELS, PIXELS.astype(np.float64), [*PIXELS], PIXELS.tolist()):
        np.testing.assert_allclose(denoise(values), expected, atol=1e-6)
    assert denoise(IMAGES[0].tolist()).shape == (28, 28)


def test_a_png_file_is_answered_by_one(file: Path) -> None:
    denoise = served(file, "reconstruction")
    wanted = denoise(IMAGES)
    answers = denoise([png(image) for image in IMAGES])
    np.testing.assert_array_equal([pixels(answer) for answer in answers], wanted)
    grey = IMAGES[0]
    deep = png(grey.astype(np.uint16) * 257, "I;16")
    # black where it is transparent
    clear = png(np.stack([np.full_like(grey, 255)] * 3 + [grey], axis=-1), "RGBA")
    for text in (
        png(grey, "RGB"),
        deep,
        clear,
        base64.encodebytes(base64.b64decode(deep)).decode(),
    ):
        np.testing.assert_array_equal(pixels(denoise([text])[0]), wanted[0])


def test_codes_are_the_means_and_drawn_digits_are_of_their_seeds(file: Path) -> None:
    model = keras.models.load_model(file)
    mean, _ = model.get_layer("encoder")(PIXELS[..., np.newaxis])
    codes = served(file, "codes")
    np.testing.assert_allclose(codes(PIXELS.reshape(2, 3, 28, 28)).reshape(6, 4), mean, atol=1e-5)
    assert codes([png(IMAGES[0])]).shape == (1, 4)

    code = np.random.default_rng(7).standard_normal(4).astype(np.float32)
    image = np.asarray(model.get_layer("decoder")(code[np.newaxis]))[0, ..., 0]
    first, again, other = served(file, "generation")([7, 7, 8])
    np.testing.assert_array_equal(pixels(first), np.rint(image * 255))
    assert first == again != other


WRONG: dict[str, tuple[Any, str]] = {
    "nothing": ([], "with something in it"),
    "no list": ({"image": 1}, "has to be a list or an array"),
    "another shape": (np.zeros((5, 27, 28)), r"shape \[5, 27, 28\]; images have to be numbers"),
    "ragged": ([[0.0] * 28] * 27 + [[0.0]], "lists of different lengths"),
    "bytes as floats": (IMAGES.astype(float), "values from 0 to 255; whole numbers have to be"),
    "too much": (IMAGES.astype(int) + 300, "values from 300 to 555"),
    "no number": (np.full((28, 28), np.nan), "values from nan"),
    "truths": (np.zeros((28, 28), bool), "neither numbers nor texts"),
    "mixed": ([png(IMAGES[0]), 3], "input 1: no text"),
    "no base64": (["a scan"], "input 0: not base64"),
    "no PNG": ([png(IMAGES[0], form="JPEG")], "input 0: not a PNG file"),
    "a broken PNG": ([png(IMAGES[0])[:200]], "input 0: not a PNG file"),
    "another size": ([png(np.zeros((30, 20), np.uint8))], "20 x 30 pixels; it has to be 28 x 28"),
    "a long text": (["A" * (MOST_TEXT + 4)], "at most 1,000,000"),
    "many": (np.zeros((10_001, 28, 28), np.uint8), "10,001 images, at most 10,000"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_input_is_told_without_being_repeated(file: Path, what: str) -> None:
    values, message = WRONG[what]
    with pytest.raises(InputError, match=message) as error:
        served(file, "denoising")(values)
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"
    # as MLflow's server does
    error.value.message = f"Failed to predict data '{values}'"
    assert len(error.value.message) < 200


@pytest.mark.parametrize("seeds", [[1.5], [-1], ["a"], [[1]]])
def test_a_seed_is_a_whole_number(file: Path, seeds: list[Any]) -> None:
    with pytest.raises(InputError, match="a seed for each digit"):
        served(file, "generation")(seeds)


def test_the_folder_holds_all_that_it_needs(
    file: Path, expected: np.ndarray, tmp_path: Path
) -> None:
    choice = Choice(metric="psnr", best="highest")
    best = Champion("denoising", "tiny", choice, 20.0, None, 1, 1, None, None)
    record = {"versions": {"keras": "3.1", "tensorflow": "2.2", "numpy": "2.0"}}
    folder = tmp_path / "served"
    save_served(best, file.parent, record, "# a card", folder)
    assert (folder / "artifacts/model.keras").read_bytes() == file.read_bytes()
    assert (folder / "artifacts/README.md").read_text() == "# a card"
    # no folder of this machine
    assert ": /" not in (folder / "MLmodel").read_text()
    wanted = {
        line.partition("==")[0]: line for line in (folder / "requirements.txt").read_text().split()
    }
    assert wanted.keys() == {"keras", "mlflow", "numpy", "pillow", "tensorflow"}
    assert wanted["keras"] == "keras==3.1"
    loaded = mlflow.pyfunc.load_model(str(folder))
    assert loaded.metadata.signature is not None
    np.testing.assert_allclose(loaded.predict(PIXELS), expected, atol=1e-6)
    assert len(loaded.predict([png(IMAGES[0])])) == 1
