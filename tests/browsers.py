"""A browser for tests: Debian's Chromium, driven by Playwright. Without it they are skipped."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LAUNCH: dict[str, Any] = {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}

LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True},
}

PATIENCE = 60_000
"""Milliseconds within which whatever is waited for is there, on a busy machine too."""


def browser() -> Iterator[Browser]:
    """The body of a fixture."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**LAUNCH)
        yield started
        started.close()


def heard(page: Page) -> list[str]:
    """What the page complains of from now on, and the addresses that it asks for."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    return said


def serious(page: Page, **options: Any) -> list[tuple[str, str]]:
    """What axe-core calls serious or worse: the rule, and the first place."""
    found = Axe().run(page, **options).response["violations"]
    bad = [each for each in found if each["impact"] in ("serious", "critical")]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in bad]


def scrolls_sideways(page: Page) -> bool:
    assert page.viewport_size is not None
    width = page.evaluate("() => document.documentElement.scrollWidth")
    return bool(width > page.viewport_size["width"])


def work(page: Page) -> None:
    """Wait until the laboratory has computed what was asked for, and says so."""
    page.wait_for_function("() => document.getElementById('laboratory-room').dataset.busy === 'no'")
