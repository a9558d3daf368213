"""What killed processes left, and how DVC is kept from leaving half of a file."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mnist_autoencoders.stagecraft.layout import DATA, REPORTS, TEMPORARY, TRAINING
from mnist_autoencoders.stagecraft.outputs import UNFINISHED, clear_unfinished, new_file

WRITING = 1.0
"""Seconds that a file which is being written may be no JSON."""


def clear_left() -> None:
    """Remove what killed processes had begun to write, of stages that no longer run too."""
    for root in (DATA, TRAINING.parent, REPORTS):
        for folder in {path.parent for path in root.rglob(f"{UNFINISHED}*")}:
            clear_unfinished(folder)
    _clear_torn_lock(TEMPORARY / "rwlock")


@contextmanager
def written_whole() -> Iterator[None]:
    """Have this process' DVC replace dvc.lock: it writes over it, and killed would leave half."""
    from dvc import dvcfile

    modify = dvcfile.modify_yaml

    @contextmanager
    def modify_copy(path: str, fs: Any = None) -> Iterator[Any]:
        with new_file(Path(path)) as copy:
            if Path(path).exists():
                shutil.copy(path, copy)
            with modify(copy, fs=fs) as content:
                yield content

    dvcfile.modify_yaml = modify_copy
    try:
        yield
    finally:
        dvcfile.modify_yaml = modify


def _clear_torn_lock(path: Path) -> None:
    """DVC's table of who reads and writes what: killed as it wrote that, it never starts again."""
    deadline = time.monotonic() + WRITING
    while path.exists():
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            if time.monotonic() > deadline:
                path.unlink()
            time.sleep(WRITING / 10)
        else:
            return
