"""The table of a study, from experiments in git and from a table that another clone wrote."""

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from mnist_autoencoders.studies.origin import Reference
from mnist_autoencoders.studies.parameters import Study
from mnist_autoencoders.studies.points import Point
from mnist_autoencoders.studies.table import Done, write_study

TABLE = Path("reports/studies/sizes.csv")
WANTED = ["sizes-c", "sizes-a", "sizes-b"]
BEFORE = pd.DataFrame(
    {
        "study": "sizes",
        "model": "simple",
        "experiment": ["sizes-a", "sizes-b", "sizes-of-before"],
        # one that would read as a number
        "revision": ["123456789012", "12345678e012", "f00000000000"],
        "psnr": [1.5, 0.123456789, 9.0],
    }
)


def commit(message: str, date: str, **metrics: float) -> str:
    """A commit with a model's metrics, and a parent as every experiment has one."""
    path = Path("reports/metrics/simple.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"name": "digits", "train": 300, "sha256": "0" * 64}
    path.write_text(json.dumps({"data": data, **metrics}))
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", "add", str(path)], check=True)
    environment = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "HOME": "."}
    command = [*git, "commit", "-q", "-m", message]
    subprocess.run(command, check=True, env=environment)
    return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()


@pytest.mark.usefixtures("repository")
def test_rows_of_wanted_points_stay_where_only_another_clone_has_the_experiment() -> None:
    study = Study.model_validate(
        {
            "question": "How many?",
            "vary": {"simple": ["models.simple.code_size=2"]},
            "seeds": [0, 7],
            "figure": {"x": "code_size", "y": [["psnr"]]},
        }
    )
    message = "sizes: a point\n\nAttempt: f00d\nThreads: 3\n"
    own = commit(message, "2026-03-04T05:06:07+0000", psnr=12.25)
    overrides = ("models.simple.code_size=2", "++models.simple.seed=7")
    done = [Done(Point("sizes", "simple", overrides), "sizes-a", Reference("refs/exps/a", own))]

    path, count = write_study("sizes", study, WANTED, done, {"stages/train.py": "f00"})
    assert (path, count) == (TABLE, 1)
    (row,) = pd.read_csv(TABLE, dtype=str).to_dict("records")
    revision = subprocess.check_output(["git", "rev-parse", "HEAD^"], text=True)[:12]
    assert row == {
        "study": "sizes",
        "model": "simple",
        "seed": "7",
        "experiment": "sizes-a",
        "revision": revision,
        "data.name": "digits",
        "data.train": "300",
        "data.sha256": "0" * 16,
        "threads": "3",
        "overrides": " ".join(overrides),
        "set.code_size": "2",
        "set.seed": "7",
        "psnr": "12.25",
    }

    BEFORE.to_csv(TABLE, index=False)
    TABLE.with_suffix(".json").write_text(json.dumps({"date": "2026-05-06"}))
    assert write_study("sizes", study, WANTED, done, {})[1] == 2
    table = pd.read_csv(TABLE, dtype=str)
    assert table[["experiment", "revision", "psnr"]].to_numpy().tolist() == [
        ["sizes-a", revision, "12.25"],
        ["sizes-b", "12345678e012", "0.123456789"],
    ]
    about = json.loads(TABLE.with_suffix(".json").read_text())
    assert (about["points"], about["wanted"], about["date"]) == (2, 3, "2026-05-06")
    assert about["revisions"] == sorted([revision, "12345678e012"])
