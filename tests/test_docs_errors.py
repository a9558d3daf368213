"""The messages on docs/errors.md are those that people meet, word for word."""

import ast
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from dvc.lock import FAILED_TO_LOCK_MESSAGE
from PIL import Image

from mnist_autoencoders.pipeline.request import request
from mnist_autoencoders.sources.folder import source_folder
from mnist_autoencoders.sources.idx import find_idx_files
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.sources.pictures import read_pictures
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.documents import blocks
from tests.projects import ROOT

SHOWN = [block.text.strip() for block in blocks("text") if block.page.name == "errors.md"]

FOLDER = "/path/to/folder"
"""What the page calls the reader's folder."""


def set_to(*values: str) -> Callable[[Path], None]:
    """Ask for values of params.yaml."""
    return lambda folder: request([], [*values], write(folder / "params.yaml")) and None


def write(path: Path) -> Path:
    path.write_bytes((ROOT / "params.yaml").read_bytes())
    return path


def tabbed(folder: Path) -> None:
    (folder / "params.yaml").write_text("seed: 0\ndata:\n\tsource: auto\n")
    request([], [], folder / "params.yaml")


def pictures(*names: str) -> Callable[[Path], None]:
    """Read a folder with black pictures of these names, of which `broken` is cut off."""

    def read(folder: Path) -> None:
        for name in names:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            Image.new("L", (28, 28)).save(path)
            if path.stem == "broken":
                content = path.read_bytes()
                end = content.index(b"IDAT") + 4
                path.write_bytes(content[: end - 4] + struct.pack(">4s", b"IDAT"))
        read_pictures(folder, 0, 0.2, 0)

    return read


def three_files(folder: Path) -> None:
    for name in ("train-images", "t10k-images", "t10k-labels"):
        (folder / f"{name}-ubyte").touch()
    find_idx_files(folder)


MET: list[Callable[[Path], object]] = [
    set_to("+models.simple.epoch=3"),
    set_to("models.simple.epoch=3"),
    set_to("models.simple.epochs=0"),
    set_to("models.simple.epochs=3.5"),
    set_to("models.denoising.input=gausian"),
    set_to("models.simple.output_activation=tanh"),
    tabbed,
    lambda folder: request([], [], folder / "params.yaml"),
    lambda folder: source_folder(DataParameters(source=str(folder / "not-there"))),
    pictures(),
    pictures("one.png", "sub/two.png"),
    pictures("train/one.png"),
    pictures("broken.png", "one.png"),
    three_files,
]


@pytest.mark.parametrize("meet", MET)
def test_a_message_that_is_met_is_on_the_page(
    meet: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(UserError) as met:
        meet(tmp_path)
    message = str(met.value).replace(f"{tmp_path}/params.yaml", "params.yaml")
    message = message.replace(f"{tmp_path}/not-there", FOLDER).replace(str(tmp_path), FOLDER)
    assert f"error: {message}" in SHOWN


def texts(path: Path) -> list[str]:
    """The texts in Python code as patterns, in which what is put in may be anything."""
    patterns = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = [*map(said, node.values if isinstance(node, ast.JoinedStr) else [node])]
        if len("".join(part for part in parts if part)) > 12:
            patterns.append("".join(".*" if part is None else re.escape(part) for part in parts))
    return patterns


def said(node: ast.AST) -> str | None:
    """A text, or one that is written to a terminal as bytes; None for what is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(line)):
            return line.decode(errors="replace").strip()
    return None


def test_every_message_of_the_page_is_in_the_code() -> None:
    files = [path for folder in ("src", "stages") for path in (ROOT / folder).rglob("*.py")]
    known = [pattern for path in files for pattern in texts(path)]
    known += [re.escape(FAILED_TO_LOCK_MESSAGE[:94])]
    version = re.search(r'"(error: Python .*?)" % v', (ROOT / "Makefile").read_text())
    assert version
    known.append(re.escape(version[1]).replace("%d", "[0-9]+"))
    missing = [
        text for text in SHOWN if not any(re.search(pattern, text, re.DOTALL) for pattern in known)
    ]
    assert missing == []
    assert len(SHOWN) > len(MET)
