"""Pictures of all kinds as a model takes them, and back."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_autoencoders.measures.pixels import as_pixels
from mnist_autoencoders.sources.picture import read_fitted, read_picture
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.fitting import Fitted, Fitting, fit, is_page


def stroke(height: int, width: int) -> np.ndarray:
    """A white bar on black."""
    grey = np.zeros((height, width), np.uint8)
    grey[height // 4 : -height // 4, width // 3 : width // 2] = 255
    return grey


def opened(path: Path, picture: Image.Image, **how: object) -> Path:
    picture.save(path, **how)
    return path


def rotated(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6
    return opened(path, Image.fromarray(stroke(40, 60)), exif=exif)


def clear(ink: int) -> Callable[[Path], Path]:
    """Strokes of this grey on nothing."""

    def make(path: Path) -> Path:
        alpha = Image.fromarray(stroke(40, 60))
        grey = Image.new("L", alpha.size, ink)
        return opened(path, Image.merge("LA", (grey, alpha)))

    return make


WHITE_ON_BLACK: dict[str, Callable[[Path], Path]] = {
    "L": lambda path: opened(path, Image.fromarray(stroke(40, 60))),
    "RGB": lambda path: opened(path, Image.fromarray(stroke(40, 60)).convert("RGB")),
    "palette": lambda path: opened(path, Image.fromarray(stroke(40, 60)).convert("P")),
    "1": lambda path: opened(path, Image.fromarray(stroke(40, 60)).convert("1")),
    "16 bit": lambda path: opened(path, Image.fromarray(stroke(40, 60).astype(np.uint16) * 257)),
    "turned": rotated,
    "clear white": clear(255),
}


def take(path: Path, how: Fitting | None = None) -> Fitted:
    return fit(path, read_picture(path), how or Fitting())


@pytest.mark.parametrize("kind", WHITE_ON_BLACK)
def test_a_digit_is_fitted_as_by_prepare(kind: str, tmp_path: Path) -> None:
    path = WHITE_ON_BLACK[kind](tmp_path / "x.png")
    taken = take(path)
    assert not taken.light
    assert not taken.page
    assert np.array_equal(taken.image, read_fitted(path, 0))
    assert taken.size == ((40, 60) if kind == "turned" else (60, 40))


@pytest.mark.parametrize("clear_ground", [True, False])
def test_dark_on_light_is_turned(clear_ground: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    if clear_ground:
        clear(0)(path)
    else:
        opened(path, Image.fromarray(255 - stroke(40, 60)))
    taken = take(path)
    assert taken.light
    # what `prepare` makes of it with `data.invert`
    assert np.array_equal(taken.image, 255 - read_fitted(path, 255))
    assert not take(path, Fitting(ground="dark")).light


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (40, 60), (61, 37)])
@pytest.mark.parametrize("light", [True, False])
def test_a_digit_comes_back_as_it_was(shape: tuple[int, int], light: bool, tmp_path: Path) -> None:
    grey = stroke(*shape)
    grey = 255 - grey if light else grey
    taken = take(opened(tmp_path / "x.png", Image.fromarray(grey)))
    back = taken.back(as_pixels(taken.image))
    assert back.shape == shape
    if shape == (28, 28):
        assert np.array_equal(back, grey)
    # a blur by shrinking, at the borders of the stroke
    assert np.abs(back.astype(int) - grey).mean() < 12


@pytest.mark.parametrize(("scale", "shape"), [(1.0, (300, 400)), (0.5, (150, 200))])
def test_a_page_keeps_its_size(scale: float, shape: tuple[int, int], tmp_path: Path) -> None:
    path = opened(tmp_path / "x.png", Image.fromarray(255 - stroke(300, 400)))
    taken = take(path, Fitting(scale=scale))
    assert taken.page
    assert taken.light
    assert taken.image.shape == shape
    back = taken.back(as_pixels(taken.image))
    assert back.shape == (300, 400)
    assert np.abs(back.astype(int) - (255 - stroke(300, 400))).mean() < 3


@pytest.mark.parametrize(
    ("size", "page"),
    [((280, 280), False), ((281, 200), True), ((28, 56), False), ((28, 57), True)],
)
def test_what_is_taken_for_a_page(size: tuple[int, int], page: bool) -> None:
    assert is_page(size) == page
    assert is_page(size[::-1]) == page


def test_too_small_a_page_is_refused(tmp_path: Path) -> None:
    path = opened(tmp_path / "x.png", Image.fromarray(stroke(20, 400)))
    with pytest.raises(UserError, match=r"x\.png: 400 x 20 pixels are less than a window"):
        take(path)
