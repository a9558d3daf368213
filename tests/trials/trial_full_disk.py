"""Stages on a disk that is too small for what they write."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Project, new_project
from tests.trials.projects import copied, differences, results

SHARES = (0.0, 0.3, 0.6, 0.95)
"""Of the space that a stage's outputs take."""

STAGES = {
    "data": ("prepare",),
    "out/training": ("train", "denoising"),
    "out/evaluation": ("evaluate", "simple"),
    "out/pca": ("pca",),
    "out/filters": ("filters",),
    "reports/tables": ("tables",),
    "reports/figures": ("plot",),
    ".dvc/tmp": ("train", "simple"),
}
"""A folder that is a small disk, and the stage that writes there."""

OF_NO_RESULT = ".dvc/tmp"
"""What is full there stops nothing."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(tmp_path_factory.mktemp("whole"))
    project.stage("repro")
    return project


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Mount a disk of so many bytes, a page at least, over a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={max(size, 4096)}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("folder", STAGES)
def test_a_full_disk(whole: Project, folder: str, tmp_path: Path) -> None:
    project = copied(whole, tmp_path / "copy")
    expected = results(project)
    place = project.folder / folder
    used = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    command = [sys.executable, "-m", f"stages.{STAGES[folder][0]}", *STAGES[folder][1:]]
    for share in SHARES:
        with small_disk(place, int(used * share)):
            code = 0 if folder == OF_NO_RESULT else 1
            printed = project.run(*command, code=code)
            assert "Traceback" not in printed
            if code:
                assert "No space left on device" in printed
                assert "the same command goes on from here" in printed
                assert not [path for path in place.rglob("*") if path.is_file()]
    project.run(*command)
    assert differences(results(project), expected) == []
    print(f"\n{folder} of {used:,} bytes: stopped by a full disk {len(SHARES)} times")
