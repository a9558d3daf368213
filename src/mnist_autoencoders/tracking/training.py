"""A training with its MLflow run."""

import time
import uuid
from pathlib import Path

from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import read_record
from mnist_autoencoders.tracking.runs import training_run
from mnist_autoencoders.training.checkpoint import Checkpoint
from mnist_autoencoders.training.loop import Epoch
from mnist_autoencoders.training.task import Task
from mnist_autoencoders.training.train import train_model


def train_tracked(
    task: Task,
    folder: Path,
    timing_file: Path | None,
    parameters: TrackingParameters,
    checkpoint: Checkpoint | None = None,
) -> list[Epoch]:
    """Train as `train_model` does, log it all to one MLflow run, and keep the timing in a file.

    A training that goes on from a checkpoint goes on with its run.
    """
    identity = checkpoint.identity if checkpoint else uuid.uuid4().hex
    started = checkpoint.started if checkpoint else time.time()
    with training_run(task.describe(), parameters, identity, started) as run:
        history = train_model(task, folder, run.epoch, checkpoint)
        run.trained(folder)
        record = read_record(folder)
        total = record["data"]["train"]
        measured = timing.measure(
            record["model_sha256"],
            task.device.kind,
            [epoch.seconds for epoch in history],
            min(task.parameters.images or total, total),
        )
        run.measured(measured.metrics())
    if timing_file:
        timing.keep(measured, timing_file)
    return history
