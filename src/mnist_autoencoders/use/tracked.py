"""Models that MLflow keeps: those of tracked runs, and registered ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import hint, listed
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.tracking import store
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.use.model import MODEL, sha256

# the store first: it settles what MLflow does as it is imported
import mlflow  # isort: skip
from mlflow import MlflowClient  # isort: skip
from mlflow.exceptions import MlflowException  # isort: skip


@dataclass(frozen=True)
class Fetched:
    """A model's file, where it was, and the digests of the file that training left."""

    file: Path
    where: str
    digests: list[str]


def fetch_run(run_id: str, scratch: Path) -> Fetched:
    """The model that a tracked run logged; `UserError` where there is none."""
    with _client() as client:
        try:
            run = client.get_run(run_id)
        except MlflowException as error:
            raise UserError(f"there is no tracked run {run_id}; `make ui` shows them") from error
        outputs = run.outputs.model_outputs if run.outputs else []
        if not outputs:
            raise UserError(f"the tracked run {run_id} has no model; was it stopped?")
        file = _download(f"models:/{outputs[-1].model_id}", scratch)
    digest = run.data.tags.get("model.sha256", "")
    return Fetched(file, f"the tracked run {run.info.run_name} ({run_id})", [digest, sha256(file)])


def fetch_registered(address: str, scratch: Path) -> Fetched:
    """The model at `models:/NAME@ALIAS` or `models:/NAME/VERSION`; `UserError` where none is."""
    rest = address.removeprefix("models:/")
    name, _, alias = rest.partition("@")
    name, _, number = name.partition("/")
    with _client() as client:
        known = [each.name for each in client.search_registered_models()]
        if name not in known:
            close = hint(name, known) or f"; there is {listed(known) or 'none'}"
            raise UserError(f"there is no registered model '{shown(name, 80)}'{close}")
        aliases = client.get_registered_model(name).aliases
        version = str(aliases.get(alias, "")) if alias else number
        numbers = [str(each.version) for each in client.search_model_versions(f"name = '{name}'")]
        if version not in numbers:
            has = [*(f"{name}@{each}" for each in aliases), *(f"{name}/{each}" for each in numbers)]
            raise UserError(f"there is no {shown(address, 120)}; there is {listed(has) or 'none'}")
        file = _download(f"models:/{name}/{version}", scratch)
    return Fetched(file, f"version {version} of the registered model {name}", [sha256(file)])


@contextmanager
def _client() -> Iterator[MlflowClient]:
    """The store of params.yaml; all that it fails with is a `UserError`."""
    parameters = read("tracking", TrackingParameters)
    if not store.tracked(parameters):
        raise UserError("tracking is off: tracking.uri, or MLFLOW_TRACKING_URI, is none")
    uri = store.store_uri(parameters)
    if store.is_absent(uri):
        raise UserError(f"there is no MLflow store {store.shown(uri)} yet; `make sync` makes it")
    try:
        with store.in_force(uri):
            yield store.Store(uri).client
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            f"the MLflow store {store.shown(uri)} fails: {store.what_happened(error)}"
        ) from error


def _download(address: str, scratch: Path) -> Path:
    """The `.keras` file among the artifacts of a model, that of the pipeline's name first."""
    folder = Path(mlflow.artifacts.download_artifacts(address, dst_path=str(scratch / "mlflow")))
    files = sorted(folder.rglob("*.keras"), key=lambda path: (path.name != MODEL, path))
    if not files:
        raise UserError(f"{address}: no .keras file is among its artifacts")
    return files[0]
