"""Hostile files at random: images, and outputs of stages that were damaged."""

import gzip
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from mnist_autoencoders.dataset.store import ImageSet
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.sources.prepare import read_source

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)


def read(source: Path | str, **parameters: object) -> ImageSet:
    """The images of a source, as `prepare` reads them."""
    return read_source(DataParameters.model_validate({"source": str(source)} | parameters), seed=0)


def idx(array: np.ndarray) -> bytes:
    """An IDX file."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@st.composite
def families(draw: st.DrawFn) -> dict[str, bytes]:
    """Four IDX files by name, of which some are harmed."""
    files = {}
    for split in ("train", "t10k"):
        labels = np.array(draw(st.lists(st.integers(0, 255), min_size=6, max_size=6)), np.uint8)
        for kind, array in (("images-idx3", IMAGES), ("labels-idx1", labels)):
            content = harmed(draw, idx(array)) if draw(st.booleans()) else idx(array)
            name = f"{split}-{kind}-ubyte"
            if draw(st.booleans()):
                content = gzip.compress(content, 1, mtime=0)
                name += ".gz"
                if draw(st.booleans()):
                    content = harmed(draw, content)
            if draw(st.integers(0, 20)):
                files[name] = content
    return files


def harmed(draw: st.DrawFn, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    match draw(st.sampled_from(["header", "cut", "grow", "flip", "zeros", "twice", "nothing"])):
        case "header":
            sizes = st.sampled_from([0, 1, 6, 28, 784, 2**31, 2**32 - 1, 10**6, 10**6 + 1])
            word = struct.pack(">I", draw(st.one_of(sizes, st.integers(0, 2**32 - 1))))
            place = 4 * draw(st.integers(0, 3))
            return content[:place] + word + content[place + 4 :]
        case "cut":
            return content[:at]
        case "grow":
            return content[:at] + draw(st.binary(max_size=30)) + content[at:]
        case "flip":
            return content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at + 1 :]
        case "zeros":
            return content + bytes(draw(st.sampled_from([1, 1000, 10**6])))
        case "twice":
            return content * 2
    return b""


MODES = ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F", "HSV", "LAB"]
SIDES = st.one_of(st.integers(1, 40), st.sampled_from([1, 28, 300, 5000]))


@st.composite
def pictures(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name and the bytes of a picture, of any mode, form and size, whole or not."""
    mode, form = draw(st.sampled_from(MODES)), draw(st.sampled_from(["PNG", "JPEG", "GIF", "TIFF"]))
    width, height = draw(SIDES), draw(SIDES)
    if width * height > 10**6:
        height = draw(st.integers(1, 40))
    file = io.BytesIO()
    options: dict[str, Any] = {}
    if draw(st.integers(0, 5)) == 0:
        options |= {"save_all": True, "append_images": [Image.new("L", (width, height))]}
    if draw(st.booleans()) and form != "GIF":
        exif = Image.Exif()
        exif[0x0112] = draw(st.integers(0, 12))
        options["exif"] = exif
    if draw(st.integers(0, 5)) == 0 and form in ("PNG", "GIF"):
        options["transparency"] = 0
    try:
        Image.new(mode, (width, height)).save(file, form, **options)
    except Exception:
        file = io.BytesIO()
        Image.new("L", (width, height), 7).save(file, "PNG")
    content = file.getvalue()
    for _ in range(draw(st.integers(0, 2))):
        content = _spoilt(draw, content)
    return "x" + draw(st.sampled_from([".png", ".PNG", ".jpg", ".jpeg"])), content


def _spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    match draw(st.sampled_from(["harm", "harm", "size", "text"])):
        case "size":
            # what the header of a PNG says, of which the checksum is no longer right
            sizes = struct.pack(">II", *draw(st.tuples(*[st.integers(0, 2**32 - 1)] * 2)))
            return content[:16] + sizes + content[24:]
        case "text":
            size = draw(st.sampled_from([10, 10**6]))
            chunk = b"zTXt" + b"a\0\0" + zlib.compress(bytes(size * 10))
            checked = struct.pack(">I", zlib.crc32(chunk))
            return content[:33] + struct.pack(">I", len(chunk) - 4) + chunk + checked + content[33:]
    return harmed(draw, content)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes of a file, harmed once to three times, or others altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    for _ in range(draw(st.integers(1, 3))):
        content = harmed(draw, content)
    return content
