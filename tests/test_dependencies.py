"""What dvc.yaml lists of the code; `test_touched` has what stages touch as they run."""

import ast
from pathlib import Path

from tests.dependencies import LISTS, Pipeline
from tests.projects import ROOT


def test_every_stage_lists_the_code_that_it_imports_and_no_other() -> None:
    assert Pipeline(ROOT).problems() == []


def test_both_groups_of_replicas_have_one_list() -> None:
    """The shrunk pipeline, which `test_touched` watches, has replicas of the first alone."""
    of_stages = Pipeline(ROOT).stages
    dense, convolutional = (of_stages[f"replicate_{group}"] for group in ("dense", "convolutional"))
    for stage in (dense, convolutional):
        assert set(stage) == {"matrix", "cmd", "desc", *LISTS[:3]}
    assert {key: dense[key] for key in dense if key != "matrix"} == {
        key: convolutional[key] for key in convolutional if key != "matrix"
    }
    for group, stage in (("dense", dense), ("convolutional", convolutional)):
        keys = {"model": f"${{replicas.{group}.models}}", "seed": f"${{replicas.{group}.seeds}}"}
        assert stage["matrix"] == keys


def test_a_file_that_marks_a_package_holds_no_code() -> None:
    """So no stage has to list it."""

    def is_docstring(node: ast.stmt) -> bool:
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

    def holds_code(file: Path) -> bool:
        return not all(map(is_docstring, ast.parse(file.read_text(encoding="utf-8")).body))

    assert [file for file in (ROOT / "src").rglob("__init__.py") if holds_code(file)] == []
