"""The figures of an evaluation, which belong to the run that its model was trained in."""

import time
from typing import Any

import pandas as pd
from mlflow.entities import Metric
from mlflow.tracking.context.registry import resolve_tags

from mnist_autoencoders.tracking.find import ATTEMPT, by_model
from mnist_autoencoders.tracking.journal import FIGURES, Event, Journal
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import Record, experiment_name
from mnist_autoencoders.tracking.store import Store


class NoRunError(Exception):
    """The store has no run of a model; the argument is what it is looked for by."""


def figures_event(record: Record, figures: dict[str, Any], parameters: TrackingParameters) -> Event:
    """The event of an evaluation that has just ended, of a model with this record."""
    # a run has its data from its training
    scores = {name: value for name, value in figures.items() if name != "data"}
    flat = pd.json_normalize(scores, sep="_").iloc[0].to_dict()
    return {
        "kind": FIGURES,
        "at": round(time.time() * 1000),
        "experiment": parameters.experiment,
        "of": wanted(record),
        "metrics": {f"test_{name}": float(value) for name, value in flat.items()},
    }


def wanted(record: Record) -> dict[str, str]:
    """What the run of a trained model is found by."""
    found = {
        "model": record["model"],
        "model_sha256": record["model_sha256"],
        "dvc.experiment": experiment_name(),
    }
    attempt = resolve_tags().get(ATTEMPT)
    return found | ({ATTEMPT: attempt} if attempt else {})


def deliver_figures(store: Store, journal: Journal) -> None:
    """Tell the store the figures of a journal, each value once; `NoRunError` without a run."""
    (event,) = journal.events()
    run = by_model(store.client, store.experiment(event["experiment"]), event["of"])
    if run is None:
        raise NoRunError(event["of"])
    points = [
        Metric(name, value, event["at"], 0)
        for name, value in event["metrics"].items()
        if run.data.metrics.get(name) != value
    ]
    if points:
        store.client.log_batch(run.info.run_id, metrics=points)
