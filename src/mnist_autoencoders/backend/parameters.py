"""`runtime:` of params.yaml: what the computations run on."""

import os
import sys
from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import Section

DeviceName = Literal["auto", "cpu", "gpu"]
Threads = Annotated[int, Field(ge=0, le=256)]


class RuntimeParameters(Section):
    """Changes the bits of a result, never its meaning; `resume` not even those."""

    device: DeviceName = "auto"
    """`auto` takes a GPU if there is one; `gpu` fails without one."""

    threads: Threads = 0
    """Processor threads of one computation; 0 for all cores."""

    deterministic: bool = True
    """Use only operations that give the same bits on every run."""

    resume: bool = True
    """Have a training that was stopped go on after its last epoch."""

    @property
    def processor_threads(self) -> int:
        """The number of threads, counted."""
        return self.threads or cores()

    @property
    def processes(self) -> int:
        """Processes worth starting for work that is the same however it is divided."""
        return min(self.processor_threads, cores())


def cores() -> int:
    """Processor cores that this process may use, which may be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_runtime() -> RuntimeParameters:
    """What shapes the bits of a result, of params.yaml; `resume` is as by default."""
    return RuntimeParameters(
        device=read("runtime.device", DeviceName),
        threads=read("runtime.threads", Threads),
        deterministic=read("runtime.deterministic", bool),
    )
