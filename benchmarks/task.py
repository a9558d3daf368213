"""What a benchmark trains, and what it measures: the two ends of a process of its own."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.parameters import load_parameters

Network = TypeVar("Network")
DATA = Path("data")


@dataclass(frozen=True)
class Task:
    """A few epochs on the first images of the prepared data, or of another folder of such files."""

    model: str
    images: int
    epochs: int
    seed: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    data: str = str(DATA)

    @property
    def parameters(self) -> ModelParameters:
        """The entry of params.yaml, with the changes."""
        entry = load_parameters().models[self.model]
        return entry.model_copy(update={"epochs": self.epochs, **self.changes})

    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Inputs and targets, uint8 `[images, 28, 28]`, memory-mapped."""
        folders = [Path(self.data) / name for name in (self.parameters.input, "clean")]
        inputs, targets = (
            np.load(folder / "train_images.npy", mmap_mode="c")[: self.images] for folder in folders
        )
        return (targets if self.parameters.input == "clean" else inputs), targets

    def pixels(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same as float32 `[images, 28, 28]` in [0, 1]."""
        inputs, targets = self.arrays()
        scaled = targets.astype(np.float32) / np.float32(255)
        if inputs is targets:
            return scaled, scaled
        return inputs.astype(np.float32) / np.float32(255), scaled


@dataclass(frozen=True)
class Epoch:
    """Seconds by the clock and of the processors, and the loss: of the training images."""

    wall: float
    processor: float
    loss: float


@dataclass(frozen=True)
class Measured:
    """What a process reports. The first epoch includes compilation."""

    epochs: list[Epoch]
    peak_memory_mib: float


class Stopwatch:
    """Wall and processor time since the last look."""

    def __init__(self) -> None:
        self.start = time.perf_counter(), time.process_time()

    def epoch(self, loss: float) -> Epoch:
        """An epoch that ends now; the next one begins."""
        wall, processor = self.start
        self.start = time.perf_counter(), time.process_time()
        return Epoch(self.start[0] - wall, self.start[1] - processor, loss)


def network_of(
    parameters: ModelParameters,
    dense: Callable[[Dense], Network],
    convolutional: Callable[[Convolutional], Network],
    variational: Callable[[int, int], Network],
) -> Network:
    """The network of an entry, by whichever of the builders is for its kind.

    `variational` takes the widths of the one hidden layer and of the code.
    """
    match parameters:
        case Dense(variational=None):
            return dense(parameters)
        case Dense(hidden=[width]):
            return variational(width, parameters.code_size)
        case Convolutional():
            return convolutional(parameters)
    raise TypeError(f"no plain copy of a {parameters.kind} network like this")


def task_of_this_process() -> Task:
    """What `run_apart` asked for."""
    return Task(**json.loads(sys.argv[1]))


def report(epochs: list[Epoch]) -> NoReturn:
    """Print what was measured and end the process."""
    measured = [asdict(epoch) for epoch in epochs]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mib = peak / (2**20 if sys.platform == "darwin" else 2**10)
    print(json.dumps({"epochs": measured, "peak_memory_mib": mib}), flush=True)
    # torch.compile leaves worker processes that a normal exit would wait for
    os._exit(0)


def run_apart(module: str, task: Task, environment: dict[str, str] | None = None) -> Measured:
    """Run a module of this package on a task in a process of its own.

    Raises `RuntimeError` with the end of what it printed, if it fails.
    """
    process = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", json.dumps(asdict(task))],
        env=process_environment() | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise RuntimeError(f"benchmarks.{module} on {task.model}: {process.stderr[-1500:]}")
    found = json.loads(process.stdout.splitlines()[-1])
    epochs = [Epoch(**epoch) for epoch in found["epochs"]]
    return Measured(epochs, found["peak_memory_mib"])


def process_environment() -> dict[str, str]:
    """This environment without settings that would speed plain Keras up."""
    settings = ("TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "OMP_NUM_THREADS")
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return kept | {"TF_CPP_MIN_LOG_LEVEL": "3"}
