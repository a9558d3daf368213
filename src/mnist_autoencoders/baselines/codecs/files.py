"""Pictures as the bytes of a file, by Pillow."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from mnist_autoencoders.dataset.store import Images


@dataclass(frozen=True)
class Codec:
    """A file format with its settings; `quality` is None where nothing is lost."""

    name: str
    format: str
    settings: dict[str, Any]
    quality: int | None = None

    def encode(self, picture: Images) -> bytes:
        """The file of one grey picture, uint8 `[height, width]`."""
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, self.format, **self.settings)
        return buffer.getvalue()


def decode(file: bytes) -> Images:
    """The grey picture in a file, uint8 `[height, width]`."""
    with Image.open(io.BytesIO(file)) as picture:
        return np.asarray(picture.convert("L"))


def codecs(qualities: list[int]) -> list[Codec]:
    """JPEG (with Huffman tables made for the picture) and WebP by quality, and both lossless."""
    return [
        *(Codec("jpeg", "JPEG", {"quality": q, "optimize": True}, q) for q in qualities),
        *(Codec("webp", "WEBP", {"quality": q}, q) for q in qualities),
        Codec("png", "PNG", {"optimize": True}),
        Codec("webp_lossless", "WEBP", {"lossless": True}),
    ]
