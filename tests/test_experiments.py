"""Experiments of a small copy: in place, and queued, which run in folders of their own."""

import re
import sys
import time
from pathlib import Path

from tests.projects import Project


def test_experiments_queued_and_in_place(unlogged: Project) -> None:
    """Without a store at first."""
    queue = ("dvc", "exp", "run", "--queue", "-S")
    for code_size in (2, 3):
        unlogged.run(*queue, f"models.simple.code_size={code_size}", "train@simple")
    unlogged.run("dvc", "queue", "start", "-j", "2")
    # a guard against waiting for ever, far beyond what a busy machine takes
    deadline = time.monotonic() + 1800
    while "Queued" in (status := unlogged.run("dvc", "queue", "status")) or "Running" in status:
        assert time.monotonic() < deadline, status
        time.sleep(2)
    assert status.count("Success") == 2, status
    assert sorted(run.data.params["code_size"] for run in unlogged.runs()) == ["2", "3"]

    change = "+models.tiny={kind: dense, input: clean, code_size: 2, epochs: 1}"
    here = unlogged.run("dvc", "exp", "run", "-n", "here", "-S", change, "scores")
    assert "Running stage 'train@tiny'" in here
    found = unlogged.runs()
    names = {run.data.tags["dvc.experiment"] for run in found}
    assert "here" in names
    assert len(names) == 3
    for run in found:
        assert run.info.status == "FINISHED"
        evaluated = run.data.tags["dvc.experiment"] == "here"
        assert ("test_psnr" in run.data.metrics) is evaluated
        assert Path(run.info.artifact_uri.removeprefix("file://")).is_relative_to(unlogged.folder)
    shown = unlogged.run("dvc", "exp", "show", "--csv")
    assert sum(name in shown for name in names) == 3

    # as their names in the Makefile, with the packages that are there
    make = ("make", "--no-print-directory", "-o", ".venv/.installed-cpu")
    make += (f"BIN={Path(sys.executable).parent}",)
    listed = unlogged.run(*make, "experiments", "MODEL=tiny", COLUMNS="120")
    assert max(map(len, listed.splitlines())) <= 120
    assert re.search(r"tiny\.psnr +tiny\.ssim +tiny\.knn", listed)
    assert "here" in listed
    assert "simple." not in listed
    heading, *lines = unlogged.run(*make, "metrics").splitlines()
    assert heading.split() == ["psnr", "ssim", "knn", "elbo"]
    assert {line.split()[0] for line in lines} == {*unlogged.read_parameters()["models"]}
    unlogged.run(*make, "plots", "REVS=HEAD here")
    page = (unlogged.folder / "dvc_plots/index.html").read_text()
    assert "vegaEmbed(" in page
    assert "window.vegaEmbed=" in page
    assert re.findall(r"<(?:script|link)[^>]*//[^>]*>", page) == []
