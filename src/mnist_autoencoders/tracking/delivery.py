"""Telling the store what a journal holds, so that telling it again changes nothing."""

import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModel,
    LoggedModelOutput,
    Metric,
    Param,
    Run,
    RunStatus,
    RunTag,
)
from mlflow.models import Model
from mlflow.models.model import MLMODEL_FILE_NAME
from mlflow.tracking.multimedia import compress_image_size
from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_IMAGES
from PIL import Image

from mnist_autoencoders.tracking.find import by_journal
from mnist_autoencoders.tracking.journal import Event, Journal
from mnist_autoencoders.tracking.store import Store

PICTURE = "reconstructions"
"""Key of the pictures: MLflow shows those of one key behind a slider."""

KILLED = RunStatus.to_string(RunStatus.KILLED)


class Delivery:
    """The delivery of one journal to one store, from where an earlier one ended."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._client = store.client
        self._journal = journal
        self._events = journal.events()
        first = self._events[0]
        self._experiment = store.experiment(first["experiment"])
        self._run = self._found()
        # what another process may have told of the same epochs, at another time
        self._known: dict[str, dict[int, int]] | None = {} if self._run is None else None
        if self._run is None and journal.delivered:
            # another store, or one that is new again
            journal.delivered = 0

    def deliver(self, between: Callable[[], None]) -> None:
        """Tell the store all that is new in the journal; `between` is called after each event.

        Raises what MLflow raises.
        """
        self._events = self._journal.events()
        for number in range(self._journal.delivered, len(self._events)):
            event = self._events[number]
            getattr(self, f"_{event['kind']}")(event)
            self._journal.delivered = number + 1
            between()

    @property
    def ended(self) -> bool:
        """Whether the store has all that will ever be in the journal."""
        return self._events[-1]["kind"] == "end" and self._journal.delivered == len(self._events)

    def end_as_killed(self) -> None:
        """End the run of a process that died without a word, when it was last heard of."""
        self._end({"status": KILLED, "at": self._events[-1]["at"]})

    def _found(self) -> Run | None:
        """The run of the journal; of two, as a slow answer may make them, the second is removed."""
        runs = by_journal(self._client, self._experiment, self._journal.identity)
        for twin in runs[1:]:
            self._client.delete_run(twin.info.run_id)
        return runs[0] if runs else None

    @property
    def _run_id(self) -> str:
        assert self._run is not None
        return str(self._run.info.run_id)

    def _begin(self, event: Event) -> None:
        tags = event["tags"] | {"journal": self._journal.identity}
        if self._run is None:
            self._run = self._client.create_run(
                self._experiment, start_time=event["at"], tags=tags, run_name=event["name"]
            )
        else:
            # goes on after it was stopped
            self._client.update_run(self._run_id, status="RUNNING")
        self._client.log_batch(
            self._run_id,
            params=[Param(key, value) for key, value in event["params"].items()],
            tags=[RunTag(key, value) for key, value in tags.items()],
        )
        dataset = DatasetInput(Dataset(**event["dataset"]), [InputTag(*event["context"])])
        self._client.log_inputs(self._run_id, [dataset])

    def _tags(self, event: Event) -> None:
        tags = [RunTag(key, value) for key, value in event["tags"].items()]
        self._client.log_batch(self._run_id, tags=tags)

    def _metrics(self, event: Event) -> None:
        """Of the training as a whole: MLflow shows them at its model too."""
        outputs = self._client.get_run(self._run_id).outputs.model_outputs
        model = outputs[0].model_id if outputs else None
        self._log(event["metrics"], event["at"], 0, model)

    def _epoch(self, event: Event) -> None:
        self._log(event["metrics"], event["at"], event["step"])
        if event["picture"]:
            self._picture(event)

    def _log(self, metrics: dict[str, float], at: int, step: int, model: str | None = None) -> None:
        new = {
            name: value for name, value in metrics.items() if self._times(name).get(step, at) == at
        }
        if new:
            points = [Metric(name, value, at, step, model_id=model) for name, value in new.items()]
            self._client.log_batch(self._run_id, metrics=points)

    def _times(self, name: str) -> dict[int, int]:
        """When the steps of a metric were that the store had before this delivery."""
        if self._known is None:
            self._known = {
                known: {
                    point.step: point.timestamp
                    for point in self._client.get_metric_history(self._run_id, known)
                }
                for known in self._client.get_run(self._run_id).data.metrics
            }
        return self._known.get(name, {})

    def _picture(self, event: Event) -> None:
        """The two files that `MlflowClient.log_image` makes, under names that are always the same.

        A step that another process has pictured keeps its names.
        """
        step = event["step"]
        begin = f"{PICTURE}+step+{step}+timestamp+"
        name = f"{begin}{event['at']}+{uuid.uuid5(uuid.NAMESPACE_OID, self._journal.identity)}"
        if self._known != {}:
            for file in self._client.list_artifacts(self._run_id, "images"):
                known = PurePosixPath(file.path)
                if known.name.startswith(begin) and known.suffix == ".png":
                    name = known.stem
        with tempfile.TemporaryDirectory() as folder:
            picture = Image.open(self._journal.folder / event["picture"])
            files = [Path(folder) / f"{name}.png", Path(folder) / f"{name}+compressed.webp"]
            picture.save(files[0])
            compress_image_size(picture).save(files[1])
            for file in files:
                self._client.log_artifact(self._run_id, str(file), "images")
        self._client.set_tag(self._run_id, MLFLOW_LOGGED_IMAGES, "True")

    def _model(self, event: Event) -> None:
        """What `mlflow.models.Model.log` does, of a folder that is made already."""
        model = self._logged_model(event)
        outputs = self._client.get_run(self._run_id).outputs
        if model.model_id not in {known.model_id for known in outputs.model_outputs}:
            output = LoggedModelOutput(model.model_id, step=0)
            self._client.log_outputs(self._run_id, models=[output])
        if model.status != "READY":
            folder = self._journal.folder / event["folder"]
            described = Model.load(str(folder))
            described.artifact_path = model.artifact_location
            described.model_uuid = described.model_id = model.model_id
            described.run_id = self._run_id
            described.save(str(folder / MLMODEL_FILE_NAME))
            self._client.log_model_artifacts(model.model_id, str(folder))
            self._client.finalize_logged_model(model.model_id, "READY")

    def _logged_model(self, event: Event) -> LoggedModel:
        """The model of the run, made unless it is there."""
        found = self._client.search_logged_models(
            [self._experiment], filter_string=f"source_run_id = '{self._run_id}'"
        )
        return next(iter(found), None) or self._client.create_logged_model(
            self._experiment,
            name=event["name"],
            source_run_id=self._run_id,
            tags=event["model_tags"],
            params=event["params"],
        )

    def _end(self, event: Event) -> None:
        self._client.set_terminated(self._run_id, event["status"], event["at"])
