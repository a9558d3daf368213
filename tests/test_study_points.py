"""What a study consists of, and how it is refused; the experiments' names; slots and scripts."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.studies import crew, launch, slots
from mnist_autoencoders.studies.parameters import Study
from mnist_autoencoders.studies.points import Point, points_of
from mnist_autoencoders.studies.script import batch_script
from mnist_autoencoders.studies.study import Plan, plan
from mnist_autoencoders.tracking.parameters import TrackingParameters
from tests.projects import Project, new_project

FIGURE = {"x": "code_size", "y": [["psnr"]]}


def study(vary: dict[str, list[str]], seeds: list[int]) -> Study:
    return Study.model_validate({"question": "?", "vary": vary, "seeds": seeds, "figure": FIGURE})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return new_project(tmp_path_factory.mktemp("study") / "project")


@pytest.fixture
def small(original: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A small copy, in whose folder the test is, and which is set right after it."""
    monkeypatch.chdir(original.folder)
    first = original.run("git", "rev-parse", "HEAD").strip()
    yield original
    original.run("git", "reset", "-q", "--hard", first)
    original.run("git", "clean", "-fdq")


@pytest.fixture(scope="module")
def before(original: Project) -> Plan:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(original.folder)
        return planned()


def planned(remote: str | None = None) -> Plan:
    return plan("sizes", load_parameters(), remote)


@pytest.mark.usefixtures("small")
def test_points_are_every_setting_of_each_model_with_every_seed() -> None:
    vary = {
        "simple": ["models.simple.code_size=2,3", "models.simple.hidden=[4],[8,4]"],
        "vae": [],
    }
    points = points_of("two", study(vary, [5, 0]))
    settings = [(point.model, *point.settings.values()) for point in points]
    assert settings == [
        ("simple", 2, [4], 5), ("simple", 2, [4], 0),
        ("simple", 2, [8, 4], 5), ("simple", 2, [8, 4], 0),
        ("simple", 3, [4], 5), ("simple", 3, [4], 0),
        ("simple", 3, [8, 4], 5), ("simple", 3, [8, 4], 0),
        ("vae", 5), ("vae", 0),
    ]  # fmt: skip
    assert points[1].overrides == (
        "models.simple.code_size=2", "models.simple.hidden=[4]", "++models.simple.seed=0",
    )  # fmt: skip
    assert points[1].settings == {"code_size": 2, "hidden": [4], "seed": 0}
    assert [point.target for point in points[7:9]] == ["evaluate@simple", "evaluate@vae"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("models.simple.code_sise=2,3", "code_sise: there is no such key; did you mean"),
        ("models.simple.code_size=2,0", r"models\.simple\.code_size"),
        ("models.simple.code_size=glob(*)", "studies.one.vary.simple"),
        ("models.simple.code_size=[2", "studies.one.vary.simple"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_setting_that_is_refused_is_named(line: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        points_of("one", study({"simple": [line]}, [0]))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"vary": {"simple": ["models.simple.code_size"]}}, "written as after `-S`"),
        ({"seeds": [0, 0]}, "0 is there twice"),
        ({"seeds": []}, "seeds"),
        ({"figure": {"x": "code_size"}}, "figure.y"),
    ],
)
def test_a_study_that_is_wrong_is_refused_by_key(small: Project, changed: dict, words: str) -> None:
    parameters = small.read_parameters()
    parameters["studies"]["sizes"] |= changed
    small.write_parameters(parameters)
    with pytest.raises(UserError, match=re.escape(words)):
        load_parameters()


def test_no_study_is_called_as_a_command_is(small: Project) -> None:
    parameters = small.read_parameters()
    parameters["studies"]["worker"] = parameters["studies"]["sizes"]
    small.write_parameters(parameters)
    with pytest.raises(UserError, match=r"studies\.worker: `python -m stages\.study worker`"):
        load_parameters()


def test_a_study_of_an_unknown_model_is_refused_when_it_is_run(small: Project) -> None:
    """And stops no pipeline: whoever takes a model out need not look through all studies."""
    parameters = small.read_parameters()
    parameters["studies"]["sizes"]["vary"] = {"simpel": []}
    small.write_parameters(parameters)
    words = r"studies\.sizes\.vary\.simpel: there is no model 'simpel' .*; did you mean 'simple'"
    with pytest.raises(UserError, match=words):
        planned()


@pytest.mark.usefixtures("small")
def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(UserError, match=r"no study 'size' in params\.yaml; did you mean 'sizes'"):
        plan("size", load_parameters(), None)


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))
    subprocess.run(["git", "commit", "-qam", "edit"], check=True)


@pytest.mark.parametrize(
    ("path", "old", "new", "same"),
    [
        ("README.md", "#", "# Of", True),
        ("src/mnist_autoencoders/page/render.py", "HUGE = 1e12", "HUGE = 1e11", True),
        ("params.yaml", "strengths:", "strengths: # all", True),
        ("stages/validate.py", '"""', '""" ', True),
        ("src/mnist_autoencoders/training/loop.py", '"""', '""" ', False),
        ("src/mnist_autoencoders/dataset/store.py", '"""', '""" ', False),
        ("stages/evaluate.py", '"""', '""" ', False),
        ("params.yaml", "train_limit: 300", "train_limit: 301", False),
        ("params.yaml", "hidden:\n    - 16", "hidden:\n    - 17", False),
        (
            "dvc.yaml",
            "python -m stages.evaluate ${key}",
            "python -m stages.evaluate  ${key}",
            False,
        ),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_point_keeps_its_name_until_what_shapes_it_changes(
    before: Plan, path: str, old: str, new: str, same: bool
) -> None:
    edit(path, old, new)
    after = planned()
    assert len(set(before.points)) == 4
    assert (list(before.points) == list(after.points)) is same
    assert before.revision != after.revision


def test_the_name_tells_points_apart() -> None:
    one = Point("s", "m", ("a=1", "b=2"))
    assert one.experiment("x") == Point("s", "m", ("b=2", "a=1")).experiment("x")
    others = [
        one.experiment("y"),
        Point("t", "m", one.overrides).experiment("x"),
        Point("s", "n", one.overrides).experiment("x"),
        Point("s", "m", ("a=1", "b=3")).experiment("x"),
    ]
    assert len({one.experiment("x"), *others}) == 5


@pytest.mark.usefixtures("small")
def test_what_is_not_committed_is_refused() -> None:
    Path("src/mnist_autoencoders/new.py").write_text("")
    Path("notes.txt").write_text("no matter")
    with pytest.raises(UserError, match=r"not committed: src/mnist_autoencoders/new\.py\. "):
        planned()


def test_a_commit_that_the_remote_lacks_is_refused(small: Project, tmp_path: Path) -> None:
    small.run("git", "init", "-q", "--bare", str(tmp_path / "bare"))
    small.run("git", "remote", "add", "origin", str(tmp_path / "bare"))
    with pytest.raises(UserError, match=r"is not in .*bare, where the workers get it: `git push`"):
        planned("origin")
    small.run("git", "push", "-q", "origin", "HEAD:refs/heads/main")
    assert planned("origin").url == str(tmp_path / "bare")
    small.run("git", "commit", "-q", "--allow-empty", "-m", "further")
    small.run("git", "push", "-q", "origin", "HEAD:refs/heads/main")
    small.run("git", "reset", "-q", "--hard", "HEAD~1")
    assert planned("origin").revision == small.run("git", "rev-parse", "HEAD").strip()


def test_cores_are_divided_among_slots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 5, 6, 7}, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert slots.shares(3) == [(0, 1), (2, 5), (6, 7)]
    assert slots.shares(4) == [(0,), (1,), (2,), (5,)]
    assert slots.shares(7) == [(0,), (1,), (2,), (5,), (6,), (7,), (0,)]
    shared = slots.Slots(3, tmp_path, tmp_path, gpus=2)
    with shared.one() as one, shared.one() as two, shared.one() as three:
        assert [slot.gpu for slot in (one, two, three)] == [0, 1, 0]
        assert two.environment == {"CUDA_VISIBLE_DEVICES": "1"}
        assert [slot.threads for slot in (one, two, three)] == [2, 2, 2]
    with slots.Slots(1, tmp_path, tmp_path).one() as only:
        assert (only.cores, only.threads, only.environment) == ((), 6, {})


def test_a_script_for_slurm_is_one_that_a_shell_reads(tmp_path: Path) -> None:
    text = batch_script("slurm", "tls://node7:8786", 3, 2, 8, 4, 12)
    wanted = ["--nodes=3", "--cpus-per-task=8", "--gpus-per-node=4", "--time=12:00:00"]
    assert [f"#SBATCH {option}" in text for option in wanted] == [True] * 4
    path = tmp_path / "workers.sh"
    path.write_text(text)
    subprocess.run(["bash", "-n", path], check=True)
    # srun and hostname as this machine may lack them, and the worker itself
    for name, line in (("srun", 'shift; exec "$@"'), ("hostname", "echo 10.0.0.7 fe80::1")):
        command = tmp_path / name
        command.write_text(f"#!/bin/bash\n{line}\n")
        command.chmod(0o755)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/bash\necho "$@"\n')
    python.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{Path(shutil.which('bash') or '').parent}:/usr/bin:/bin",
        "MLFLOW_TRACKING_URI": "none",
        "SLURM_JOB_ID": "42",
        "TMPDIR": "/scratch",
    }
    printed = subprocess.run(
        ["bash", path], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == [
        "-m", "stages.study", "worker", "--scheduler", "tls://node7:8786", "--slots", "2",
        "--gpus", "4", "--host", "10.0.0.7", "--folder", "/scratch/study-42",
    ]  # fmt: skip


def test_an_address_that_would_reach_a_shell_is_refused() -> None:
    with pytest.raises(UserError, match="--scheduler"):
        batch_script("slurm", "tcp://$(id):1", 1, 1, 1, 0, 1)


@pytest.mark.usefixtures("small")
def test_a_cluster_needs_a_server_for_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a scheduler is asked for anything."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    with pytest.raises(
        UserError, match=r"cannot all write to sqlite:.*address of an MLflow server"
    ):
        launch.run_there(planned(), TrackingParameters(), "tcp://127.0.0.1:9", None)
    with pytest.raises(UserError, match="what a worker tracks in a file of its own, nobody sees"):
        launch.work_for("tcp://127.0.0.1:9", TrackingParameters(), 1, 0, None, None, "127.0.0.1")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "http://127.0.0.1:9", "nowhere"])
def test_a_scheduler_that_does_not_answer_is_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "ANSWER", 0.5)
    start = time.monotonic()
    with pytest.raises(UserError, match=f"no Dask scheduler answers at {re.escape(address)} "):
        crew.client_of(address, 0)
    assert time.monotonic() - start < crew.ANSWER + 10
