"""Every source gives the same kind of image set; broken input gives one error and no output."""

import gzip
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_autoencoders.sources import download, prepare
from mnist_autoencoders.sources.download import FILES, download_mnist
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.hostile_files import read
from tests.projects import Project

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 3


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_family(folder: Path, prefix: str = "", compress: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    for name, count in (("train", 12), ("t10k", 6)):
        for kind, array in (("images-idx3", IMAGES[:count]), ("labels-idx1", LABELS[:count])):
            content = idx(array)
            path = folder / f"{prefix}{name}-{kind}-ubyte{'.gz' if compress else ''}"
            path.write_bytes(gzip.compress(content, mtime=0) if compress else content)
    return folder


@pytest.mark.parametrize("compress", [True, False])
def test_a_folder_of_idx_files(tmp_path: Path, compress: bool) -> None:
    images = read(write_family(tmp_path / "kuzushiji", compress=compress))
    assert images.name == "kuzushiji"
    assert images.classes == ["0", "1", "2"]
    np.testing.assert_array_equal(images.train_images, IMAGES)
    np.testing.assert_array_equal(images.test_labels, LABELS[:6])


def test_emnist_is_turned_upright(tmp_path: Path) -> None:
    images = read(write_family(tmp_path / "emnist", prefix="emnist-digits-"))
    np.testing.assert_array_equal(images.train_images, IMAGES.transpose(0, 2, 1))


def test_limits_and_inversion(tmp_path: Path) -> None:
    folder = write_family(tmp_path / "some")
    images = read(folder, train_limit=5, test_limit=2, invert=True)
    np.testing.assert_array_equal(images.train_images, 255 - IMAGES[:5])
    assert (len(images.test_images), len(images.train_labels)) == (2, 5)


def test_the_embedded_subset_is_stratified() -> None:
    images = read("mnist-5k")
    assert images.train_images.shape == (4000, 28, 28)
    assert np.bincount(images.test_labels).tolist() == [100] * 10
    assert images.train_images.dtype == np.uint8
    assert images.train_images.max() == 255


@pytest.mark.parametrize(("invert", "ground", "stroke"), [(False, 0, 255), (True, 255, 0)])
def test_a_folder_of_pictures(tmp_path: Path, invert: bool, ground: int, stroke: int) -> None:
    for label in ("cat", "dog"):
        for number in range(5):
            path = tmp_path / label / f"{number}.{'png' if number % 2 else 'jpg'}"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (40, 20), (stroke,) * 3).save(path)
    images = read(tmp_path, invert=invert)
    assert images.classes == ["cat", "dog"]
    assert (len(images.train_images), len(images.test_images)) == (8, 2)
    assert sorted(images.test_labels.tolist()) == [0, 1]
    for image in images.train_images:
        assert image[0, 14] < 5, "padded with the ground"
        assert image[14, 14] > 250, f"strokes of {stroke} on {ground} become white on black"


def test_pictures_split_by_folders_and_without_labels(tmp_path: Path) -> None:
    for split, count in (("train", 3), ("test", 2)):
        (tmp_path / split).mkdir()
        for number in range(count):
            Image.new("L", (28, 28), 100 + number).save(tmp_path / split / f"{number}.png")
    images = read(tmp_path)
    assert images.train_images[:, 0, 0].tolist() == [100, 101, 102]
    assert len(images.test_images) == 2
    assert images.train_labels is None


def truncate(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-200])


def replace(name: str, content: bytes, folder: Path) -> None:
    (folder / f"{name}-ubyte.gz").write_bytes(gzip.compress(content))


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def picture(folder: Path) -> None:
    empty(folder)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")


@pytest.mark.parametrize(
    ("harm", "file", "cause"),
    [
        (truncate, "train-images-idx3-ubyte.gz", "truncated or corrupt gzip file"),
        (
            lambda folder: (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip"),
            "t10k-labels-idx1-ubyte.gz",
            "truncated or corrupt gzip file",
        ),
        (partial(replace, "train-images-idx3", b"\0\0"), "train-images", "not even a header"),
        (
            partial(replace, "train-images-idx3", idx(LABELS) * 2),
            "train-images",
            "magic number 0x00000801 instead of 0x00000803",
        ),
        (
            partial(replace, "train-images-idx3", idx(IMAGES[:, :20, :20].copy())),
            "train-images",
            "images of 20x20 pixels",
        ),
        (
            partial(replace, "train-images-idx3", idx(IMAGES)[:-10]),
            "train-images",
            "the header promises 9408 values, the file holds 9398",
        ),
        (
            partial(replace, "train-labels-idx1", idx(LABELS[:5])),
            "train-images",
            "has 12 images, but train-labels-idx1-ubyte.gz has 5 labels",
        ),
        (partial(replace, "t10k-labels-idx1", idx(LABELS[:0])), "t10k-labels", "holds 0 entries"),
        (
            lambda folder: (folder / "t10k-labels-idx1-ubyte.gz").unlink(),
            "",
            "expected one file named *t10k-labels* or *test-labels*, found no file",
        ),
        (empty, "", "neither IDX files (*ubyte, *ubyte.gz) nor PNG or JPEG pictures"),
        (picture, "broken.png", "not a readable picture"),
    ],
)
def test_broken_input_names_file_and_cause(
    tmp_path: Path, harm: Callable[[Path], object], file: str, cause: str
) -> None:
    folder = write_family(tmp_path / "mnist")
    harm(folder)
    with pytest.raises(UserError) as error:
        read(folder)
    assert str(folder / file) in str(error.value)
    assert cause in str(error.value)


def test_the_stage_fails_with_one_error_and_no_output(project: Project) -> None:
    parameters = project.read_parameters()
    parameters["data"]["source"] = "digits"
    project.write_parameters(parameters)
    missing = project.folder / "digits"
    output = project.stage("prepare", code=1)
    assert output == f"error: data.source: there is no folder {missing}\n"
    truncate(write_family(project.folder / "digits"))
    output = project.stage("prepare", code=1)
    assert output.startswith(f"error: {missing}/train-images-idx3-ubyte.gz: truncated or corrupt")
    assert not (project.folder / "data").exists()
    parameters["data"]["source"] = "auto"
    project.write_parameters(parameters)
    output = project.stage("prepare", code=1, MNIST_DIR="nowhere")
    assert output.startswith("error: MNIST_DIR: there is no folder")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user-level cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Mirror:
    """A web server on loopback; the first `failures` requests for a file are answered by 503."""

    def __init__(self, folder: Path, failures: int = 0) -> None:
        self.requests: list[str] = []
        mirror = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.requests.append(self.path)
                if len(mirror.requests) <= failures:
                    self.send_error(503)
                else:
                    super().do_GET()

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def start_mirror() -> Iterator[Callable[..., Mirror]]:
    """Starts mirrors and stops them."""
    mirrors: list[Mirror] = []

    def start(folder: Path, failures: int = 0) -> Mirror:
        mirrors.append(Mirror(folder, failures))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.server.shutdown()
        mirror.server.server_close()


def digests(folder: Path) -> dict[str, str]:
    return {
        part: hashlib.sha256(gzip.decompress((folder / name).read_bytes())).hexdigest()
        for part, name in FILES.items()
    }


@pytest.mark.usefixtures("cache")
def test_a_failing_mirror_is_tried_again_then_the_next_one_and_never_twice(
    tmp_path: Path, start_mirror: Callable[..., Mirror]
) -> None:
    folder = write_family(tmp_path / "mnist")
    bad, good = start_mirror(folder, failures=10**6), start_mirror(folder, failures=1)
    mirrors = (bad.url, good.url)
    files = download_mnist(mirrors, digests(folder))
    assert {path.read_bytes() for path in files.values()} == {
        (folder / name).read_bytes() for name in FILES.values()
    }
    assert len(bad.requests) == 12, "three attempts for each of four files"
    assert len(good.requests) == 5
    download_mnist(mirrors, digests(folder))
    assert len(good.requests) == 5, "the second time, all comes from the cache"


def test_a_wrong_checksum_is_an_error_and_leaves_nothing_in_the_cache(
    tmp_path: Path, cache: Path, start_mirror: Callable[..., Mirror]
) -> None:
    folder = write_family(tmp_path / "mnist")
    wrong = digests(folder) | {"train-images": "0" * 64}
    mirror = start_mirror(folder)
    with pytest.raises(UserError, match=r"train-images-idx3-ubyte\.gz: wrong checksum"):
        download_mnist((mirror.url,), wrong)
    assert not list(cache.rglob("train-images*"))


@pytest.mark.usefixtures("cache")
def test_without_a_network_auto_falls_back_after_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However busy the machine: one mirror never answers, the other refuses at once."""
    assert 0 < download.PROBE_SECONDS < 10
    monkeypatch.setattr(download, "PROBE_SECONDS", 0.1)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirrors = (f"http://127.0.0.1:{silent.getsockname()[1]}/", "http://127.0.0.1:1/")
        monkeypatch.setattr(prepare, "download_mnist", partial(download_mnist, mirrors))
        images = read("auto")
    assert images.warning is not None
    assert len(images.train_images) == 4000
    assert "WARNING" in capsys.readouterr().err
