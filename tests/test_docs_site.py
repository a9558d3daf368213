"""docs/ becomes pages that lead nowhere wrong and open without a network."""

import logging
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from mnist_autoencoders.handbook.links import for_site, outside
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a link to a page, a heading or a picture that is not there fails."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    assert config.strict
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    config.plugins.run_event("startup", command="build", dirty=False)
    build(config)
    return folder


def test_nothing_is_loaded_from_the_web(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    assert len(pages) > 25
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*?\ssrc=\"?([^\" >]+)", text)
        loaded += re.findall(r"<link\b[^>]*?\shref=\"?([^\" >]+)", text)
        assert loaded
        assert [each for each in loaded if "//" in each] == []
        for each in loaded:
            if page.name != "404.html" and not each.startswith("data:"):
                assert (page.parent / each.partition("?")[0]).exists(), f"{page}: {each}"
    # without it there is no search on file://
    assert "__index" in (site / "search/search_index.js").read_text(encoding="utf-8")[:20]
    assert "Worker" in (site / "assets/iframe-worker.js").read_text(encoding="utf-8")


def test_each_lesson_has_pictures_and_an_exercise_with_its_answer(site: Path) -> None:
    lessons = sorted((site / "course").glob("[1-5]*.html"))
    assert len(lessons) == 5
    for lesson in lessons:
        text = lesson.read_text(encoding="utf-8")
        assert "dvc exp run -n" in re.sub("<.*?>", "", text)
        assert '<details class="success">' in text
        assert "<img" in text or lesson.name.startswith("5")


LINKED = """\
[a](other.md#part) ![b](../../reports/figures/pca.png) [c](../studies.md) [d](https://x.org/y.md) [e](#here)

```sh
echo "[f](../../x.md)"
```
[g](../../README.md)
"""


def test_links_out_of_the_docs_lead_to_copies_in_the_site() -> None:
    assert for_site(LINKED, "course/1.md") == (
        LINKED.replace("../../reports", "../repository/reports").replace(
            "../../README", "../repository/README"
        )
    )
    readme = for_site("[a](docs/studies.md#x) [b](LICENSE)", "repository/README.md")
    assert readme == "[a](../studies.md#x) [b](LICENSE)"


def test_what_pages_lead_to_is_found_and_followed(tmp_path: Path) -> None:
    for name, text in {
        "docs/course/1.md": LINKED,
        "README.md": "[a](reports/claims.md) [b](docs/course/1.md) [gone](reports/gone.png)",
        "reports/claims.md": "![a](figures/scores.png)",
        "reports/figures/pca.png": "",
        "reports/figures/scores.png": "",
        "reports/figures/unused.png": "",
        "x.md": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    pictures = [f"reports/figures/{name}.png" for name in ("pca", "scores")]
    assert outside(tmp_path) == ["README.md", "reports/claims.md", *pictures]
