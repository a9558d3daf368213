"""Pictures of what people see in a browser: `python -m tests.screenshots`, a minute.

They lie in out/screenshots, which git ignores: the page on a desktop, in the dark, on a phone and
without JavaScript, as a whole and part by part; the docs where `make docs` has built them; the
MLflow UI where there are runs.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

import stages  # noqa: F401  puts src/ on the path
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.terminal import say
from tests.browsers import DESKTOP, LAUNCH, LOOKS, PATIENCE, work
from tests.mlflow_ui import compare, open_card, open_list, open_slider, served_ui
from tests.projects import ROOT, Project

FOLDER = Path("out/screenshots")

NO_SCRIPT: dict[str, Any] = {"viewport": DESKTOP, "java_script_enabled": False}

PARTS = ("#laboratory", "#laboratory-models", "#laboratory-codes", "#scores", "#claims", "#models")
"""What stands on top of a picture each; the first picture is of the beginning."""

SITE = Path("site")
DOCS = {
    "front": "index.html",
    "lesson": "course/3-noise.html",
    "reference": "reference/parameters.html",
}

MONITOR = {"width": 1800, "height": 1000}
"""What the columns of MLflow's list and its assistant need side by side."""


def shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


def shoot_page(browser: Browser) -> None:
    """`<look>_<part>.png` for each part that is shown."""
    for look, options in {**LOOKS, "no_script": NO_SCRIPT}.items():
        page = browser.new_context(**options).new_page()
        page.goto(layout.PAGE.resolve().as_uri())
        if options.get("java_script_enabled", True):
            work(page)
        shoot(page, f"{look}_front")
        for part in PARTS:
            if page.locator(part).is_visible():
                page.locator(part).evaluate("part => part.scrollIntoView({behavior: 'instant'})")
                shoot(page, f"{look}_{part.removeprefix('#')}")


def shoot_docs(browser: Browser) -> None:
    """`docs_<look>_<page>.png`."""
    for look, options in LOOKS.items():
        page = browser.new_context(**options).new_page()
        for name, file in DOCS.items():
            page.goto((SITE / file).resolve().as_uri())
            shoot(page, f"docs_{look}_{name}")


def shoot_mlflow(browser: Browser) -> None:
    """`mlflow_<page>.png`: the list, two of its runs compared, pictures of one, a model's card."""
    context = browser.new_context(viewport=MONITOR)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    with served_ui(Project(ROOT)) as served:
        names = open_list(page, served)
        shoot(page, "mlflow_list")
        compare(page, names[:2])
        shoot(page, "mlflow_comparison")
        open_list(page, served)
        card = open_slider(page, names[0])
        card.get_by_role("slider").press("ArrowRight")
        card.locator("img[src*='step%2B1%2B']").scroll_into_view_if_needed()
        shoot(page, "mlflow_slider")
        open_list(page, served)
        open_card(page, "denoising")
        shoot(page, "mlflow_model")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        shoot_page(browser)
        if SITE.exists():
            shoot_docs(browser)
        if Path("mlflow.db").exists():
            shoot_mlflow(browser)
        browser.close()
    say(f"see {FOLDER}/")


if __name__ == "__main__":
    main()
