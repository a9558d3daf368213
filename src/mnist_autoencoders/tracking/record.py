"""What a run says of its training: name, tags, parameters, data set; and the model as a folder."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.sources import LocalArtifactDatasetSource
from mlflow.models import infer_signature
from mlflow.tracking.context.registry import resolve_tags
from mlflow.types import Schema, TensorSpec

from mnist_autoencoders.dataset.store import SIDE
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.intact import intact
from mnist_autoencoders.stagecraft.layout import replica
from mnist_autoencoders.tracking.differences import changes, description, in_words
from mnist_autoencoders.tracking.find import process_tags
from mnist_autoencoders.tracking.journal import Event
from mnist_autoencoders.tracking.parameters import TrackingParameters

Record = dict[str, Any]
"""What `training.task.Task.describe` gives, later with the digest of the model."""

NOTE = "mlflow.note.content"
"""Tag of what the UI shows as the description."""

RECORDED = (
    "model", "parameters", "noise", "seed", "replica", "data", "device", "versions", "model_sha256"
)  # fmt: skip
"""What a run is made of."""


def begin_event(record: Record, parameters: TrackingParameters, started: float) -> Event:
    """The first event of a run that began `started` seconds after the epoch."""
    data, at = record["data"], revision()
    changed = changes(record, at)
    tags = resolve_tags(_tags(record))
    dataset = MetaDataset(
        LocalArtifactDatasetSource("data/clean"),
        name=data["name"],
        digest=data["sha256"][:36],
        schema=Schema([TensorSpec(np.dtype(np.uint8), (-1, SIDE, SIDE), "images")]),
    )
    return {
        "kind": "begin",
        "at": round(started * 1000),
        "experiment": parameters.experiment,
        "name": f"{run_name(record)} {in_words(changed)}" if changed else run_name(record),
        "tags": tags | {NOTE: description(record, changed, at, tags.get("study"))},
        "params": {name: str(value) for name, value in _flat(record).items()},
        "dataset": dict(dataset._to_mlflow_entity()),
        "context": ["mlflow.data.context", "training"],
    }


def model_event(folder: Path, into: Path) -> Event:
    """Make the MLflow model of a training's output folder at `into`; its event, without a time.

    It loads the model, which changes the state of Keras' seeds: not while one is trained.
    """
    import keras

    record = read_record(folder)
    with intact(folder / "model.keras"):
        model = keras.models.load_model(folder / "model.keras", safe_mode=True)
    example = np.zeros((1, *model.input_shape[1:]), np.float32)
    # MLflow forgets to make the folder of an input example (mlflow #16183)
    into.mkdir()
    mlflow.keras.save_model(
        model,
        str(into),
        signature=infer_signature(example, np.asarray(model(example))),
        input_example=example,
        pip_requirements=[
            f"{package}=={record['versions'][package]}"
            for package in ("keras", "tensorflow", "numpy")
        ],
    )
    for cache in into.rglob("__pycache__"):
        shutil.rmtree(cache)
    return {
        "kind": "model",
        "folder": into.name,
        "name": record["model"],
        "params": {name: str(value) for name, value in _flat(record).items()},
        "model_tags": resolve_tags(),
    }


def read_record(folder: Path) -> Record:
    """The record that training left in its output folder; `UserError` if it is no such record."""
    return read_json(folder / "record.json", *RECORDED)


def run_name(record: Record) -> str:
    """The name of a model, of a replica with its seed."""
    return replica(record["model"], record["seed"]) if record["replica"] else record["model"]


def experiment_name() -> str:
    """The name of the DVC experiment that a stage runs in."""
    return os.environ.get("DVC_EXP_NAME", "workspace")


def _tags(record: Record) -> dict[str, str]:
    return {
        "model": record["model"],
        "data.name": record["data"]["name"],
        "data.sha256": record["data"]["sha256"],
        "dvc.stage": f"{'replicate_*' if record['replica'] else 'train'}@{run_name(record)}",
        "dvc.experiment": experiment_name(),
        "git.commit": revision(),
        **process_tags(),
    }


def revision() -> str:
    """The commit that a stage runs at, that under a DVC experiment; `none` without git."""
    if base := os.environ.get("DVC_EXP_BASELINE_REV"):
        return base
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
