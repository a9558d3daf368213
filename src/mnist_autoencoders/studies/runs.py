"""The MLflow runs of a study: one for each point, all below one parent."""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.tracking.find import ATTEMPT
from mnist_autoencoders.tracking.record import NOTE
from mnist_autoencoders.tracking.store import Store, shown, what_happened

PATIENCE = 600.0
"""Seconds that a store may fail before a point does."""

PAUSE = 5.0

T = TypeVar("T")


class StudyRuns:
    """The runs of studies in a store, which is tried again for a while where it fails."""

    def __init__(self, uri: str, experiment: str) -> None:
        self._uri, self._name = uri, experiment
        self._store: Store | None = None

    def parent(self, study: str, question: str) -> str:
        """The id of the run that all runs of a study are below."""

        def find_or_create(client: MlflowClient, experiment: str) -> str:
            found = _search(client, experiment, f"tags.`study.parent` = '{study}'")
            if found:
                return str(found[-1].info.run_id)
            tags = {"study.parent": study, NOTE: question}
            run = client.create_run(experiment, run_name=f"study {study}", tags=tags)
            client.set_terminated(run.info.run_id)
            return str(run.info.run_id)

        return self._patiently(find_or_create)

    def evaluated(self, name: str, attempt: str) -> bool:
        """Whether an attempt at a DVC experiment has a run with the figures of an evaluation."""

        def look(client: MlflowClient, experiment: str) -> bool:
            runs = _search(client, experiment, _of(name, attempt))
            return any(metric.startswith("test_") for run in runs for metric in run.data.metrics)

        return self._patiently(look)

    def delete(self, name: str, attempt: str | None = None) -> None:
        """Delete the runs of a DVC experiment, or those of one attempt.

        A deleted run takes nothing more from a process that is still at it.
        """

        def delete(client: MlflowClient, experiment: str) -> None:
            for run in _search(client, experiment, _of(name, attempt)):
                client.delete_run(run.info.run_id)

        self._patiently(delete)

    def keep_only(self, name: str, attempt: str) -> None:
        """Leave one run of a DVC experiment, that of the attempt which is in the origin.

        Another attempt, which began as this one ended, may have deleted it.
        """

        def keep(client: MlflowClient, experiment: str) -> None:
            for run in _search(client, experiment, _of(name)):
                if run.data.tags.get(ATTEMPT) != attempt:
                    client.delete_run(run.info.run_id)
            own = _of(name, attempt)
            if not _search(client, experiment, own):
                # of several, the last one to be deleted was whole
                deleted = _search(client, experiment, own, ViewType.DELETED_ONLY)
                for run in sorted(deleted, key=lambda run: len(run.data.metrics))[-1:]:
                    client.restore_run(run.info.run_id)

        self._patiently(keep)

    def settle(self, study: str, attempts: dict[str, str]) -> None:
        """Have `keep_only` hold for all experiments of a study, of which few need it."""

        def live(client: MlflowClient, experiment: str) -> dict[str, list[str | None]]:
            found: dict[str, list[str | None]] = defaultdict(list)
            for run in _search(client, experiment, f"tags.study = '{study}'"):
                found[run.data.tags["dvc.experiment"]].append(run.data.tags.get(ATTEMPT))
            return found

        found = self._patiently(live)
        for name, attempt in attempts.items():
            if found.get(name) != [attempt]:
                self.keep_only(name, attempt)

    def _patiently(self, work: Callable[[MlflowClient, str], T]) -> T:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if self._store is None:
                    self._store = Store(self._uri)
                return work(self._store.client, self._store.experiment(self._name))
            except MlflowException as error:
                self._store = None
                if time.monotonic() > deadline:
                    raise UserError(
                        f"the MLflow store {shown(self._uri)} fails: {what_happened(error)}"
                    ) from error
                time.sleep(PAUSE)


def context(study: str, attempt: str, parent: str) -> dict[str, str]:
    """Tags of the run of a point."""
    return {"study": study, ATTEMPT: attempt, MLFLOW_PARENT_RUN_ID: parent}


def _of(name: str, attempt: str | None = None) -> str:
    of_attempt = f" and tags.`{ATTEMPT}` = '{attempt}'" if attempt else ""
    return f"tags.`dvc.experiment` = '{name}'{of_attempt}"


def _search(
    client: MlflowClient, experiment: str, filters: str, view: int = ViewType.ACTIVE_ONLY
) -> list[Run]:
    """The newest first."""
    runs: list[Run] = []
    token: str | None = None
    while True:
        page = client.search_runs([experiment], filters, view, max_results=1000, page_token=token)
        runs += page
        token = page.token
        if not token:
            return runs
