"""Studies on a small copy: on this machine, and on two workers of a cluster, one of them killed."""

import json
from pathlib import Path

import pandas as pd

from tests.conftest import Project
from tests.crews import Crew, wait_for, wait_for_work, with_study
from tests.trials.servers import Server, free_port

SIZES = {"simple": ["models.simple.code_size=3,4"]}
"""The second is that of the model itself, which DVC knows, and so does not evaluate anew."""


def test_a_point_that_fails_harms_no_other_and_is_tried_again(unlogged: Project) -> None:
    with_study(unlogged, "rates", {"simple": ["models.simple.learning_rate=0.01,1000000"]}, [0])
    shown = unlogged.stage("study", "rates", code=1)
    failed = next(line for line in shown.splitlines() if "its log" in line).split()[0]
    assert "learning_rate" in unlogged.stage("study", "log", failed)
    table = pd.read_csv(unlogged.folder / "reports/studies/rates.csv")
    assert table["set.learning_rate"].tolist() == [0.01]
    # what is measured is that of the experiment, which DVC and the store know
    metrics = json.loads(
        unlogged.run("git", "show", f"{_commit(unlogged, table)}:reports/metrics/simple.json")
    )
    assert table["psnr"].tolist() == [metrics["psnr"]]
    runs = [run for run in unlogged.runs() if run.data.tags.get("study") == "rates"]
    assert [run.data.tags["dvc.experiment"] for run in runs] == table["experiment"].tolist()
    parents = {run.info.run_id: run.info.run_name for run in unlogged.runs()}
    assert parents[runs[0].data.tags["mlflow.parentRunId"]] == "study rates"

    again = unlogged.stage("study", "rates", "--dry-run")
    assert "failed" in again
    assert "1 of 2 points are done" in again


def _commit(project: Project, table: pd.DataFrame) -> str:
    name = table["experiment"].iloc[0]
    return project.run("git", "for-each-ref", f"refs/exps/*/*/{name}").split()[0]


def test_two_workers_one_of_them_killed(unlogged: Project, tmp_path: Path) -> None:
    with_study(unlogged, "codes", SIZES, [0, 1])
    server = Server(tmp_path / "server")
    server.start()
    crew = Crew(unlogged, tmp_path / "crew", server.uri, f"tcp://127.0.0.1:{free_port()}", {})
    try:
        crew.start_scheduler()
        crew.start_worker("one")
        crew.start_worker("two")
        crew.start_driver("codes")
        wait_for_work(crew, "one")
        assert crew.at_work_in("one")
        crew.kill("one")
        wait_for(lambda: not crew.at_work_in("one"), 5, "what it started goes on")
        crew.start_worker("one")
        assert crew.processes["driver"].wait(600) == 0, crew.log("driver")
        table = pd.read_csv(unlogged.folder / "reports/studies/codes.csv")
        assert table[["set.code_size", "set.seed"]].to_numpy().tolist() == [
            [3, 0], [3, 1], [4, 0], [4, 1],
        ]  # fmt: skip
        assert set(table["experiment"]) == crew.pushed()
        assert crew.live_runs() == {name: [(2, True)] for name in crew.pushed()}
    finally:
        crew.end()
        server.kill()
