"""What dvc.yaml lists against what stages touched as they ran; `test_dependencies` has imports."""

from pathlib import Path

import pytest

from tests import dependencies
from tests.conftest import RECORD
from tests.dependencies import Pipeline
from tests.projects import Project, copied


@pytest.fixture(scope="module")
def pipeline(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """With what every stage touched, see `tests/recorder`."""
    folder = tmp_path_factory.mktemp("touched") / "project"
    copied(Project(whole / "copy"), folder, "cache", "mlflow.db")
    return Pipeline(folder, folder / RECORD)


def test_stages_touch_what_they_list_and_nothing_else(pipeline: Pipeline) -> None:
    assert pipeline.problems() == []


def test_before_they_start_warm_stages_have_read_code_alone(pipeline: Pipeline) -> None:
    """It is listed by what a stage imports, and not recorded again."""
    assert pipeline.touched is not None
    warm = pipeline.touched["warm"]
    assert len(warm.read) > 50
    assert {path for path in warm.read if not path.endswith(".py")} == set()
    assert (warm.written, warm.parameters) == (set(), set())


def test_any_entry_taken_out_of_a_list_is_noticed(pipeline: Pipeline) -> None:
    cases = list(pipeline.without_one_entry())
    assert len(cases) > 200
    assert [entry for entry, stage in cases if not pipeline.problems(stage)] == []


def test_every_exemption_is_needed(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNLISTED", "UNUSED"):
        exemptions = getattr(dependencies, name)
        for one in exemptions:
            left = [other for other in exemptions if other is not one]
            monkeypatch.setattr(dependencies, name, left)
            assert pipeline.problems(), one
        monkeypatch.setattr(dependencies, name, exemptions)
