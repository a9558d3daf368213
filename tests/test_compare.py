"""Two revisions side by side: figures, pictures and names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from mnist_autoencoders.compare.pictures import Reconstructions, evenly
from mnist_autoencoders.compare.report import Comparison, compare
from mnist_autoencoders.compare.revision import Revision
from mnist_autoencoders.compare.scores import differences
from mnist_autoencoders.stagecraft.terminal import UserError
from tests import browsers
from tests.conftest import TENSORFLOW
from tests.projects import Project

pytestmark = TENSORFLOW
browser = pytest.fixture(scope="module")(browsers.browser)

A = pd.DataFrame({"model": ["one", "two"], "psnr": [20.0, 10.0], "ssim": [0.5, 0.25]})
B = pd.DataFrame({"model": ["two", "one"], "psnr": [10.0, 21.5], "auroc": [0.75, 0.5]})
SPREAD = pd.DataFrame({"model": ["one"], "psnr": [0.5]})


def test_differences_by_hand() -> None:
    found = differences(A, B, SPREAD).set_index(["model", "figure"])
    assert sorted(found.index) == [
        ("one", "auroc"), ("one", "psnr"), ("one", "ssim"), ("two", "auroc"), ("two", "ssim"),
    ]  # fmt: skip
    assert found.loc[("one", "psnr")].tolist() == [20, 21.5, 1.5, 0.5, 3]
    assert found.loc[("two", "ssim"), "a"] == 0.25
    assert found.loc[("two", "ssim"), ["b", "difference", "sd", "in_sd"]].isna().all()


def test_a_spread_of_nothing_divides_nothing() -> None:
    found = differences(A, B, SPREAD.assign(psnr=0.0)).set_index(["model", "figure"])
    assert found.loc[("one", "psnr"), "sd"] == 0
    assert np.isnan(found.loc[("one", "psnr"), "in_sd"])


def images(value: int) -> np.ndarray:
    return np.full((2, 28, 28), value, np.uint8)


@pytest.mark.parametrize(
    ("inputs", "rows"),
    [
        ({"a": images(1), "b": images(1)}, [1, 5, 6]),
        ({"a": images(2), "b": images(2)}, [1, 2, 5, 6]),
        ({"a": images(1), "b": images(3)}, [1, 3, 5, 6]),
        ({"a": images(2), "b": images(3)}, [1, 2, 3, 5, 6]),
    ],
)
def test_inputs_are_shown_where_they_are_others(inputs: dict, rows: list[int]) -> None:
    shown = Reconstructions(images(1), inputs, {"a": images(5), "b": images(6)})
    assert [int(row[0, 0, 0]) for row in shown.rows()] == rows


def test_test_images_are_evenly_spread() -> None:
    assert evenly(10_000)[[0, 1, -1]].tolist() == [0, 526, 9999]
    assert evenly(3).tolist() == [0, 1, 2]


@pytest.fixture
def history(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A repository with figures of two revisions, of the same images, without any model."""
    monkeypatch.chdir(project.folder)
    metrics = Path("reports/metrics")
    metrics.mkdir()
    tables = Path("reports/tables")
    tables.mkdir()
    SPREAD.to_csv(tables / "spread.csv", index=False)
    for psnr, data in ((20.0, "aa"), (21.5, "aa"), (22.0, "bb")):
        about = {"data": {"sha256": data, "test": 60}, "psnr": psnr}
        (metrics / "one.json").write_text(json.dumps(about))
        (metrics / "one-1.json").write_text(json.dumps(about | {"psnr": 99}))
        (metrics / "two.json").write_text(json.dumps(about | {"psnr": 1.0}))
        project.commit(f"{psnr}")
        project.run("git", "tag", f"at-{psnr:.0f}" if data == "aa" else "other")
    project.run("git", "update-ref", "refs/exps/aa/bb/tried-1", "at-22")
    return project


def compared(a: str, b: str, *models: str) -> Comparison:
    return compare(Revision.of(a), Revision.of(b), list(models))


@pytest.mark.usefixtures("history")
def test_a_table_for_a_pull_request() -> None:
    found = compared("at-20", "tried-1")
    lines = found.markdown().splitlines()
    assert lines[4] == "| one | psnr | 20 | 21.5 | +1.5 | +3 |"
    assert lines[-1] == "The same in both: two."
    assert "neither in DVC's cache nor in a remote" in found.problems[0]
    assert "<td>psnr</td><td>20</td><td>21.5</td>" in found.render().replace("\n  ", "")


@pytest.mark.usefixtures("history")
def test_other_images_are_said() -> None:
    found = compared("at-20", "other")
    assert "**The images differ: these figures cannot be compared.**" in found.markdown()
    assert found.pictures == {}
    assert found.problems == []


@pytest.mark.usefixtures("history")
def test_names_that_are_none_are_refused() -> None:
    with pytest.raises(UserError, match="no revision and no DVC experiment 'at-23'"):
        Revision.of("at-23")
    with pytest.raises(UserError, match="no model 'tow' in both; did you mean 'two'"):
        compared("at-20", "at-22", "tow")
    with pytest.raises(UserError, match="reports/metrics has no figures at that revision"):
        compared("at-20", "at-20~1")


@pytest.mark.usefixtures("history")
def test_one_model_alone() -> None:
    assert compared("at-20", "at-22", "two").markdown().splitlines()[2] == "No figure differs."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_phone_scrolls_sideways(
    history: Project, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    name = "a_name_as_long_as_that_of_an_experiment_that_says_all_it_does"
    history.run("git", "tag", name, "at-22")
    path = history.folder / "compare.html"
    path.write_text(compared("at-20", name).render())
    page = browser.new_page(viewport=browsers.PHONE, color_scheme=scheme)
    page.goto(path.as_uri())
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") == browsers.PHONE["width"]
    page.close()
