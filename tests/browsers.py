"""A browser for tests: Debian's Chromium, driven by Playwright. Without it they are skipped."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LAUNCH: dict[str, Any] = {"executable_path": CHROMIUM, "args": ["--no-sandbox"]}
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}

NEEDED = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt install chromium")
"""As `pytestmark` of a file whose tests look at pages."""


def browser() -> Iterator[Browser]:
    """The body of a fixture."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**LAUNCH)
        yield started
        started.close()


def work(page: Page) -> None:
    """Wait until the laboratory has computed what was asked for, and says so."""
    page.wait_for_function("() => document.getElementById('laboratory-room').dataset.busy === 'no'")
