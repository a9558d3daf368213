"""The page holds words of the user, such as names of folders, and none of them becomes HTML."""

import base64
import hashlib
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from mnist_autoencoders.page.laboratory import read_laboratory
from mnist_autoencoders.records import write_json
from mnist_autoencoders.timings.timing import Timing, keep
from tests import pages
from tests.pages import REPORT, VOID, draw

reports = pytest.fixture(autouse=True)(pages.reports)

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style></script><h1 onclick=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)" href="javascript:alert(1)',
    "]]><!-- & &lt;script&gt;-->",
    "{{ 7 * 7 }}{% raw %}",
)
CHOSEN = {"initialisation", "figure", "model_sha256"}
"""Columns whose words are those of a list of ours, or join a table with a file."""


class Skeleton(HTMLParser):
    """The elements of a page, with the names of their attributes, and the addresses in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.texts: dict[str, str] = {}
        self.scripts: list[str] = []
        self.attributes: dict[str, list[dict[str, str]]] = {}
        self.policy = ""
        self.open = [""]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: str(value) for name, value in attrs}
        self.elements.append((tag, tuple(values)))
        self.attributes.setdefault(tag, []).append(values)
        if tag == "script":
            self.scripts.append("")
        self.addresses += [values[name] for name in ("href", "src") if name in values]
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", (data,)))

    def handle_data(self, data: str) -> None:
        self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data
        if self.open[-1] == "script":
            self.scripts[-1] += data


def rendered_with(ending: str) -> Skeleton:
    """The page of a report all of whose words end so, those that figures are named by too."""

    def end(value: object) -> object:
        return value + ending if isinstance(value, str) else value

    def ended(table: pd.DataFrame) -> pd.DataFrame:
        return table.apply(lambda column: column if column.name in CHOSEN else column.map(end))

    card, noises = REPORT.card, REPORT.noises
    # no file can be named so
    if "/" not in ending:
        noises = [noise + ending for noise in noises]
        for name in (
            "figures/reconstructions_plain",
            *(f"noise/{noise}" for noise in REPORT.noises),
        ):
            draw(f"{name}{ending}")
        keep(Timing("aa", ending, 1, 1, 1, 1), Path(f"reports/timings/plain{ending}.json"))
    report = replace(
        REPORT,
        card=replace(card, name=card.name + ending, sha256=ending + card.sha256, warning=ending),
        noises=noises,
        tables={name: ended(table) for name, table in REPORT.tables.items()},
        claims=ended(REPORT.claims),
    )
    return Skeleton(report.render())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_word_becomes_an_element_an_attribute_or_an_address(hostile: str) -> None:
    page = rendered_with(hostile)
    # no file has a slash in its name, and so no figure is of such a model
    harmless = rendered_with("a/b" if "/" in hostile else "ab")
    assert page.elements == harmless.elements
    assert len(page.addresses) == len(harmless.addresses)
    images, links = "data:image/webp;base64,", "#"
    assert {
        address for address in page.addresses if not address.startswith((images, links))
    } == set()
    # they stand there, as words
    assert page.texts["h1"] == page.texts["title"] == f"Autoencoders on digits{hostile}"
    assert f"A1{hostile}, plain{hostile}" in page.texts["h3"]


def test_the_page_fetches_nothing_and_runs_its_own_script_alone() -> None:
    page = Skeleton(REPORT.render())
    digest = base64.b64encode(hashlib.sha256(page.texts["script"].encode()).digest()).decode()
    assert page.policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{digest}'",
    ]
    # it has to stand before all that it rules over
    assert page.elements[3][1] == ("http-equiv", "content")
    assert "sortable" in page.texts["script"]


@pytest.mark.parametrize("hostile", ["ab", *HOSTILE])
def test_data_of_the_laboratory_stay_data_and_its_script_runs(hostile: str, tmp_path: Path) -> None:
    data = {"classes": [hostile]}
    front = {"model": hostile, "image": "aa", "code": [1.0, -0.5], "output": "bb"}
    about = {"models": 1, "left_out": [hostile], "front": front}
    write_json(tmp_path / "about.json", about)
    (tmp_path / "laboratory.json").write_text(json.dumps(data))
    (tmp_path / "laboratory.js").write_text("if (1 < 2 && 2 > 1) {}")
    page = Skeleton(replace(REPORT, laboratory=read_laboratory(tmp_path)).render())
    names = [name for name, _ in page.elements]
    assert names.count("script") == 3
    assert names[-3:] == ["script"] * 3
    assert "h1" not in names[names.index("h2") :]
    _, held, script = page.scripts
    assert json.loads(held) == data
    digests = [
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()
        for each in (page.scripts[0], script)
    ]
    assert page.policy.endswith("; script-src " + " ".join(f"'sha256-{each}'" for each in digests))
    # two values: the first above the line of zero, the second half as tall below it
    assert page.attributes["rect"] == [
        {"x": "0.0", "y": "0.0", "width": "39.2", "height": "64.0"},
        {"x": "56.0", "y": "64.0", "width": "39.2", "height": "32.0"},
    ]
