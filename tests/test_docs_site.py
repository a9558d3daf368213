"""docs/ becomes pages that lead nowhere wrong and open without a network, in a browser too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.browsers import LOOKS, heard, scrolls_sideways, serious
from tests.projects import ROOT

browser = pytest.fixture(scope="module")(browsers.browser)


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


@pytest.fixture(params=LOOKS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_context(**LOOKS[request.param]).new_page()
    yield page
    page.context.close()


def test_a_lesson_and_a_parameter_are_found(page: Page, site: Path) -> None:
    said = heard(page)
    page.goto((site / "index.html").as_uri())
    # what a phone keeps behind buttons
    menu, search = (
        page.locator(f"label.md-header__button[for=__{name}]") for name in ("drawer", "search")
    )
    if menu.is_visible():
        menu.click()
        page.locator("label.md-nav__link").filter(has_text="A course in five lessons").click()
    page.locator(".md-nav").get_by_role("link", name="3 Noise").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3. Noise")

    if search.is_visible():
        search.click()
    page.get_by_role("textbox", name="Search").press_sequentially("weight_decay")
    page.locator(".md-search-result__link").filter(has_text="models.NAME.weight_decay").click()
    expect(page).to_have_url(re.compile("reference/parameters.html.*#models-name$"))
    term = page.get_by_role("term").filter(has_text="models.NAME.weight_decay")
    expect(term).to_be_visible()

    own = (site.as_uri(), "data:", "blob:")
    assert [each for each in said if not each.startswith(own)] == []


def test_axe_finds_nothing_serious_in_the_text(page: Page, site: Path) -> None:
    """Around it is the theme's; a wide table, which it has scroll, is reached by the arrow keys
    in browsers of today."""
    rules = {"scrollable-region-focusable": {"enabled": False}}
    page.goto((site / "course/3-noise.html").as_uri())
    assert serious(page, context=".md-content", options={"rules": rules}) == []


def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, site: Path) -> None:
    page = browser.new_context(**LOOKS["phone"]).new_page()
    wide = []
    for path in site.rglob("*.html"):
        page.goto(path.as_uri())
        if scrolls_sideways(page):
            wide.append(path.name)
    page.context.close()
    assert wide == []
