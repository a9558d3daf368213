"""A run holds what its training did, by value, and is rebuilt from what that left."""

from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.figures import wanted
from mnist_autoencoders.tracking.find import by_model
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.record import read_record
from mnist_autoencoders.tracking.store import open_store
from mnist_autoencoders.tracking.sync import sync
from mnist_autoencoders.tracking.training import train_tracked
from mnist_autoencoders.training.task import Task
from tests.conftest import TENSORFLOW, write_squares
from tests.trainings import DENSE

pytestmark = TENSORFLOW


def test_a_training_is_tracked_and_its_run_rebuilt_from_its_files(
    repository: Path, tracking: TrackingParameters, tmp_path: Path
) -> None:
    clean, folder, file = tmp_path / "clean", tmp_path / "tiny", tmp_path / "timing.json"
    write_squares(clean)
    folder.mkdir()
    keras.utils.set_random_seed(5)
    parameters = DENSE.model_copy(update={"epochs": 2})
    task = Task("tiny", parameters, 5, clean, clean, Device("cpu", 2, 1))
    history = train_tracked(task, folder, file, tracking)
    record = read_record(folder)
    store = open_store(tracking)
    client = store.client
    live = by_model(client, store.experiment(tracking.experiment), wanted(record))
    assert live is not None
    sync({folder: tmp_path / "not evaluated"}, tracking)
    assert len(client.search_runs([live.info.experiment_id])) == 1

    kept = timing.read(file)
    assert kept is not None
    assert kept.model_sha256 == record["model_sha256"]
    assert kept.machine.endswith(", cpu")
    assert kept.seconds == pytest.approx(sum(epoch.seconds for epoch in history), abs=0.01)
    speed = 200 / np.median([epoch.seconds for epoch in history])
    assert kept.images_per_second == pytest.approx(speed, abs=1)
    measured = {name: live.data.metrics.pop(name) for name in kept.metrics()}
    assert measured == kept.metrics()
    assert live.data.metrics == history[-1].metrics

    again = tracking.model_copy(update={"experiment": f"{tracking.experiment} again"})
    for _ in range(2):
        sync({folder: tmp_path / "not evaluated"}, again)
        (rebuilt,) = client.search_runs([store.experiment(again.experiment)])
    assert rebuilt.info.run_id != live.info.run_id
    assert rebuilt.data.tags["rebuilt"] == "true"
    assert "rebuilt" not in live.data.tags
    assert rebuilt.data.params == live.data.params
    for run in (live, rebuilt):
        assert run.data.tags["model.sha256"] == record["model_sha256"]
        for name in history[0].metrics:
            points = client.get_metric_history(run.info.run_id, name)
            assert [point.step for point in points] == [1, 2]
            expected = [epoch.metrics[name] for epoch in history]
            assert [point.value for point in points] == pytest.approx(expected, rel=1e-6)
        pictures = client.list_artifacts(run.info.run_id, "images")
        assert len(pictures) == 3 * 2  # with a small one of each
        (output,) = client.get_run(run.info.run_id).outputs.model_outputs
        model = client.get_logged_model(output.model_id)
        assert (model.name, model.status) == ("tiny", "READY")
        assert model.params == run.data.params
        linked = {metric.key: metric.value for metric in model.metrics or []}
        assert linked == (measured if run is live else {})
        place = Path(model.artifact_location.removeprefix("file://"))
        assert place.is_relative_to(repository)
        described = mlflow.models.Model.load(str(place))
        for images in (described.signature.inputs, described.signature.outputs):
            assert images.to_dict()[0]["tensor-spec"]["shape"] == (-1, 28, 28, 1)
        example = described.load_input_example(str(place))
        assert (np.shape(example), np.max(example)) == ((1, 28, 28, 1), 0)
        versions = record["versions"] | {"mlflow": mlflow.__version__}
        assert set((place / "requirements.txt").read_text().split()) == {
            f"{package}=={versions[package]}"
            for package in ("keras", "tensorflow", "numpy", "mlflow")
        }
        digits = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
        ours = keras.models.load_model(folder / "model.keras")
        np.testing.assert_allclose(mlflow.keras.load_model(str(place))(digits), ours(digits))
