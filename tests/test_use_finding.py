"""What `--model` may be besides a name and a file: revisions, tracked runs, registered models."""

import subprocess
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.store import open_store
from mnist_autoencoders.use.finding import find


@pytest.fixture(scope="module")
def run(repository: Path) -> str:
    """The id of a run with a model, which is registered, in a repository with two revisions."""
    from dvc.repo import Repo

    (repository / "params.yaml").write_text("models: {tiny: {kind: dense}}\ntracking: {}\n")
    (repository / "dvc.yaml").touch()
    trained = repository / "out/training/tiny"
    trained.mkdir(parents=True)
    dvc = Repo.init(str(repository))
    for content in ("first", "second"):
        (trained / "model.keras").write_text(content)
        dvc.add(str(trained))
        subprocess.run(["git", "add", "-A", "--", ":!mlflow.db"], check=True)
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
        subprocess.run([*git, "commit", "-q", "-m", content], check=True)
    client: MlflowClient = open_store(TrackingParameters()).client
    experiment = client.get_experiment_by_name("mnist-autoencoders")
    assert experiment is not None
    kept = client.create_run(experiment.experiment_id)
    client.create_run(experiment.experiment_id)
    model = client.create_logged_model(experiment.experiment_id, name="tiny")
    (repository / "logged/data").mkdir(parents=True)
    (repository / "logged/data/model.keras").write_text("logged")
    client.log_model_artifacts(model.model_id, str(repository / "logged"))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(kept.info.run_id, [LoggedModelOutput(model.model_id, step=0)])
    client.create_registered_model("denoising")
    source = f"models:/{model.model_id}"
    client.create_model_version("denoising", source, model_id=model.model_id)
    client.set_registered_model_alias("denoising", "champion", "1")
    return str(kept.info.run_id)


@pytest.mark.parametrize(
    ("asked", "content"),
    [
        ("tiny", "second"),
        ("tiny@HEAD", "second"),
        ("tiny@HEAD~1", "first"),
        ("RUN", "logged"),
        ("models:/denoising@champion", "logged"),
        ("models:/denoising/1", "logged"),
    ],
)
def test_a_model_is_found(run: str, asked: str, content: str, tmp_path: Path) -> None:
    found = find(run if asked == "RUN" else asked, tmp_path)
    assert found.file.read_text() == content


def test_a_deleted_output_is_in_the_cache(run: str, tmp_path: Path) -> None:
    assert run
    model = Path("out/training/tiny/model.keras")
    content = model.read_bytes()
    model.unlink()
    with pytest.raises(UserError, match=r"model\.keras: not there yet; `dvc repro train@tiny`"):
        find("tiny", tmp_path)
    assert find("tiny@HEAD", tmp_path).file.read_text() == "second"
    model.write_bytes(content)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tinny", "there is no model 'tinny'; did you mean 'tiny'?"),
        ("tinny@HEAD", "there is no model 'tinny'; did you mean 'tiny'?"),
        ("tiny@elsewhere", "there is no revision and no DVC experiment 'elsewhere'"),
        ("f" * 32, f"there is no tracked run {'f' * 32}"),
        ("models:/denoisin@champion", "model 'denoisin'; did you mean 'denoising'?"),
        ("models:/denoising@loser", "there is denoising@champion, denoising/1"),
        ("models:/denoising/7", "there is denoising@champion, denoising/1"),
        ("models:/denoising", "there is denoising@champion, denoising/1"),
    ],
)
def test_what_is_not_there_is_said(run: str, asked: str, said: str, tmp_path: Path) -> None:
    assert run
    with pytest.raises(UserError) as refusal:
        find(asked, tmp_path)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
