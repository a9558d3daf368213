"""This project against plain Keras and PyTorch: in turns, in one run, on the same images."""

from statistics import median

import pandas as pd

from benchmarks.arithmetic import measured_peak, operations_per_image
from benchmarks.task import Epoch, Measured, Task, run_apart
from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar, say, warn

SYSTEMS = {
    "simple": 60_000,
    "hidden": 60_000,
    "vae": 60_000,
    "cnn": 12_800,
    "denoising": 12_800,
    "cnn_small": 12_800,
}
"""Nets, and how many images an epoch has here."""

MODULES = {
    "project": "project",
    "Keras": "plain_keras",
    "PyTorch": "pytorch",
    "PyTorch compiled": "pytorch_compiled",
}
EPOCHS = 3
"""The first is a warm-up, and is not timed."""

OLDER_PROCESSOR = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "DNNL_MAX_CPU_ISA": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
}
"""What makes the libraries compute as on a processor without AVX-512."""


def compare(rounds: int, avx2: bool) -> pd.DataFrame:
    """A row for every net and implementation; see `row` for the columns.

    With `avx2` all compute as on a processor without AVX-512, on which TensorFlow leaves oneDNN
    off by default.
    """
    environment = OLDER_PROCESSOR if avx2 else {}
    defaults = environment | ({"TF_ENABLE_ONEDNN_OPTS": "0"} if avx2 else {})
    peak = measured_peak({"TF_ENABLE_ONEDNN_OPTS": "1", **environment})
    say(f"float32 peak of this machine: {peak / 1e9:.0f} GFLOP/s")
    runs: dict[tuple[str, str], list[Measured]] = {}
    total = rounds * len(SYSTEMS) * len(MODULES)
    with progress_bar("training", total=total, unit="runs") as progress:
        for seed in range(rounds):
            for system, images in SYSTEMS.items():
                for name, module in MODULES.items():
                    task = Task(system, images, EPOCHS, seed)
                    settings = defaults if name == "Keras" else environment
                    progress.advance(BAR)
                    try:
                        measured = run_apart(module, task, settings)
                    except RuntimeError as error:
                        if name == "project":
                            raise
                        # torch.compile wants a C++ compiler, for example
                        warn(f"left out: {error}")
                        continue
                    runs.setdefault((system, name), []).append(measured)
                    walls = " ".join(f"{epoch.wall:.2f}" for epoch in measured.epochs)
                    say(f"{system}, {name}: {walls} s, loss {measured.epochs[-1].loss:.4f}")
    rows = [row(*key, measured, peak) for key, measured in runs.items()]
    table = pd.DataFrame(rows)
    by_project = table[table["by"] == "project"].set_index("model")
    table["ratio"] = table["seconds"] / table["model"].map(by_project["seconds"])
    return table


def row(system: str, name: str, runs: list[Measured], peak: float) -> dict[str, object]:
    """Figures of a net in one implementation.

    - `seconds`, `fastest`, `slowest`: of an epoch of 60,000 images: median and range
    - `processor_seconds`: the same of all processors together, median
    - `images_per_second`, `step_ms`: from the median
    - `peak_share`: the part of the measured float32 peak that the arithmetic of the layers is
    - `memory_mib`: the largest of the process
    - `loss`: of the last epoch, median; `benchmarks.equality` compares losses
    """
    timed: list[Epoch] = [epoch for run in runs for epoch in run.epochs[1:]]
    images = SYSTEMS[system]
    scale = 60_000 / images
    walls = [epoch.wall * scale for epoch in timed]
    rate = 60_000 / median(walls)
    batch = Task(system, images, EPOCHS).parameters.batch_size
    return {
        "model": system,
        "by": name,
        "images": images,
        "seconds": median(walls),
        "fastest": min(walls),
        "slowest": max(walls),
        "processor_seconds": median(epoch.processor * scale for epoch in timed),
        "images_per_second": round(rate),
        "step_ms": 1000 * batch / rate,
        "peak_share": operations_per_image(system) * rate / peak,
        "memory_mib": round(max(run.peak_memory_mib for run in runs)),
        "loss": median(run.epochs[-1].loss for run in runs),
    }
