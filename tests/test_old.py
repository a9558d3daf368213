"""What the version before left is read by this one: `tests/old` keeps a small example of it.

It was made in a clone of commit 4bbb84d by `python tests/old/make.py FOLDER`: a dense model and a
convolutional one that takes noise away, both tiny, of 50 digits. When a version changes a format
on purpose, what it refuses has to say what makes it anew.
"""

import gzip
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mnist_autoencoders.claims.evidence import Evidence
from mnist_autoencoders.claims.judge import judge_claims
from mnist_autoencoders.dataset.store import open_images, open_labels, read_card
from mnist_autoencoders.measures.pixels import as_bytes
from mnist_autoencoders.page.render import Report
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.stagecraft.layout import METRICS
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.timings import timing
from mnist_autoencoders.tracking.record import read_record
from mnist_autoencoders.tracking.store import open_store
from mnist_autoencoders.tracking.sync import sync
from tests.conftest import TENSORFLOW
from tests.projects import ROOT

pytestmark = TENSORFLOW

MODELS = {"simple": "clean", "denoising": "gaussian"}
"""With the images that each sees."""

ADDED = ("registry", "laboratory")
"""Sections that this version asks for besides, as DVC looks them up."""


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example, with its store, as the working folder."""
    folder = tmp_path / "old"
    shutil.copytree(ROOT / "tests/old", folder)
    statements = gzip.decompress((folder / "mlflow.sql.gz").read_bytes()).decode()
    with sqlite3.connect(folder / "mlflow.db") as store:
        store.executescript(statements)
    store.close()
    # MLflow sets it to the store that it is pointed at
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(folder)
    with (folder / "params.yaml").open("a") as parameters:
        parameters.writelines(f"{section}: {{}}\n" for section in ADDED)
    return folder


@pytest.mark.usefixtures("old")
def test_parameters_load_with_what_is_asked_for() -> None:
    with pytest.raises(UserError) as refused:
        load_parameters(ROOT / "tests/old/params.yaml")
    assert re.findall(r"^ *(\w+): is required$", str(refused.value), re.MULTILINE) == [*ADDED]
    parameters = load_parameters()
    assert [*parameters.models] == [*MODELS]
    assert parameters.models["simple"].architecture == "784-2-784"
    assert parameters.noises["gaussian"].label == "gaussian 0.7"


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(("model", "seen"), MODELS.items())
def test_a_model_gives_the_images_that_it_gave(model: str, seen: str) -> None:
    from mnist_autoencoders.evaluation.network import Network

    folder = Path("out/training") / model
    images = open_images(Path("data") / seen, "test")
    given = np.load(Path("out/evaluation") / model / "reconstructions.npy")
    outputs = as_bytes(Network.load(folder).reconstruct(images))
    # another processor may round a pixel in a thousand the other way
    difference = np.abs(outputs.astype(int) - given)
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.001
    assert given.std() > 10


@pytest.mark.usefixtures("old")
def test_records_cards_and_timings_are_read() -> None:
    card = read_card(Path("data/clean"))
    assert card.title.endswith("50 training and 20 test images")
    labels = open_labels(Path("data/clean"), "test")
    assert labels is not None
    assert len(labels) == 20
    for model in MODELS:
        record = read_record(Path("out/training") / model)
        assert record["data"]["sha256"] == card.sha256
        measured = timing.of_model(record["model_sha256"], Path(f"reports/timings/{model}.json"))
        assert isinstance(measured["seconds"], float)


@pytest.mark.usefixtures("old")
def test_a_run_is_found_and_neither_it_nor_its_figures_are_doubled() -> None:
    parameters = load_parameters().tracking
    store = open_store(parameters)
    experiment = store.experiment(parameters.experiment)
    before = {run.info.run_name: run for run in store.client.search_runs([experiment])}
    assert before.keys() == MODELS.keys()
    folders = {Path("out/training") / model: METRICS / f"{model}.json" for model in MODELS}
    sync(folders, parameters)
    after = store.client.search_runs([experiment])
    assert len(after) == len(MODELS)
    for run in after:
        old = before[run.info.run_name]
        assert (run.info.run_id, run.info.status) == (old.info.run_id, "FINISHED")
        assert "rebuilt" not in run.data.tags
        assert run.data.metrics == old.data.metrics
        points = store.client.get_metric_history(run.info.run_id, "test_psnr")
        assert [point.value for point in points] == [old.data.metrics["test_psnr"]]


@pytest.mark.usefixtures("old")
def test_tables_are_judged_and_shown() -> None:
    tables = {path.stem: pd.read_csv(path) for path in sorted(Path("reports/tables").glob("*.csv"))}
    parameters = load_parameters()
    claims = judge_claims(Evidence.of_tables(tables, parameters.claims))
    assert len(claims) == 9
    page = Report(
        card=read_card(Path("data/clean")),
        noises=[],
        tables=tables,
        claims=claims,
        off=parameters.claims.off,
        near_zero=parameters.evaluation.near_zero,
    ).render()
    assert all(f'id="model-{model}"' in page for model in MODELS)


READERS: dict[str, Callable[[Path], object]] = {
    "data/clean/card.json": lambda path: read_card(path.parent),
    "out/training/simple/record.json": lambda path: read_record(path.parent),
    "reports/timings/simple.json": timing.read,
}


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("file", READERS)
def test_a_file_of_another_version_says_what_makes_it_anew(file: str) -> None:
    path, read = Path(file), READERS[file]
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"of_later": 1}))
    assert read(path)
    first, *_ = content
    del content[first]
    for text, wrong in {
        json.dumps(content): f"of another version, without {first}",
        path.read_text()[:-9]: "damaged since it was written",
    }.items():
        path.write_text(text)
        with pytest.raises(UserError, match=f"^{file}: {wrong}.* makes it anew$"):
            read(path)
