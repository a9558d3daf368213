"""Whatever pictures lie in a folder are read right, or refused by file."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from tests.hostile import few, folder, refused
from tests.hostile_files import pictures, read


@few(40)
@given(pictures())
def test_pictures_are_read_or_refused(picture: tuple[str, bytes]) -> None:
    name, content = picture
    with folder() as path:
        for number in range(2):
            (path / f"{number}{name}").write_bytes(content)
        refused(lambda: read(path))


def only(path: Path, ground: bool = False) -> Any:
    """The grey picture that comes of the two same ones in a folder."""
    images = read(path, invert=ground).train_images[0]
    return 255 - images if ground else images


def save(path: Path, picture: Image.Image, name: str = "png", **options: Any) -> None:
    for number in range(2):
        picture.save(path / f"{number}.{name}", **options)


def half(mode: str, left: Any, right: Any) -> Image.Image:
    """A picture whose left half has another colour than the right."""
    picture = Image.new(mode, (28, 28), right)
    picture.paste(left, (0, 0, 14, 28))
    return picture


def deep(left: int, right: int) -> Image.Image:
    """The same of 16 bits a pixel."""
    return Image.fromarray(np.array([[left] * 14 + [right] * 14] * 28, np.uint16))


@pytest.mark.parametrize(
    ("picture", "name", "options", "left", "right"),
    [
        (half("L", 100, 200), "png", {}, 100, 200),
        (half("RGB", (100,) * 3, (200,) * 3), "png", {}, 100, 200),
        (half("1", 1, 0), "png", {}, 255, 0),
        # 257 times the grey value of 8 bits
        (deep(25_700, 51_400), "png", {}, 100, 200),
        (deep(255, 65_535), "png", {}, 1, 255),
        # half transparent: half of the ground, which is black
        (half("RGBA", (200, 200, 200, 128), (200, 200, 200, 255)), "png", {}, 100, 200),
        (half("LA", (200, 0), (100, 255)), "png", {}, 0, 100),
        (half("L", 100, 200), "png", {"transparency": 100}, 0, 200),
        (half("CMYK", (0, 0, 0, 255), (0, 0, 0, 0)), "jpg", {"quality": 100}, 0, 255),
        (half("L", 10, 240).quantize(4), "png", {}, 10, 240),
        # a wrong suffix
        (half("L", 100, 200), "jpg", {"format": "PNG"}, 100, 200),
        (half("L", 100, 200), "png", {"format": "WEBP", "lossless": True}, 100, 200),
    ],
)
def test_every_kind_of_pixel_is_read_right(
    tmp_path: Path, picture: Image.Image, name: str, options: Any, left: int, right: int
) -> None:
    save(tmp_path, picture, name, **options)
    image = only(tmp_path)
    assert abs(int(image[14, 2]) - left) <= 1
    assert abs(int(image[14, 25]) - right) <= 1


def test_the_ground_shows_through(tmp_path: Path) -> None:
    save(tmp_path, half("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)))
    image = only(tmp_path, ground=True)
    assert (image[14, 2], image[14, 25]) == (255, 0)


def test_a_picture_that_a_camera_turned_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view
    save(tmp_path, half("L", 10, 240), "jpg", exif=exif, quality=100)
    image = only(tmp_path)
    # left becomes top
    assert image[2, 14] < 20
    assert image[25, 14] > 230


def declared(width: int, height: int) -> bytes:
    """The start of a PNG of that size; there is nothing to it."""
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "PNG")
    content = file.getvalue()
    chunk = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
    checksum = struct.pack(">I", zlib.crc32(chunk))
    return content[:12] + chunk + checksum + content[33:]


def png(content: bytes, path: Path) -> None:
    for number in range(2):
        (path / f"{number}.png").write_bytes(content)


def moving(form: str, path: Path) -> None:
    frames = [Image.new("L", (28, 28), grey) for grey in (0, 100, 200)]
    save(path, frames[0], "png", format=form, save_all=True, append_images=frames[1:])


def labels(names: list[str], count: int, path: Path) -> None:
    for name in names:
        (path / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            Image.new("L", (28, 28)).save(path / name / f"{number}.png")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (partial(png, declared(30_000, 30_000)), "pixels"),
        (partial(png, declared(9_000, 9_000)), "0.png: 9000 x 9000 pixels, at most 50,000,000"),
        (partial(png, declared(2**31 - 1, 2**31 - 1)), "0.png: "),
        (lambda path: save(path, Image.new("L", (1, 10_000))), "1 x 10000 pixels are too narrow"),
        (partial(moving, "PNG"), "0.png: a moving picture of 3 frames; save one of them"),
        (partial(moving, "GIF"), "0.png: a moving picture of 3 frames"),
        (lambda path: os.mkfifo(path / "x.png"), "x.png: is no file"),
        (lambda path: (path / "x.png").symlink_to("x.png"), "x.png: not a readable picture"),
        (lambda path: (path / "x.png").mkdir(), "nor PNG or JPEG pictures"),
        (partial(labels, ["train/a"], 3), "none called test/; make that too, or name"),
        (partial(labels, ["a", "b"], 1), "two of each label at least, or put them into folders"),
        (partial(labels, ["."], 1), "1 pictures cannot be split with data.test_share=0.2"),
        (partial(labels, ["a\x1b[31m"], 3), "the folder a\\x1b[31m is a label, and has signs that"),
        (partial(labels, ["a\udc80"], 3), "the folder a\\udc80 is a label, and has signs that"),
    ],
)
def test_pictures_that_are_refused(
    tmp_path: Path, write: Callable[[Path], object], message: str
) -> None:
    path = tmp_path / "pictures"
    path.mkdir()
    write(path)
    found = refused(lambda: read(path))
    assert found is not None
    assert message in found


@pytest.mark.parametrize(("names", "classes"), [(["a"], ["a"]), (["."], [])])
def test_two_pictures_of_one_class_or_none_are_enough(
    tmp_path: Path, names: list[str], classes: list[str]
) -> None:
    path = tmp_path / "pictures"
    path.mkdir()
    labels(names, 2, path) if classes else save(path, Image.new("L", (1, 1), 7))
    images = read(path)
    assert (len(images.train_images), len(images.test_images)) == (1, 1)
    assert images.classes == classes


def test_too_many_labels_are_no_labels(tmp_path: Path) -> None:
    labels([f"c{number}" for number in range(1001)], 0, tmp_path)
    for number in range(1001):
        (tmp_path / f"c{number}" / "x.png").touch()
    found = refused(lambda: read(tmp_path))
    assert found is not None
    assert "1,001 folders with pictures, which are labels: at most 1,000 are told apart" in found
