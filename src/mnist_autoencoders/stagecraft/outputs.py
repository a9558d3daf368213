"""Writing outputs so that they are whole or absent."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

UNFINISHED = ".unfinished-"
"""Begins the names of what is being written; DVC ignores it, in folders that others depend on."""


FULL = 2**16
"""Bytes that may be left of a full disk."""


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder that replaces `path` when the block ends without an error.

    The temporary folder lies beside `path` and is removed when the block fails or is stopped, or,
    where the process was killed, by the next one that writes there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_unfinished(path.parent)
    temporary = Path(tempfile.mkdtemp(prefix=_prefix(path), dir=path.parent))
    temporary.chmod(0o755)
    try:
        with _said_when_full(path):
            yield temporary
        remove(path)
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_unfinished(path.parent)
    temporary = path.with_name(f"{_prefix(path)}{path.suffix}")
    try:
        with _said_when_full(path):
            yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove from a folder what processes that are no more had begun to write."""
    for path in folder.glob(f"{UNFINISHED}*"):
        pid = path.name.removeprefix(UNFINISHED).partition("-")[0]
        if not (pid.isdecimal() and _is_running(int(pid))):
            # unless another one is at that, too
            with suppress(FileNotFoundError):
                remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder, if there is one; of a link the link, never what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _said_when_full(path: Path) -> Iterator[None]:
    """Some libraries' errors of a full disk have no number, such as NumPy's."""
    try:
        yield
    except OSError as error:
        if error.errno is None and shutil.disk_usage(path.parent).free < FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise


def _prefix(path: Path) -> str:
    return f"{UNFINISHED}{os.getpid()}-{path.stem}-"


def _is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
