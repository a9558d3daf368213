"""docs/ becomes pages that lead nowhere wrong and open without a network."""

import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a link to what is not there, a heading too, fails."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    assert config.strict
    config.plugins.on_startup(command="build", dirty=False)
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
