"""`runtime:` of params.yaml: what the computations run on."""

import os
from typing import Annotated, Literal

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section


class RuntimeParameters(Section):
    """Changes the bits of a result, never its meaning."""

    device: Literal["auto", "cpu", "gpu"] = "auto"
    """`auto` takes a GPU if there is one; `gpu` fails without one."""

    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Processor threads of one computation; 0 for all cores."""

    deterministic: bool = True
    """Use only operations that give the same bits on every run."""

    @property
    def processor_threads(self) -> int:
        """The number of threads, counted."""
        return self.threads or os.cpu_count() or 1

    @property
    def processes(self) -> int:
        """Processes worth starting for work that is the same however it is divided."""
        return min(self.processor_threads, os.cpu_count() or 1)
