"""Slots: what each of the points that a machine works on at once may use of it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from mnist_autoencoders.backend.parameters import cores


@dataclass(frozen=True)
class Slot:
    """A share of a machine. `cores` are numbers of processor cores, none of them for all.

    `folder` is for what is temporary, `cache` is DVC's; `gpu` is the number of a GPU.
    """

    folder: Path
    cache: Path
    cores: tuple[int, ...] = ()
    gpu: int | None = None

    @property
    def threads(self) -> int:
        """Threads of a computation, where `runtime.threads` is 0: their number changes the last
        bits of a training."""
        return len(self.cores) or cores()

    @property
    def environment(self) -> dict[str, str]:
        """What a process in it is told."""
        return {} if self.gpu is None else {"CUDA_VISIBLE_DEVICES": str(self.gpu)}

    def take(self) -> None:
        """Keep the calling process, and all that it starts, to the slot's cores: on Linux."""
        if self.cores and sys.platform == "linux":
            os.sched_setaffinity(0, self.cores)


class Slots:
    """The slots of a machine, each used by one point at a time."""

    def __init__(self, count: int, folder: Path, cache: Path, gpus: int = 0) -> None:
        self.free: SimpleQueue[Slot] = SimpleQueue()
        for number, share in enumerate(shares(count)):
            gpu = number % gpus if gpus else None
            self.free.put(Slot(folder, cache, share if count > 1 else (), gpu))

    @contextmanager
    def one(self) -> Iterator[Slot]:
        """A free slot, for as long as the block lasts."""
        slot = self.free.get()
        try:
            yield slot
        finally:
            self.free.put(slot)


def shares(count: int) -> list[tuple[int, ...]]:
    """The cores that this process may use, divided into so many shares of the same size.

    Where there are fewer cores than shares, some have the same core.
    """
    if sys.platform != "linux":
        return [()] * count
    mine = sorted(os.sched_getaffinity(0))
    size = max(1, len(mine) // count)
    return [
        tuple(mine[(number * size + step) % len(mine)] for step in range(size))
        for number in range(count)
    ]
