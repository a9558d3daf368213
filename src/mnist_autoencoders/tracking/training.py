"""A training with its MLflow run."""

from pathlib import Path

import mlflow

from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.runs import log_epoch, log_trained, read_record, training_run
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
    """Train as `train_model` does, log it all to one MLflow run, and keep the timing in a file."""
    with training_run(task.describe(), parameters):
        history = train_model(task, folder, log_epoch, checkpoint)
        log_trained(folder)
        record = read_record(folder)
        total = record["data"]["train"]
        measured = timing.measure(
            record["model_sha256"],
            task.device.kind,
            [epoch.seconds for epoch in history],
            min(task.parameters.images or total, total),
        )
        mlflow.log_metrics(measured.metrics())
    if timing_file:
        timing.keep(measured, timing_file)
    return history
