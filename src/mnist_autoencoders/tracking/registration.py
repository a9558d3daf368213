"""A model that is to be registered: journaled, and delivered to MLflow's Model Registry once."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import LoggedModel
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.model import MLMODEL_FILE_NAME

from mnist_autoencoders.tracking.figures import wanted
from mnist_autoencoders.tracking.find import by_model
from mnist_autoencoders.tracking.journal import REGISTRATION, Event, Journal, begin
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import Record
from mnist_autoencoders.tracking.store import Store, in_force

ALIAS = "champion"

DIGESTS = ("model.sha256", "served.sha256")
"""Tags of a version: a model that has a version with the same ones gets no other."""

MODEL = "model"
"""Name of the folder of the model in a journal."""


def journal_registration(
    name: str,
    record: Record,
    served_sha256: str,
    about: tuple[str, str],
    save: Callable[[Path], None],
    parameters: TrackingParameters,
) -> None:
    """Journal that the trained model of a record is to be the champion of the name.

    `save` makes the MLflow model at a path that it is given; `about` describes the name, and the
    version.
    """
    digests = dict(zip(DIGESTS, (record["model_sha256"], served_sha256)))
    what = f"{parameters.experiment} {name} {sorted(digests.items())}"
    event: Event = {
        "kind": REGISTRATION,
        "at": round(time.time() * 1000),
        "experiment": parameters.experiment,
        "name": name,
        "about": list(about),
        "of": wanted(record),
        "tags": {"model": record["model"], **digests},
    }
    journal = begin(uuid.uuid5(uuid.NAMESPACE_OID, what).hex, event)
    try:
        save(journal.folder / MODEL)
        journal.append({"kind": "model", "at": event["at"], "folder": MODEL})
    except BaseException:
        journal.remove()
        raise
    journal.close()


def deliver_registration(store: Store, journal: Journal) -> None:
    """Tell the store what a journal holds, so that telling it again changes nothing."""
    first, *model = journal.events()
    if not model:
        # the stage was killed before the model was whole, and begins again
        return
    client, name, (of_name, of_version) = store.client, first["name"], first["about"]
    _make_name(client, name)
    client.update_registered_model(name, of_name)
    version = _version(client, name, first["tags"]) or _make_version(store, journal, first)
    client.update_model_version(name, version.version, of_version)
    client.set_registered_model_alias(name, ALIAS, version.version)


def _make_name(client: MlflowClient, name: str) -> None:
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _version(client: MlflowClient, name: str, tags: dict[str, str]) -> ModelVersion | None:
    """The version of the same model that the same code serves."""
    return next(
        (
            version
            for version in client.search_model_versions(f"name = '{name}'")
            if all(version.tags.get(tag) == tags[tag] for tag in DIGESTS)
        ),
        None,
    )


def _make_version(store: Store, journal: Journal, first: Event) -> ModelVersion:
    run = by_model(store.client, store.experiment(first["experiment"]), first["of"])
    model = _logged_model(store, journal, first)
    with in_force(store.uri):
        return store.client.create_model_version(
            first["name"],
            source=f"models:/{model.model_id}",
            run_id=run.info.run_id if run else None,
            tags=first["tags"],
            model_id=model.model_id,
        )


def _logged_model(store: Store, journal: Journal, first: Event) -> LoggedModel:
    """The model in the store; it is no output of its run, which has one already."""
    client, experiment = store.client, store.experiment(first["experiment"])
    found = client.search_logged_models(
        [experiment], filter_string=f"tags.journal = '{journal.identity}'"
    )
    model = next(iter(found), None) or client.create_logged_model(
        experiment, name=first["name"], tags=first["tags"] | {"journal": journal.identity}
    )
    if model.status != "READY":
        folder = journal.folder / MODEL
        described = Model.load(str(folder))
        described.artifact_path = model.artifact_location
        described.model_uuid = described.model_id = model.model_id
        described.save(str(folder / MLMODEL_FILE_NAME))
        client.log_model_artifacts(model.model_id, str(folder))
        model = client.finalize_logged_model(model.model_id, "READY")
    return model
