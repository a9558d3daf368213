"""`python -m benchmarks`: measure all, or one part."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from benchmarks import equality, figures, overhead, scaling, training
from benchmarks.task import DATA
from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.process import run, stage
from mnist_autoencoders.stagecraft.terminal import UserError, say
from mnist_autoencoders.timings.timing import processor

REPORTS = Path("reports/benchmarks")
PARTS = ("training", "training_avx2", "equality", "scaling", "overhead")

app = stage()


@app.command()
def main(
    part: Annotated[list[str] | None, typer.Argument(help=f"Any of {', '.join(PARTS)}.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Repetitions, each with another seed.")] = 2,
) -> None:
    """Measure, and write tables and figures into reports/benchmarks."""
    parts = part or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise UserError(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in ("clean", "gaussian"):
        if not (DATA / name / "train_images.npy").exists():
            raise UserError(f"{DATA / name} is missing: `dvc repro prepare add_noise@gaussian`")
    measures: dict[str, Callable[[], pd.DataFrame]] = {
        "training": lambda: training.compare(rounds, avx2=False),
        "training_avx2": lambda: training.compare(rounds, avx2=True),
        "equality": equality.compare,
        "scaling": scaling.measure,
        "overhead": overhead.measure,
    }
    for name in PARTS:
        if name in parts:
            with new_file(REPORTS / f"{name}.csv") as path:
                measures[name]().to_csv(path, index=False, float_format="%.4g")
    threads = RuntimeParameters().processor_threads
    machine = f"{processor()}, {os.cpu_count()} cores, {threads} threads"
    write_json(REPORTS / "machine.json", {"machine": machine})
    figures.draw(REPORTS)
    say(f"tables and figures: {REPORTS}")


if __name__ == "__main__":
    run(app)
