"""Stages on a disk that has too little space left for what they write."""

import os
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.projects import Project, copied, new_project
from tests.trials.projects import differences, results

DISK = "1g"

SHARES = (0.0, 0.4, 0.8)
"""Of the space that a stage's outputs take, what is left."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project in which the pipeline has run, on a disk of its own."""
    whole = new_project(tmp_path_factory.mktemp("whole"))
    whole.stage("repro")
    disk = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount")
    try:
        yield copied(whole, disk / "project")
    finally:
        subprocess.run(["umount", disk], check=True)


@contextmanager
def left(project: Project, space: int) -> Iterator[None]:
    """Fill the disk up to so many bytes."""
    filler, disk = project.folder / ".dvc/tmp/filler", os.statvfs(project.folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_bsize - space)
    try:
        yield
    finally:
        filler.unlink()


def test_every_stage(project: Project) -> None:
    expected = results(project)
    stages = YAML(typ="safe").load(project.folder / "dvc.lock")["stages"]
    outcomes: Counter = Counter()
    for stage, entry in stages.items():
        command = [sys.executable, *shlex.split(entry["cmd"])[1:]]
        outs = (project.folder / out["path"] for out in entry["outs"])
        used = sum(_size(path) for path in outs)
        for share in SHARES:
            with left(project, int(used * share)):
                ended = subprocess.run(
                    command, cwd=project.folder, env=project.environment, capture_output=True,
                    text=True, check=False,
                )  # fmt: skip
            printed = ended.stdout + ended.stderr
            assert "Traceback" not in printed, (stage, share, printed)
            if ended.returncode:
                assert ended.returncode == 1
                assert "No space left on device" in printed, (stage, share, printed)
                assert "the same command goes on from here" in printed
            outcomes[share, ended.returncode] += 1
            assert differences(results(project), expected) == [], (stage, share)
        project.run(*command)
        assert differences(results(project), expected) == [], stage
    assert "up to date" in project.run("dvc", "status")
    print(f"\n{len(stages)} stages (share of the space, exit code): {dict(outcomes)}")


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
