"""A study on a small copy: on two workers, one of them killed, then on this machine."""

import json
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.studies.study import plan
from tests.crews import Crew, wait_for, wait_for_work, with_study
from tests.projects import Project
from tests.trials.servers import Server, free_port

RATES = {"simple": ["models.simple.learning_rate=0.01,1000000"]}
"""The first is that of the model itself, which DVC knows with seed 0, and so does not evaluate
anew; the second fails."""


def test_a_worker_is_killed_and_points_fail_and_nothing_is_lost(
    unlogged: Project, tmp_path: Path
) -> None:
    with_study(unlogged, "rates", RATES, [1, 0])
    server = Server(tmp_path / "server")
    server.start()
    crew = Crew(unlogged, tmp_path / "crew", server.uri, f"tcp://127.0.0.1:{free_port()}", {})
    try:
        crew.start_scheduler()
        crew.start_worker("one")
        crew.start_worker("two")
        crew.start_driver("rates")
        wait_for_work(crew, "one")
        wait_for(lambda: any("tied.py" in command for command in crew.at_work_in("one")))
        crew.kill("one")
        wait_for(lambda: not crew.at_work_in("one"), 5, "what it started goes on")
        crew.start_worker("one")
        assert crew.processes["driver"].wait(600) == 1, crew.log("driver")
        assert set(_table(unlogged)["experiment"]) == crew.pushed()
        assert crew.live_runs() == {name: [(2, True)] for name in crew.pushed()}
        assert crew.below_parent() == ("study rates", crew.pushed())
    finally:
        crew.end()
        server.kill()

    # what failed is tried again, here without a store
    shown = unlogged.stage("study", "rates", code=1, MLFLOW_TRACKING_URI="none")
    assert "2 of 4 points are missing" in shown
    failed = [line.split()[0] for line in shown.splitlines() if "its log" in line]
    assert len(failed) == 2
    assert "learning_rate" in unlogged.stage("study", "log", failed[0])
    again = unlogged.stage("study", "rates", "--dry-run")
    assert again.count("failed") == 2
    assert "2 of 4 points are done" in again
    # what is measured is that of the experiment, which DVC knows too
    for name, psnr in _table(unlogged)[["experiment", "psnr"]].to_numpy().tolist():
        commit = unlogged.run("git", "for-each-ref", f"refs/exps/*/*/{name}").split()[0]
        metrics = unlogged.run("git", "show", f"{commit}:reports/metrics/simple.json")
        assert psnr == json.loads(metrics)["psnr"]


def test_images_count_by_their_digest_where_the_lock_is_of_the_code(
    unlogged: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(unlogged.folder)

    def names_after(path: str, old: str, new: str) -> list[str]:
        file = unlogged.folder / path
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        unlogged.commit("edit")
        return list(plan("sizes", load_parameters(), None).points)

    first = names_after("README.md", "#", "# Of")
    code = "src/mnist_autoencoders/sources/pictures.py"
    assert names_after(code, '"""', '""" ') != first
    unlogged.run("dvc", "commit", "-q", "-f", "prepare")
    assert names_after("README.md", "#", "##") == first
    lock = YAML(typ="safe").load(unlogged.folder / "dvc.lock")
    images = lock["stages"]["prepare"]["outs"][0]["md5"]
    assert names_after("dvc.lock", images, f"{'0' * 32}.dir") != first


def _table(project: Project) -> pd.DataFrame:
    table = pd.read_csv(project.folder / "reports/studies/rates.csv")
    settings = table[["set.learning_rate", "set.seed"]].to_numpy().tolist()
    assert settings == [[0.01, 1], [0.01, 0]]
    return table
