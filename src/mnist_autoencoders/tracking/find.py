"""Finding runs again, and ending those of dead processes."""

import os
import socket
from typing import Any

import psutil
from mlflow import MlflowClient
from mlflow.entities import Run

ATTEMPT = "study.attempt"
"""Tag of which try at a point of a study a run is of: one may be at it while another begins."""

CLOCK = 2.0
"""Seconds by which the start of one process may seem to differ, as when a clock is set."""


def by_journal(client: MlflowClient, experiment: str, identity: str) -> list[Run]:
    """The runs of a journal, the oldest first."""
    return list(
        client.search_runs(
            [experiment],
            filter_string=f"tags.journal = '{identity}'",
            order_by=["attributes.start_time ASC"],
        )
    )


def by_model(
    client: MlflowClient, experiment: str, model: dict[str, Any], own: bool = False
) -> Run | None:
    """The run of a trained model: of this attempt, else of this DVC experiment, else the newest.

    With `own`, that of this attempt at this experiment or none. `model` has its `model`,
    `model_sha256`, `dvc.experiment`, and, where there are several attempts, `study.attempt`.
    """
    runs = client.search_runs(
        [experiment],
        filter_string=f"tags.`model.sha256` = '{model['model_sha256']}' "
        f"and tags.model = '{model['model']}'",
        order_by=["attributes.start_time DESC"],
    )
    here = [run for run in runs if run.data.tags.get("dvc.experiment") == model["dvc.experiment"]]
    mine = [run for run in here if run.data.tags.get(ATTEMPT) == model.get(ATTEMPT)]
    return next(iter(mine if own else mine + here + list(runs)), None)


def process_tags() -> dict[str, str]:
    """What a process of this machine is known by; a number alone may be another's later."""
    return {
        "host": socket.gethostname(),
        "pid": str(os.getpid()),
        "process.started": f"{psutil.Process().create_time():.2f}",
    }


def close_dead_runs(client: MlflowClient, experiment: str) -> None:
    """Mark as killed the runs whose process on this machine died without saying so."""
    running = client.search_runs(
        [experiment],
        filter_string=f"attributes.status = 'RUNNING' and tags.host = '{socket.gethostname()}' "
        "and tags.pid LIKE '%'",
    )
    for run in running:
        tags = run.data.tags
        if not _alive(int(tags["pid"]), tags.get("process.started")):
            client.set_terminated(run.info.run_id, "KILLED")


def _alive(pid: int, started: str | None) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return started is None or abs(process.create_time() - float(started)) < CLOCK
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
