"""Whatever lies in a folder of IDX files is read, or refused by file, within memory and time."""

import gzip
import os
import struct
import threading
import tracemalloc
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from mnist_autoencoders.sources import download
from mnist_autoencoders.sources.download import FILES, download_mnist
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.hostile import few, folder, refused
from tests.hostile_files import IMAGES, families, idx, read


@few(40)
@given(families())
def test_idx_files_are_read_or_refused(files: dict[str, bytes]) -> None:
    with folder() as path:
        for name, content in files.items():
            (path / name).write_bytes(content)
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
