"""How time and memory of a training grow with images, batch, code and filters."""

import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from benchmarks.task import DATA, Task, run_apart
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar, say

COUNTS = (5_000, 20_000, 60_000, 600_000)
PART = 12_800
"""Images where something else grows."""

EPOCHS = 2
"""The first is a warm-up, and is not timed."""

TASKS: list[tuple[str, str, float, Task]] = [
    *[("images", "simple", n, Task("simple", n, EPOCHS)) for n in COUNTS],
    *[("images", "cnn_small", n, Task("cnn_small", n, EPOCHS)) for n in COUNTS],
    *[
        ("batch_size", model, size, Task(model, PART, EPOCHS, changes={"batch_size": size}))
        for model in ("simple", "cnn_small")
        for size in (32, 128, 512, 2048)
    ],
    *[
        ("code_size", "simple", size, Task("simple", PART, EPOCHS, changes={"code_size": size}))
        for size in (8, 32, 128, 512)
    ],
    *[
        ("filters", "cnn", first, Task("cnn", PART, EPOCHS, changes={"filters": [first, half]}))
        for first, half in ((8, 4), (16, 8), (32, 16), (64, 32))
    ],
]
"""What grows, the net, how far, and the training. Of filters: those of the first layer."""


def measure() -> pd.DataFrame:
    """Seconds of an epoch, microseconds of an image, and peak memory, for each of `TASKS`.

    More images than there are, are the same ones over and over, in a file as long as they need.
    """
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        progress_bar("scaling", total=len(TASKS), unit="runs") as progress,
    ):
        for grows, model, size, task in TASKS:
            data = _repeated(task.images, Path(folder))
            measured = run_apart("project", replace(task, data=str(data)))
            seconds = median(epoch.wall for epoch in measured.epochs[1:])
            rows.append(
                {
                    "grows": grows,
                    "model": model,
                    "size": size,
                    "images": task.images,
                    "seconds": seconds,
                    "microseconds_per_image": 1e6 * seconds / task.images,
                    "memory_mib": round(measured.peak_memory_mib),
                    "data_mib": round(task.images * 784 / 2**20),
                }
            )
            say(f"{model}, {grows} {size:,}: {seconds:.2f} s, {measured.peak_memory_mib:.0f} MiB")
            progress.advance(BAR)
    return pd.DataFrame(rows)


def _repeated(count: int, folder: Path) -> Path:
    """A folder of data with at least so many images."""
    images = np.load(DATA / "clean" / "train_images.npy", mmap_mode="r")
    if count <= len(images):
        return DATA
    path = folder / "clean" / "train_images.npy"
    if not path.exists():
        path.parent.mkdir()
        shape = (count, *images.shape[1:])
        longer = np.lib.format.open_memmap(path, "w+", images.dtype, shape)
        for start in range(0, count, len(images)):
            longer[start : start + len(images)] = images[: count - start]
        longer.flush()
    return folder
