"""Whatever lies in a folder of images is read, or refused by file, within memory and time."""

import gzip
import io
import os
import struct
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from mnist_autoencoders.dataset.store import ImageSet
from mnist_autoencoders.sources import download
from mnist_autoencoders.sources.download import FILES, download_mnist
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.sources.prepare import read_source
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.hostile import folder, refused
from tests.hostile_files import IMAGES, families, idx, pictures

FEW = settings(
    max_examples=40,
    deadline=5000,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def read(source: Path, **parameters: object) -> ImageSet:
    return read_source(DataParameters.model_validate({"source": str(source)} | parameters), seed=0)


@FEW
@given(families())
def test_idx_files_are_read_or_refused(files: dict[str, bytes]) -> None:
    with folder() as path:
        for name, content in files.items():
            (path / name).write_bytes(content)
        refused(lambda: read(path))


@FEW
@given(pictures())
def test_pictures_are_read_or_refused(picture: tuple[str, bytes]) -> None:
    name, content = picture
    with folder() as path:
        for number in range(2):
            (path / f"{number}{name}").write_bytes(content)
        refused(lambda: read(path))


def header(*sizes: int) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes)


def write_family(path: Path) -> None:
    for split in ("train", "t10k"):
        (path / f"{split}-images-idx3-ubyte").write_bytes(idx(IMAGES))
        (path / f"{split}-labels-idx1-ubyte").write_bytes(idx(np.arange(6, dtype=np.uint8)))


def put(name: str, content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        (path / name.removesuffix(".gz")).unlink()
        (path / name).write_bytes(content)

    return write


def pipe(path: Path) -> None:
    (path / "train-images-idx3-ubyte").unlink()
    os.mkfifo(path / "train-images-idx3-ubyte")


def folder_of_that_name(path: Path) -> None:
    (path / "train-images-idx3-ubyte").unlink()
    (path / "train-images-idx3-ubyte").mkdir()


def loop(path: Path) -> None:
    (path / "train-images-idx3-ubyte").unlink()
    (path / "train-images-idx3-ubyte").symlink_to("train-images-idx3-ubyte")


LARGE = 200_000_000
BOMB = gzip.compress(header(6, 28, 28) + bytes(LARGE), 1)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (put("train-images-idx3-ubyte.gz", BOMB), "promises 4704 values, the file holds more"),
        (
            put("train-images-idx3-ubyte", header(2**31, 28, 28)),
            "promises 2,147,483,648 entries, at most 1,000,000 are read; the file has 16 bytes",
        ),
        (put("train-labels-idx1-ubyte", header(2**32 - 1)), "promises 4,294,967,295 entries"),
        (put("train-images-idx3-ubyte", header(10**6, 28, 28)), "the file holds 0"),
        (
            put("train-images-idx3-ubyte.gz", gzip.compress(idx(IMAGES)) + b"garbage"),
            "truncated or corrupt gzip file: Not a gzipped file",
        ),
        (pipe, "train-images-idx3-ubyte: is no file"),
        (folder_of_that_name, "train-images-idx3-ubyte: is no file"),
        (loop, "train-images-idx3-ubyte: cannot be read: Too many levels of symbolic links"),
    ],
)
def test_idx_files_that_lie_are_refused(
    tmp_path: Path, harm: Callable[[Path], None], message: str
) -> None:
    write_family(tmp_path)
    harm(tmp_path)
    tracemalloc.start()
    found = refused(lambda: read(tmp_path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert message in found
    assert peak < 10_000_000, "bytes"


def test_a_gzip_of_several_members_is_read(tmp_path: Path) -> None:
    write_family(tmp_path)
    content = idx(IMAGES)
    put("train-images-idx3-ubyte.gz", gzip.compress(content[:99]) + gzip.compress(content[99:]))(
        tmp_path
    )
    np.testing.assert_array_equal(read(tmp_path).train_images, IMAGES)


def test_a_label_of_the_test_images_alone_has_a_class(tmp_path: Path) -> None:
    write_family(tmp_path)
    path = tmp_path / "t10k-labels-idx1-ubyte"
    path.write_bytes(idx(np.array([0, 1, 2, 3, 4, 9], np.uint8)))
    assert len(read(tmp_path).classes) == 10


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


@pytest.mark.parametrize("source", ["a\0b", "~nobody_of_that_name/x", "x" * 900])
def test_a_folder_that_cannot_be(source: str) -> None:
    with pytest.raises(UserError, match=r"^data\.source: "):
        read(Path(source))


def test_a_mirror_that_never_ends_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(download, "MOST_BYTES", 2_000_000)
    sent = 0

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            nonlocal sent
            self.do_HEAD()
            try:
                while True:
                    sent += self.wfile.write(bytes(1 << 20))
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mirror = f"http://127.0.0.1:{server.server_port}/"
    with pytest.raises(UserError, match="the answer has more than 2,000,000 bytes"):
        download_mnist((mirror,), dict.fromkeys(FILES, ""))
    server.shutdown()
    server.server_close()
    # three attempts, and what was on the way
    assert sent < 3 * 20_000_000
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
