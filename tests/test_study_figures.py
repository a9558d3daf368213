"""Intervals over the seeds, the figure of a study, and what the page says of it."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from mnist_autoencoders.page.render import picture
from mnist_autoencoders.page.studies import read_studies
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.studies.code import digests
from mnist_autoencoders.studies.parameters import StudyFigure
from mnist_autoencoders.study_figures import draw
from mnist_autoencoders.study_figures.changed import changed_since
from mnist_autoencoders.study_figures.intervals import intervals
from tests.pages import REPORT, rendered, reports
from tests.pages import draw as draw_picture

TABLE = pd.DataFrame(
    [
        # model, size, seed, psnr, kl
        ("a", 4, 0, 10.0, 1.0), ("a", 4, 1, 12.0, 2.0), ("a", 4, 2, 14.0, 3.0),
        ("a", 2, 0, 7.0, 0.5), ("a", 2, 1, 8.0, 0.5),
        ("b", 2, 0, 5.0, 9.0),
    ],
    columns=["model", "set.size", "set.seed", "psnr", "kl"],
)  # fmt: skip
TABLE["data.name"], TABLE["data.train"] = "digits", 1000

T2, T1 = 4.302653, 12.706205
"""Student's t of 2 and 1 degrees of freedom, at .975: from printed tables."""


def test_intervals_by_hand() -> None:
    found = intervals(TABLE, ["psnr", "kl"])
    assert found[["model", "set.size", "seeds"]].to_numpy().tolist() == [
        ["a", 4, 3], ["a", 2, 2], ["b", 2, 1],
    ]  # fmt: skip
    assert found["psnr"].tolist() == [12, 7.5, 5]
    # s = 2 of three, .7071 of two
    assert found["psnr.half"].tolist()[:2] == pytest.approx([T2 * 2 / 3**0.5, T1 * 0.5], rel=1e-6)
    assert found["kl.half"].tolist()[:2] == pytest.approx([T2 / 3**0.5, 0], rel=1e-6)
    assert found[["psnr.half", "kl.half"]].iloc[2].isna().all()


def lines(about: dict, table: pd.DataFrame = TABLE) -> dict[str, tuple[list, list, list]]:
    """x, y and half intervals by label of the first panel of a figure."""
    drawn: list[plt.Figure] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "save", lambda figure, _: drawn.append(figure))
        draw.draw_study("s", table, StudyFigure.model_validate(about), Path("unused"))
    found = {}
    for container in drawn[0].axes[0].containers:
        line, _, bars = container
        ends = [segment[:, 1] for segment in bars[-1].get_segments() if len(segment)]
        halves = [(above - below) / 2 for below, above in ends]
        found[str(container.get_label())] = (*map(list, line.get_data()), halves)
    plt.close(drawn[0])
    return found


def test_a_line_for_each_model_by_rising_x_with_its_intervals() -> None:
    found = lines({"x": "set.size", "y": [["psnr"], ["kl"]]})
    assert list(found) == ["a", "b"]
    x, y, halves = found["a"]
    assert (x, y) == ([2, 4], [7.5, 12])
    assert halves == pytest.approx([T1 * 0.5, T2 * 2 / 3**0.5], rel=1e-6)
    assert found["b"][:2] == ([2], [5])


def test_a_measured_x_is_a_mean_too() -> None:
    assert lines({"x": "kl", "y": [["psnr"]]})["a"][:2] == ([0.5, 2], [7.5, 12])


def test_several_columns_in_a_panel_are_named() -> None:
    found = lines({"x": "set.size", "y": [["psnr", "kl"]]})
    assert list(found) == ["a: PSNR (dB)", "a: kl", "b: PSNR (dB)", "b: kl"]
    assert found["a: kl"][1] == [0.5, 2]


def test_pca_is_one_line_for_all_models() -> None:
    table = TABLE.assign(**{"pca.psnr": TABLE["set.size"] * 2.0})
    found = lines({"x": "set.size", "y": [["psnr", "pca.psnr"]]}, table)
    assert list(found) == ["a: PSNR (dB)", "b: PSNR (dB)", "PSNR of PCA (dB)"]
    assert found["PSNR of PCA (dB)"][:2] == ([2, 4], [4, 8])


def test_what_a_denoiser_makes_of_a_noise_is_said_in_words() -> None:
    columns = ["denoising.gaussian.0_2.psnr", "denoising.gaussian.1.psnr"]
    one = TABLE[TABLE["model"] == "a"].assign(**dict.fromkeys(columns, 20.0))
    found = lines({"x": "set.size", "y": [columns]}, one)
    assert list(found) == ["PSNR under gaussian 0.2", "PSNR under gaussian 1"]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match=r"studies\.s\.figure\.y: .*'psrn'; did you mean 'psnr'"):
        lines({"x": "set.size", "y": [["psrn"]]})


@pytest.mark.parametrize(("zero", "scale"), [(0.0, "symlog"), (0.5, "log")])
def test_zero_is_shown_on_a_logarithmic_axis(zero: float, scale: str) -> None:
    table = TABLE.replace({"set.size": {2: zero}})
    scales = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "save", lambda figure, _: scales.append(figure.axes[0].get_xscale()))
        about = {"x": "set.size", "y": [["psnr"]], "logarithmic": True}
        draw.draw_study("s", table, StudyFigure.model_validate(about), Path("unused"))
    assert scales == [scale]


def test_code_that_changes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("room/one.py", "room/two.py", "file.py"):
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text("pass\n")
    known = digests(["room", "file.py"])
    assert changed_since(known) == []
    Path("room/one.txt").write_text("no code")
    assert changed_since(known) == []
    Path("room/two.py").rename("room/three.py")
    assert changed_since(known) == ["room"]
    Path("file.py").unlink()
    assert changed_since(known) == ["file.py", "room"]


def test_the_page_shows_each_study_and_warns_of_changed_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(tmp_path, monkeypatch)
    about = {"question": "How <b>far</b>?", "points": 5, "wanted": 6, "date": "2026-11-26"}
    changed = {"one": [], "two": ["src/x", "src/y"]}
    for name, revisions in (("one", ["aaa", "bbb"]), ("two", ["ccc"])):
        (tmp_path / f"{name}.json").write_text(json.dumps(about | {"revisions": revisions}))
        intervals(TABLE, ["psnr"]).to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    draw_picture("study_figures/one")
    draw_picture("study_figures/two")
    page = rendered(replace(REPORT, studies=read_studies(tmp_path, tmp_path)))
    question, said = page.words["study-one p"]
    assert question == "How <b>far</b>?"
    assert (
        " ".join(said.split()) == "5 of 6 trainings, the last of 2026-11-26, of revisions aaa, bbb."
    )
    warning = "Warning. The code has changed since: src/x, src/y. Run the study again."
    assert page.words["study-two p"][2] == warning
    table = page.table("model", "set.size", "seeds", "psnr")
    assert [[*row.values()] for row in table] == [
        ["a", "4", "3", "12 ± 4.968"], ["a", "2", "2", "7.5 ± 6.353"], ["b", "2", "1", "5"],
    ]  # fmt: skip
    sources = {image["alt"]: image["src"] for image in page.images}
    held = picture("two", Path("reports/study_figures"))
    assert held is not None
    assert sources["How <b>far</b>?"] == held.address


def test_the_page_says_that_no_study_has_been_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(tmp_path, monkeypatch)
    assert rendered().words["studies p"][-1] == "None has been run."
