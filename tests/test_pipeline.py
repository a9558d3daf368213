"""The real pipeline, shrunk: repro, what it leaves, and its runs."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from mnist_autoencoders.tracking.store import in_force
from tests.conftest import PRIVATE
from tests.projects import ROOT, Project, stages_run

MODELS = {"simple", "denoising", "vae"}
TIMING = {"seconds", "seconds_per_epoch", "images_per_second", "peak_memory_mib"}


def figures_of(project: Project, model: str) -> dict[str, float]:
    """The figures of an evaluation as the run names them."""
    content = json.loads((project.folder / f"reports/metrics/{model}.json").read_text())
    del content["data"]
    flat = pd.json_normalize(content, sep="_").iloc[0].to_dict()
    return {f"test_{name}": value for name, value in flat.items()}


def test_a_second_repro_does_nothing(trained: Project) -> None:
    assert "Running stage" not in trained.run("dvc", "repro")
    assert "up to date" in trained.stage("repro")
    assert trained.run("git", "status", "--short") == ""


def test_scores_curves_and_page_hold_every_model_and_the_data(trained: Project) -> None:
    files = {path.stem: path for path in (trained.folder / "reports/metrics").iterdir()}
    assert set(files) == {*MODELS, "simple-1"}
    metrics = {name: json.loads(path.read_text()) for name, path in files.items()}
    listed = json.loads(trained.run("dvc", "metrics", "show", "--json"))[""]["data"]
    assert set(listed) == {"reports/scores.json"}
    scores = listed["reports/scores.json"]["data"]
    assert {name: scores[name]["psnr"] for name in scores} == {
        name: metrics[name]["psnr"] for name in MODELS
    }
    # another training of the same model, of which tables alone are kept
    assert metrics["simple-1"] != metrics["simple"]
    kept = {path.name for path in (trained.folder / "out/evaluation/simple-1").iterdir()}
    assert kept == {"compression.csv", "specificity.csv"}
    denoising = metrics["denoising"]
    assert denoising["data"]["name"].startswith("mnist-5k")
    assert denoising["data"]["test"] == 60
    assert denoising["code_size"] == 7 * 7 * 2
    assert 5 < denoising["input"]["psnr"] < 15
    assert "input" not in metrics["simple"]
    page = (trained.folder / "reports/index.html").read_text()
    for text in (
        "mnist-5k",
        "60 test images",
        "model-simple",
        "model-denoising",
        "784-16-4-16-784",
    ):
        assert text in page
    for figure in (trained.folder / "reports/figures").iterdir():
        assert figure.stem in page
    assert "://" not in page
    assert not [link for link in re.findall('href="#(.*?)"', page) if f'id="{link}"' not in page]


def test_a_run_holds_what_the_user_compares(trained: Project) -> None:
    found = {run.info.run_name: run for run in trained.runs()}
    replica = found.pop("simple-1")
    assert (replica.data.tags["model"], replica.data.params["seed"]) == ("simple", "1")
    assert replica.data.tags["dvc.stage"].endswith("@simple-1")
    assert set(found) == MODELS
    for run in found.values():
        assert run.info.status == "FINISHED"
        model = run.data.tags["model"]
        folder = trained.folder / "out/training" / model
        history = pd.read_csv(folder / "history.csv").set_index("epoch")
        measured = figures_of(trained, model)
        assert set(run.data.metrics) == TIMING | set(history) | set(measured)
        assert {name: run.data.metrics[name] for name in measured} == measured
        for name in history:
            points = trained.store.get_metric_history(run.info.run_id, name)
            assert [point.step for point in points] == [1, 2]
            # the file has seven digits
            assert [point.value for point in points] == pytest.approx(history[name], rel=1e-6)
        digest = hashlib.sha256((folder / "model.keras").read_bytes()).hexdigest()
        assert run.data.tags["model.sha256"] == digest
        entry = trained.read_parameters()["models"][model]
        logged = {name: run.data.params[name] for name in entry}
        assert logged == {name: str(value) for name, value in entry.items()}
        noise = {name: run.data.params.get(f"noise.{name}") for name in ("kind", "strength")}
        noisy = model == "denoising"
        assert noise == {
            "kind": "gaussian" if noisy else None,
            "strength": "0.7" if noisy else None,
        }
        assert run.data.params["data.train"] == "300"
        assert run.data.tags["dvc.stage"] == f"train@{run.data.tags['model']}"
        assert run.data.tags["dvc.experiment"] == "workspace"
        assert len(run.data.tags["git.commit"]) == 40
        (dataset,) = run.inputs.dataset_inputs
        assert dataset.dataset.name.startswith("mnist-5k")
        store = trained.store
        assert len(store.get_metric_history(run.info.run_id, "test_psnr")) == 1
        pictures = store.list_artifacts(run.info.run_id, "images")
        steps = {Path(picture.path).name.split("+")[2] for picture in pictures}
        assert steps == {"0", "1", "2"}
        (model,) = run.outputs.model_outputs
        with in_force(f"sqlite:///{trained.folder / 'mlflow.db'}"):
            info = mlflow.models.get_model_info(f"models:/{model.model_id}")
        assert info.signature is not None
        assert info.saved_input_example_info is not None


def test_no_result_tells_who_made_it_or_where(trained: Project) -> None:
    """MLflow's store tells it on purpose, but no secret."""
    told = [*PRIVATE.values(), str(trained.folder), str(ROOT), str(Path.home())]
    files = [trained.folder / "dvc.lock"]
    for folder in ("data", "out", "reports"):
        files += [path for path in (trained.folder / folder).rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        content = path.read_bytes()
        assert [word for word in told if word.encode() in content] == [], path
    secret = PRIVATE["AWS_SECRET_ACCESS_KEY"].encode()
    stores = [trained.folder / "mlflow.db", *(trained.folder / "mlartifacts").rglob("*")]
    assert not [path for path in stores if path.is_file() and secret in path.read_bytes()]


HOSTILE = ("a; touch planted", "$(touch planted)", "a b", "`touch planted`", "a\ntouch planted")


def test_no_name_reaches_the_shell(trained: Project) -> None:
    parameters = trained.read_parameters()
    for section in ("models", "noises"):
        some = next(iter(parameters[section].values()))
        parameters[section] |= dict.fromkeys(HOSTILE, some)
    parameters["replicas"]["dense"]["models"] += HOSTILE
    trained.write_parameters(parameters)
    try:
        result = trained.run("dvc", "repro", code=255)
        assert "a name may only hold a-z, 0-9 and _" in result
        assert stages_run(result) == {"validate"}
        assert not [path for path in trained.folder.rglob("planted*") if ".git" not in path.parts]
    finally:
        trained.run("git", "checkout", "-q", ".")


def test_a_wrong_file_stops_the_pipeline_before_anything_is_touched(trained: Project) -> None:
    before = trained.run("git", "status", "--short")
    outputs = sorted(trained.folder.glob("out/**/*"))
    original = (trained.folder / "params.yaml").read_bytes()
    parameters = trained.read_parameters()
    parameters["models"]["simple"]["epochs"] = -1
    trained.write_parameters(parameters)
    try:
        output = trained.run("dvc", "repro", code=255)
        assert "models.simple.epochs: input should be greater than" in output
        assert sorted(trained.folder.glob("out/**/*")) == outputs
    finally:
        (trained.folder / "params.yaml").write_bytes(original)
    assert trained.run("git", "status", "--short") == before
    assert "Running stage" not in trained.run("dvc", "repro")


def test_a_stage_run_by_hand_says_what_it_lacks(project: Project) -> None:
    lacks = "error: out/training/simple/record.json: not there yet;"
    assert project.stage("tables", code=1).startswith(lacks)


def test_training_again_changes_no_file(trained: Project) -> None:
    output = trained.run("dvc", "repro", "--force", "--single-item", "train@denoising")
    assert stages_run(output) == {"train@denoising"}
    assert trained.run("git", "status", "--short") == ""


def test_a_missing_store_is_rebuilt_from_the_outputs_once(unlogged: Project) -> None:
    # of a long training, not every epoch is pictured
    (unlogged.folder / "out/training/vae/epochs/0001.png").unlink()
    for _ in range(2):
        unlogged.stage("sync")
        rebuilt = unlogged.runs()
        names = Counter(run.info.run_name for run in rebuilt)
        assert names == dict.fromkeys({*MODELS, "simple-1"}, 1)
    store = unlogged.store
    for run in rebuilt:
        assert run.data.tags["rebuilt"] == "true"
        measured = figures_of(unlogged, str(run.info.run_name))
        assert {name: run.data.metrics[name] for name in measured} == measured
        assert not TIMING & set(run.data.metrics)
        assert len(store.get_metric_history(run.info.run_id, "val_bce")) == 2
        pictures = store.list_artifacts(run.info.run_id, "images")
        assert len(pictures) == (4 if run.data.tags["model"] == "vae" else 6)


def test_pruning_removes_what_entries_left_and_nothing_else(unlogged: Project) -> None:
    def files() -> set[str]:
        return set(unlogged.run("find", "out", "data", "reports", "-type", "f").split())

    before = files()
    parameters = unlogged.read_parameters()
    del parameters["models"]["vae"], parameters["noise_ladder"]["strengths"]["blur"]
    unlogged.write_parameters(parameters)
    left = ["out/training/vae", "out/evaluation/vae", "reports/metrics/vae.json"]
    left += ["reports/timings/vae.json", "out/noise_ladder/blur"]
    assert unlogged.stage("prune") == "".join(f"removed {path}\n" for path in left)
    assert before - files() == {name for name in before if name.startswith(tuple(left))}
    assert unlogged.stage("prune") == "nothing is left over\n"
    assert set(json.loads(unlogged.run("dvc", "status", "--json"))) == {
        *("validate", "filters", "learnt_denoisers", "evaluate@simple", "evaluate@denoising"),
        *("evaluate_dense_replicas@simple-1", "scores", "tables", "register", "plot", "laboratory"),
        "report",
    }
    unlogged.stage("tables")
    scores = pd.read_csv(unlogged.folder / "reports/tables/scores.csv")
    assert scores["model"].tolist() == ["simple", "denoising"]


def test_editing_what_shows_results_computes_none_anew(trained: Project) -> None:
    edited = ("figures/style.py", "page/render.py", "claims/judge.py", "tables/collect.py")
    for file in edited:
        path = trained.folder / "src/mnist_autoencoders" / file
        path.write_text(path.read_text() + "# edited\n")
    try:
        status = json.loads(trained.run("dvc", "status", "--json"))
        assert set(status) == {"plot", "plot_studies", "report", "claims", "tables"}
    finally:
        trained.run("git", "checkout", "-q", ".")


def test_warm_stages_reach_what_follows_and_a_failure_stops_all(trained: Project) -> None:
    parameters = trained.read_parameters()
    simple = parameters["models"]["simple"]
    of_codecs = {"codecs", "tables", "claims", "register", "plot", "laboratory", "report"}
    try:
        output = trained.stage("repro", "-S", "codecs.qualities=[10,60]")
        changed = trained.run("git", "diff", "--numstat", "params.yaml")
        assert changed.split() == ["1", "1", "params.yaml"]
        assert stages_run(output) == {"validate", *of_codecs}
        done = re.findall(r"^(\S+) is done, (\d) of 7 stages left, about 0:", output, re.MULTILINE)
        assert {stage for stage, _ in done} == of_codecs
        assert [left for _, left in done] == list("6543210")
        simple |= {"learning_rate": 1.0e6, "loss": "mean_squared_error"}
        simple["output_activation"] = "linear"
        trained.write_parameters(parameters)
        output = trained.stage("repro", "--cold", code=1)
        assert stages_run(output) == {"validate", "train@simple"}
        assert "failed to reproduce 'train@simple'" in output
        assert "error: not all stages have run, see above; run again to go on" in output
    finally:
        trained.run("git", "checkout", "-q", ".")
    trained.run("dvc", "checkout")
    assert stages_run(trained.stage("repro")) == set()
    assert trained.run("git", "status", "--short") == ""
