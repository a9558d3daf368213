"""The timing of one training, kept beside the reports."""

import os
import platform
import resource
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

from mnist_autoencoders.records import read_json, write_json
from mnist_autoencoders.stagecraft.terminal import UserError


@dataclass(frozen=True)
class Timing:
    """What one training took.

    `seconds` is the sum over the epochs without validation; `peak_memory_mib` is that of the
    whole process.
    """

    model_sha256: str
    machine: str
    seconds: float
    seconds_per_epoch: float
    images_per_second: float
    peak_memory_mib: float

    def metrics(self) -> dict[str, float]:
        """The numbers among it."""
        metrics = asdict(self)
        del metrics["model_sha256"], metrics["machine"]
        return metrics


def measure(model_sha256: str, device: str, epoch_seconds: list[float], images: int) -> Timing:
    """The timing of a training of `images` images that has just ended."""
    per_epoch = median(epoch_seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Timing(
        model_sha256=model_sha256,
        machine=f"{processor()}, {os.cpu_count()} cores, {device}",
        seconds=round(sum(epoch_seconds), 2),
        seconds_per_epoch=round(per_epoch, 3),
        images_per_second=round(images / per_epoch),
        peak_memory_mib=round(peak / (2**20 if sys.platform == "darwin" else 2**10)),
    )


def keep(timing: Timing, path: Path) -> None:
    """Write `timing`, unless the file already times the same model.

    So training again with the same result, on whichever machine, changes no file. A damaged file is
    replaced: it is no reason to lose a training.
    """
    try:
        known = read(path)
    except UserError:
        known = None
    if known is None or known.model_sha256 != timing.model_sha256:
        write_json(path, asdict(timing))


def read(path: Path) -> Timing | None:
    """The timing in a file; None if there is no such file, `UserError` if it is none."""
    if not path.exists():
        return None
    known = [field.name for field in fields(Timing)]
    # files of before had a field more
    content = read_json(path, *known)
    return Timing(**{name: content[name] for name in known})


def of_model(model_sha256: str, path: Path) -> dict[str, float | str | None]:
    """Seconds and machine of a model's training; None where not measured, as after `dvc pull`."""
    known = read(path)
    if known is None or known.model_sha256 != model_sha256:
        return {"seconds": None, "machine": None}
    return {"seconds": known.seconds, "machine": known.machine}


def processor() -> str:
    """The name that the processor gives itself."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
