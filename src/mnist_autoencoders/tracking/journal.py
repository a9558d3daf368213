"""Journals: what is to be told to the store, kept on disk until it has been.

A journal is a folder: `events.jsonl`, an event a line, the files that events refer to, `delivered`
with the number of events that the store has, and a lock that the process holds which writes or
delivers it. Writing never touches the network.
"""

import errno
import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mnist_autoencoders.stagecraft.layout import repository
from mnist_autoencoders.stagecraft.outputs import new_file

EVENTS = "events.jsonl"
DELIVERED = "delivered"
LOCK = "lock"

FIGURES = "figures"
"""Kind of the one event in the journal of an evaluation."""

REGISTRATION = "registration"
"""Kind of the first event of a model that is to be registered; others are of a training."""

Event = dict[str, Any]
"""What happened: at least its `kind` and `at`, when, in milliseconds since the epoch."""


def journals() -> Path:
    """Where journals wait; a name with a dot in front is not yet, or no longer, one."""
    return repository() / ".dvc" / "tmp" / "tracking"


class Journal:
    """A journal that this process has locked."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock: int | None = lock

    @property
    def identity(self) -> str:
        """Hex digits that a run is found by."""
        return self.folder.name

    def append(self, event: Event) -> None:
        """Add an event; the files it refers to are there already."""
        line = json.dumps(event) + "\n"
        with (self.folder / EVENTS).open("ab", buffering=0) as file:
            before = file.tell()
            if file.write(line.encode()) < len(line):
                # the disk is full: what follows must not be read as the end of this line
                file.truncate(before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)

    def events(self) -> list[Event]:
        """All events; a last line that a killed process left half is none."""
        text = (self.folder / EVENTS).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def delivered(self) -> int:
        """How many events the store has."""
        file = self.folder / DELIVERED
        return int(file.read_text(encoding="utf-8")) if file.exists() else 0

    @delivered.setter
    def delivered(self, count: int) -> None:
        with new_file(self.folder / DELIVERED) as temporary:
            temporary.write_text(str(count), encoding="utf-8")

    @property
    def in_place(self) -> bool:
        """Whether it stands there still, and no journal of a later process instead."""
        return self._lock is not None and _is(self._lock, self.folder)

    def remove(self) -> None:
        """Delete it where it stands there still, and let go of it."""
        if self.in_place:
            _discard(self.folder)
        self.close()

    def close(self) -> None:
        """Let others deliver it."""
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None


def begin(identity: str, first: Event) -> Journal:
    """A new journal with a first event; it replaces one of the same identity, of a dead process.

    Who may be delivering that one then finds its files gone, and leaves it.
    """
    place = journals() / identity
    folder = _hidden()
    folder.mkdir(parents=True)
    lock = _take(folder, os.O_CREAT)
    assert lock is not None
    Journal(folder, lock).append(first)
    if place.exists():
        _discard(place)
    folder.replace(place)
    return Journal(place, lock)


def claim(folder: Path) -> Journal | None:
    """A waiting journal, locked; None if another process has it or it is gone."""
    try:
        lock = _take(folder)
    except FileNotFoundError:
        return None
    return None if lock is None else Journal(folder, lock)


def waiting() -> list[Path]:
    """The folders of all journals, those of trainings first, each sort from the oldest.

    Figures of an evaluation belong to a run, which has to be there before, and so does a model
    that is registered.
    """
    return sorted(_folders(), key=_order)


def _folders() -> Iterator[Path]:
    if not journals().is_dir():
        return
    for folder in journals().iterdir():
        if not folder.name.startswith("."):
            yield folder
        elif left := claim(folder):
            # of a process that was killed as it made or removed it
            shutil.rmtree(folder, ignore_errors=True)
            left.close()


def _order(folder: Path) -> tuple[int, int]:
    try:
        with (folder / EVENTS).open(encoding="utf-8") as file:
            first = json.loads(file.readline())
        return {FIGURES: 1, REGISTRATION: 2}.get(first["kind"], 0), first["at"]
    except (FileNotFoundError, ValueError, LookupError):
        # gone, or damaged
        return 1, 0


def _hidden() -> Path:
    return journals() / f".{uuid.uuid4().hex}"


def _discard(folder: Path) -> None:
    """Remove a folder so that nobody ever sees a part of it."""
    hidden = _hidden()
    try:
        folder.replace(hidden)
    except FileNotFoundError:
        return
    shutil.rmtree(hidden, ignore_errors=True)


def _take(folder: Path, flags: int = 0) -> int | None:
    """Lock a folder; None if it is locked. The file may be another's by the time it is."""
    lock = os.open(folder / LOCK, os.O_RDWR | flags)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    if not _is(lock, folder):
        os.close(lock)
        return None
    return lock


def _is(lock: int, folder: Path) -> bool:
    """Whether an open lock is that of the folder which now stands there."""
    try:
        return os.path.samestat(os.fstat(lock), (folder / LOCK).stat())
    except FileNotFoundError:
        return False
