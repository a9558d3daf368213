"""No name becomes a path out of its folder, and nothing is removed behind a link."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.pipeline.prune import leftovers
from mnist_autoencoders.stagecraft.outputs import new_file, new_folder, remove
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.projects import ROOT

HOSTILE = ("../../etc", "/tmp", "simple/..", "simple;ls", "$(ls)", "simple\n", "-simple", "", "Ü")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with params.yaml and one of the user beside it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copy(ROOT / "params.yaml", folder)
    monkeypatch.chdir(folder)
    keep(tmp_path / "mine/pictures")
    return folder


def keep(folder: Path) -> None:
    """Make a folder with a file in it that has to stay."""
    folder.mkdir(parents=True)
    (folder / "dear.txt").write_text("dear")


SECTIONS = ("models", "noises", "noise_ladder.strengths", "library.models", "library.noises")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_name_with_more_than_letters_is_refused(repository: Path, section: str) -> None:
    """By `validate`, and by a stage run by hand, which would make it a path."""
    parameters = YAML(typ="safe").load(repository / "params.yaml")
    entries = parameters
    for key in section.split("."):
        entries = entries[key]
    entries |= dict.fromkeys(HOSTILE, next(iter(entries.values())))
    YAML().dump(parameters, repository / "params.yaml")
    with pytest.raises(UserError) as refused:
        load_parameters()
    lines = [line for line in str(refused.value).splitlines() if line.startswith(f"  {section}.")]
    assert len(lines) >= len(HOSTILE)
    for name in HOSTILE:
        with pytest.raises(UserError, match="a name may only hold a-z, 0-9 and _"):
            read(f"{section}.{name}", Any)


def test_a_link_is_replaced_and_what_it_leads_to_stays(repository: Path) -> None:
    mine = repository.parent / "mine"
    for name, target in {"folder": mine, "nowhere": mine / "nothing", "file": mine}.items():
        path = repository / "out" / name
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(target)
        with new_file(path) if name == "file" else new_folder(path) as new:
            if name == "file":
                new.write_text("new")
            else:
                (new / "new").touch()
        assert not path.is_symlink()
        assert path.is_file() if name == "file" else [*path.iterdir()] == [path / "new"]
    assert (mine / "pictures/dear.txt").exists()


def test_pruning_removes_a_link_and_not_what_it_leads_to(repository: Path) -> None:
    mine = repository.parent / "mine"
    (repository / "out/training").mkdir(parents=True)
    for name, target in {"left": mine, "nowhere": mine / "nothing"}.items():
        (repository / "out/training" / name).symlink_to(target)
    left = leftovers(load_parameters())
    assert [path.name for path in left] == ["left", "nowhere"]
    for path in left:
        remove(path)
    assert [*(repository / "out/training").iterdir()] == []
    assert (mine / "pictures/dear.txt").exists()


@pytest.mark.parametrize("place", ["data", "out", "out/training", "reports", "reports/metrics"])
def test_pruning_refuses_a_folder_that_is_elsewhere(repository: Path, place: str) -> None:
    path = repository / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(repository.parent / "mine")
    for inside in ("training", "metrics"):
        keep(repository.parent / "mine" / inside / "pictures")
    with pytest.raises(UserError, match=r"is a link out of the repository, to .*/mine"):
        leftovers(load_parameters())


def test_pruning_leaves_pictures_that_lie_beside_the_data(repository: Path) -> None:
    keep(repository / "data/pictures")
    keep(repository / "data/old_noise")
    (repository / "data/old_noise/noise.json").write_text("{}")
    assert leftovers(load_parameters()) == [Path("data/old_noise")]
