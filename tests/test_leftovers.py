"""What a killed process left beside the outputs is cleared, and dvc.lock is never half."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from mnist_autoencoders.pipeline.leftovers import clear_left, written_whole
from mnist_autoencoders.stagecraft.outputs import UNFINISHED, clear_unfinished, new_file, new_folder

GONE = "999999999"
"""No process has such a number."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("new", [new_file, new_folder])
def test_what_a_killed_process_began_is_cleared_by_the_next_that_writes_there(
    folder: Path, new: Callable
) -> None:
    ours = f"{UNFINISHED}{os.getpid()}-at_work"
    for name in (f"{UNFINISHED}{GONE}-other-x", f"{UNFINISHED}broken", ours, "out"):
        (folder / name).mkdir()
        (folder / name / "content").touch()
    with new(folder / "result.txt") as path:
        assert path.parent == folder
        assert path.name.startswith(UNFINISHED)
        if new is new_file:
            path.touch()
    assert {path.name for path in folder.iterdir()} == {ours, "out", "result.txt"}


def test_several_clear_the_same_at_once(folder: Path) -> None:
    """As the slots of a worker do."""
    for number in range(5):
        left = folder / f"{UNFINISHED}{GONE}-{number}"
        for name in map(str, range(400)):
            (left / name).mkdir(parents=True)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(clear_unfinished, [folder] * 8))
    clear_unfinished(folder)
    assert list(folder.iterdir()) == []


def test_of_a_link_the_link_is_replaced(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere/precious").touch()
    (folder / "out").symlink_to("elsewhere")
    with new_folder(folder / "out"):
        pass
    assert (folder / "elsewhere/precious").exists()
    assert not (folder / "out").is_symlink()
    assert list((folder / "out").iterdir()) == []


def test_what_is_left_is_cleared_wherever_it_is(folder: Path) -> None:
    left = [f"{place}/{UNFINISHED}{GONE}-x" for place in ("data", "out/training", "reports/tables")]
    for name in left:
        (folder / name).mkdir(parents=True)
    (folder / "src" / f"{UNFINISHED}{GONE}-x").mkdir(parents=True)
    clear_left()
    assert {path.name for path in folder.rglob(f"{UNFINISHED}*")} == {f"{UNFINISHED}{GONE}-x"}
    assert not [name for name in left if (folder / name).exists()]


@pytest.mark.parametrize(("content", "stays"), [("", False), ('{"read": {', False), ("{}", True)])
def test_a_torn_table_of_locks_is_removed(folder: Path, content: str, stays: bool) -> None:
    table = folder / ".dvc/tmp/rwlock"
    table.parent.mkdir(parents=True)
    table.write_text(content)
    clear_left()
    assert table.exists() == stays


def test_the_lock_file_is_replaced_as_a_whole(folder: Path) -> None:
    """DVC writes over it: here the file as it is does not change while DVC writes."""
    from dvc import dvcfile

    path = folder / "dvc.lock"
    path.write_text("schema: '2.0'\n")
    with written_whole():
        with suppress(KeyError), dvcfile.modify_yaml(str(path)) as content:
            content["stages"] = {}
            raise KeyError
        assert path.read_text() == "schema: '2.0'\n"
        before = path.stat().st_ino
        with dvcfile.modify_yaml(str(path)) as content:
            content["stages"] = {"train": 1}
    assert path.read_text() == "schema: '2.0'\nstages:\n  train: 1\n"
    assert path.stat().st_ino != before
    path.unlink()
    with written_whole(), dvcfile.modify_yaml(str(path)) as content:
        content["new"] = 1
    assert path.read_text() == "new: 1\n"
    assert [each.name for each in folder.iterdir()] == ["dvc.lock"]
