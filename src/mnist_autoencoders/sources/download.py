"""MNIST from public mirrors, kept in a user-level cache."""

import contextlib
import hashlib
import logging
import queue
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pooch
import requests

from mnist_autoencoders.sources.idx import MNIST_SHA256, read_content
from mnist_autoencoders.stagecraft.terminal import UserError, say

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FILES = {
    "train-images": "train-images-idx3-ubyte.gz",
    "train-labels": "train-labels-idx1-ubyte.gz",
    "t10k-images": "t10k-images-idx3-ubyte.gz",
    "t10k-labels": "t10k-labels-idx1-ubyte.gz",
}
ATTEMPTS = 3
"""Attempts at each mirror."""

PROBE_SECONDS = 6.0
"""How long to wait for the first mirror to answer before the network counts as absent."""

TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and between two packets."""

MOST_BYTES = 20_000_000
"""Of an answer; the largest file has 9.9 million."""

MOST_SECONDS = 1800.0
"""For one file; a line of 6 kB a second is fast enough."""

MOST_CONTENT = 50_000_000
"""Bytes of a file when it is uncompressed; the largest has 47 million."""


def download_mnist(
    mirrors: tuple[str, ...] = MIRRORS, sha256: dict[str, str] = MNIST_SHA256
) -> dict[str, Path]:
    """The four files of MNIST in the user's cache, downloaded if they are not there yet.

    Raises `UserError` when no mirror answers or none delivers the right content.
    """
    cache = Path(pooch.os_cache("mnist-autoencoders"))
    paths = {part: cache / name for part, name in FILES.items()}
    missing = [part for part, path in paths.items() if not _is_right(path, sha256[part])]
    if missing:
        pooch.get_logger().setLevel(logging.WARNING)
        reachable = _reachable(mirrors)
        for part in missing:
            _fetch(FILES[part], paths[part], reachable, sha256[part])
    return paths


def _fetch(name: str, path: Path, mirrors: tuple[str, ...], sha256: str) -> None:
    causes = []
    for mirror in mirrors:
        for _ in range(ATTEMPTS):
            try:
                say(f"downloading {mirror}{name}")
                pooch.retrieve(
                    mirror + name,
                    known_hash=None,
                    fname=path.name,
                    path=path.parent,
                    downloader=_download,
                )
            except (requests.RequestException, OSError, ValueError) as error:
                causes.append(f"{mirror}{name}: {error}")
                continue
            if _is_right(path, sha256):
                return
            path.unlink()
            causes.append(f"{mirror}{name}: wrong checksum (SHA-256 of the uncompressed content)")
    raise UserError("MNIST could not be downloaded:\n  " + "\n  ".join(causes))


class _Bounded:
    """A file that refuses what a mirror sends too much of, or for too long."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_BYTES
        self._end = time.monotonic() + MOST_SECONDS

    def write(self, chunk: bytes) -> None:
        self._left -= len(chunk)
        if self._left < 0:
            raise ValueError(f"the answer has more than {MOST_BYTES:,} bytes")
        if time.monotonic() > self._end:
            raise ValueError(f"it takes more than {MOST_SECONDS:.0f} s")
        self._file.write(chunk)

    def flush(self) -> None:
        self._file.flush()


def _download(url: str, path: str, retrieving: pooch.Pooch) -> None:
    with Path(path).open("wb") as file:
        download = pooch.HTTPDownloader(timeout=TIMEOUT, progressbar=sys.stderr.isatty())
        download(url, _Bounded(file), retrieving)


def _is_right(path: Path, sha256: str) -> bool:
    if not path.exists():
        return False
    try:
        return hashlib.sha256(read_content(path, MOST_CONTENT)).hexdigest() == sha256
    except UserError:
        return False


def _reachable(mirrors: tuple[str, ...]) -> tuple[str, ...]:
    """The mirrors, once any of them has answered; `UserError` after `PROBE_SECONDS`.

    They are asked side by side from daemon threads, because a name server that never answers
    blocks its thread beyond any time-out.
    """
    answers: queue.Queue[bool] = queue.Queue()

    def probe(mirror: str) -> None:
        try:
            answers.put(requests.head(mirror + FILES["t10k-labels"], timeout=PROBE_SECONDS).ok)
        except requests.RequestException:
            answers.put(False)

    for mirror in mirrors:
        threading.Thread(target=probe, args=(mirror,), daemon=True).start()
    deadline = time.monotonic() + PROBE_SECONDS
    with contextlib.suppress(queue.Empty):
        for _ in mirrors:
            if answers.get(timeout=max(0.0, deadline - time.monotonic())):
                return mirrors
    raise UserError(
        "MNIST could not be downloaded: no mirror answers "
        f"({', '.join(mirrors)}). Is there a network?"
    )
