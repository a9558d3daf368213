"""One MLflow run per training: written live, found again, rebuilt when it is missing."""

import csv
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.sources import LocalArtifactDatasetSource
from mlflow.entities import Run, RunStatus
from mlflow.models import Model, infer_signature
from mlflow.types import Schema, TensorSpec
from PIL import Image

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.stagecraft.layout import replica
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.store import open_store

PICTURE = "reconstructions"
"""Key of the pictures: MLflow shows those of one key behind a slider."""

Record = dict[str, Any]
"""What `training.task.Task.describe` gives, later with the digest of the model."""

RECORDED = ("model", "model_sha256", "parameters", "data", "device", "noise", "replica", "seed")
"""Keys of it that a run is made of."""


class _KerasFlavor:
    """`mlflow.keras`, which forgets to make the folder of an input example (mlflow #16183)."""

    @staticmethod
    def save_model(path: str, **arguments: Any) -> None:
        Path(path).mkdir()
        mlflow.keras.save_model(path=path, **arguments)


@contextmanager
def training_run(record: Record, parameters: TrackingParameters) -> Iterator[Run]:
    """An active run with parameters, tags and data set logged; closed with the right status."""
    experiment = open_store(parameters)
    close_dead_runs(experiment)
    with mlflow.start_run(run_name=_run_name(record), tags=_tags(record)) as run:
        mlflow.log_params(_flat(record))
        data = record["data"]
        dataset = MetaDataset(
            LocalArtifactDatasetSource("data/clean"),
            name=data["name"],
            digest=data["sha256"][:36],
            schema=Schema([TensorSpec(np.dtype(np.uint8), (-1, SIDE, SIDE), "images")]),
        )
        mlflow.log_input(dataset, context="training")
        try:
            yield run
        except (KeyboardInterrupt, SystemExit):
            mlflow.end_run(RunStatus.to_string(RunStatus.KILLED))
            raise


def log_epoch(number: int, metrics: dict[str, float], picture: Image.Image | None) -> None:
    """Log one epoch to the active run; number 0 is before any training and has no metrics."""
    if metrics:
        mlflow.log_metrics(metrics, step=number)
    if picture:
        mlflow.log_image(picture, key=PICTURE, step=number, synchronous=True)


def log_trained(folder: Path) -> None:
    """Log the model of a training's output folder to the active run, and its digest as a tag."""
    import keras

    record = read_record(folder)
    with intact(folder / "model.keras"):
        model = keras.models.load_model(folder / "model.keras", safe_mode=True)
    example = np.zeros((1, *model.input_shape[1:]), np.float32)
    Model.log(
        artifact_path=None,
        name=record["model"],
        flavor=_KerasFlavor,
        model=model,
        signature=infer_signature(example, np.asarray(model(example))),
        input_example=example,
        pip_requirements=[
            f"{package}=={record['versions'][package]}"
            for package in ("keras", "tensorflow", "numpy")
        ],
    )
    mlflow.set_tag("model.sha256", record["model_sha256"])


def find_run(record: Record, parameters: TrackingParameters) -> Run | None:
    """The run of a trained model: of the present DVC experiment first, then the newest."""
    runs = mlflow.search_runs(
        [open_store(parameters)],
        filter_string=f"tags.`model.sha256` = '{record['model_sha256']}' "
        f"and tags.model = '{record['model']}'",
        order_by=["attributes.start_time DESC"],
        output_format="list",
    )
    here = [run for run in runs if run.data.tags["dvc.experiment"] == _experiment_name()]
    return next(iter(here + list(runs)), None)


def ensure_run(folder: Path, parameters: TrackingParameters) -> Run:
    """The run of the trained model in `folder`, rebuilt from its files if the store lacks it."""
    record = read_record(folder)
    found = find_run(record, parameters)
    if found:
        return found
    with training_run(record, parameters) as run:
        mlflow.set_tag("rebuilt", "true")
        for number, metrics in {0: {}, **_read_history(folder)}.items():
            path = folder / "epochs" / f"{number:04}.png"
            log_epoch(number, metrics, Image.open(path) if path.exists() else None)
        log_trained(folder)
    return mlflow.get_run(run.info.run_id)


def log_test_metrics(run: Run, figures: dict[str, Any]) -> None:
    """Log the figures of an evaluation as `test_...` to a finished run, each value once."""
    client = mlflow.MlflowClient()
    # a run has its data from its training
    scores = {name: value for name, value in figures.items() if name != "data"}
    for name, value in pd.json_normalize(scores, sep="_").iloc[0].items():
        if run.data.metrics.get(f"test_{name}") != value:
            client.log_metric(run.info.run_id, f"test_{name}", value)


def read_record(folder: Path) -> Record:
    """The record that training left in its output folder."""
    return read_json(folder / "record.json", *RECORDED)


def _read_history(folder: Path) -> dict[int, dict[str, float]]:
    """The metrics of each epoch."""
    path = folder / "history.csv"
    with intact(path), path.open(encoding="utf-8") as file:
        return {
            int(row.pop("epoch")): {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        }


def close_dead_runs(experiment: str) -> None:
    """Mark as killed the runs whose process on this machine died without saying so."""
    running = mlflow.search_runs(
        [experiment],
        filter_string=f"attributes.status = 'RUNNING' and tags.host = '{socket.gethostname()}'",
        output_format="list",
    )
    for run in running:
        if not _alive(int(run.data.tags["pid"])):
            mlflow.MlflowClient().set_terminated(run.info.run_id, "KILLED")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run_name(record: Record) -> str:
    return replica(record["model"], record["seed"]) if record["replica"] else record["model"]


def _tags(record: Record) -> dict[str, str]:
    return {
        "model": record["model"],
        "data.name": record["data"]["name"],
        "data.sha256": record["data"]["sha256"],
        "dvc.stage": f"{'replicate_*' if record['replica'] else 'train'}@{_run_name(record)}",
        "dvc.experiment": _experiment_name(),
        "git.commit": os.environ.get("DVC_EXP_BASELINE_REV") or _head(),
        "host": socket.gethostname(),
        "pid": str(os.getpid()),
    }


def _experiment_name() -> str:
    return os.environ.get("DVC_EXP_NAME", "workspace")


def _head() -> str:
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return head.stdout.strip() or "none"


def _flat(record: Record) -> dict[str, Any]:
    """What MLflow shows as parameters: the entry of params.yaml, and what it was applied to."""
    return {
        **record["parameters"],
        **{f"noise.{key}": value for key, value in (record["noise"] or {}).items()},
        **{f"data.{key}": record["data"][key] for key in ("name", "train", "test")},
        **{f"device.{key}": value for key, value in record["device"].items()},
        "seed": record["seed"],
    }
