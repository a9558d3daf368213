"""The MLflow store: where it is, how it is opened, and what is wrong with it."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import requests
from filelock import FileLock

ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # it holds the password that a store's address may have
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # one for each file that is fetched, on top of one another
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # a failure costs seconds, and is tried again by the courier
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    # drawn from Python's generator, whose state the training of a model begins with
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
}
for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.db import utils
from mlflow.tracking._tracking_service.utils import _use_tracking_uri

from mnist_autoencoders.stagecraft.layout import TEMPORARY, repository
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.terminal import without_secrets
from mnist_autoencoders.tracking.parameters import OFF, TrackingParameters

PATIENCE = 5.0
"""Seconds in all that a stage waits for a store that is a server."""

EMBEDDED_PATIENCE = 30.0
"""The same for an SQLite file, which is made in seconds and only waits for other writers."""

# what goes wrong is said once, by the courier
for _name in ("mlflow", "alembic", "sqlalchemy", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Store:
    """An open MLflow store."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._experiments: dict[str, str] = {}
        if not _served(uri):
            # else a minute for a database that is not there
            utils.MAX_RETRY_COUNT = 2
        with _opening(uri):
            file = _file(uri)
            if file and not file.exists():
                _make_database(file)
            self.client = MlflowClient(uri, uri)

    def experiment(self, name: str) -> str:
        """The id of an experiment, which is made where it is missing.

        The artifacts' place is set explicitly: it would be the working folder of the first user.
        """
        if name not in self._experiments:
            with _opening(self.uri):
                found = self.client.get_experiment_by_name(name)
                self._experiments[name] = found.experiment_id if found else self._create(name)
        return self._experiments[name]

    def _create(self, name: str) -> str:
        place = None if _served(self.uri) else (repository() / "mlartifacts").as_uri()
        try:
            return str(self.client.create_experiment(name, artifact_location=place))
        except MlflowException as error:
            # another process was faster
            found = self.client.get_experiment_by_name(name)
            if found is None:
                raise error
            return str(found.experiment_id)


def store_uri(parameters: TrackingParameters) -> str:
    """The parameter, else `MLFLOW_TRACKING_URI`, else an SQLite file in the repository."""
    embedded = f"sqlite:///{repository() / 'mlflow.db'}"
    return parameters.uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded


def tracked(parameters: TrackingParameters) -> bool:
    """Whether there is a store at all."""
    return store_uri(parameters) != OFF


def shown(uri: str) -> str:
    """A store's address for people: without user, password and query."""
    return without_secrets(uri).split("?")[0]


def patience(uri: str) -> float:
    """Seconds in all that a stage waits for a store."""
    return EMBEDDED_PATIENCE if is_file(uri) else PATIENCE


def is_file(uri: str) -> bool:
    """Whether a store is an SQLite file."""
    return uri.startswith("sqlite:")


def open_store(parameters: TrackingParameters) -> Store:
    """The store, with the experiment; raises whatever MLflow does."""
    store = Store(store_uri(parameters))
    store.experiment(parameters.experiment)
    return store


@contextmanager
def in_force(uri: str) -> Iterator[None]:
    """MLflow asks this store even where no other can be named than that of the process."""
    named = os.environ.get("MLFLOW_TRACKING_URI")
    try:
        with _use_tracking_uri(uri):
            yield
    finally:
        # MLflow has set it, and takes it away
        if named is not None:
            os.environ["MLFLOW_TRACKING_URI"] = named


def what_happened(error: BaseException) -> str:
    """A failure of a store in a few words, without secrets."""
    causes, cause = [error], error
    while (following := cause.__cause__ or cause.__context__) and following not in causes:
        causes.append(following)
        cause = following
    if any(isinstance(cause, requests.Timeout) for cause in causes) or "timed out" in str(error):
        return "it does not answer"
    if code := re.search(r"(\d{3}) error responses|error code (\d{3})", str(error)):
        return f"it answers with error {code[1] or code[2]}"
    if any(isinstance(cause, requests.ConnectionError) for cause in causes):
        return "it cannot be reached"
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    return without_secrets(line)[:200]


def is_absent(uri: str) -> bool:
    """Whether a store is an SQLite file that nobody has made yet."""
    file = _file(uri)
    return file is not None and not file.exists()


def _served(uri: str) -> bool:
    return uri.startswith(("http://", "https://", "databricks"))


def _opening(uri: str) -> FileLock | nullcontext:
    """A lock for databases, because two processes that open a new SQLite store at once break it.

    A server does that for itself.
    """
    if _served(uri):
        return nullcontext()
    lock, file = repository() / TEMPORARY / "mlflow.lock", _file(uri)
    if file and file != repository() / "mlflow.db":
        # other clones may open it too
        lock = file.with_name(f"{file.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(lock)


def _file(uri: str) -> Path | None:
    """The file of an SQLite store."""
    return Path(urlsplit(uri).path.removeprefix("/")) if is_file(uri) else None


def _make_database(file: Path) -> None:
    """A new SQLite store, moved into place when it is whole.

    MLflow builds it in dozens of steps, and does not go on from one at which it was killed.
    """
    with new_file(file) as temporary:
        engine = utils.create_sqlalchemy_engine(f"sqlite:///{temporary}")
        utils._initialize_tables(engine)
        engine.dispose()
