"""Pictures of the page as people see it: `python -m tests.screenshots`, a minute.

They lie in out/screenshots, which git ignores: on a desktop, in the dark, on a phone and without
JavaScript, as a whole and part by part.
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import stages  # noqa: F401  puts src/ on the path
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.terminal import say
from tests.browsers import DESKTOP, LAUNCH, PHONE, work

FOLDER = Path("out/screenshots")

LOOKS = {
    "desktop": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True},
    "no_script": {"viewport": DESKTOP, "java_script_enabled": False},
}

PARTS = ("#laboratory", "#laboratory-models", "#laboratory-codes", "#scores", "#claims", "#models")
"""What stands on top of a picture each; the first picture is of the beginning."""


def shoot(page: Page, look: str) -> None:
    """Write `<look>_<part>.png` for each part that is shown."""
    page.screenshot(path=FOLDER / f"{look}_front.png")
    for part in PARTS:
        if page.locator(part).is_visible():
            page.locator(part).evaluate("part => part.scrollIntoView({behavior: 'instant'})")
            page.screenshot(path=FOLDER / f"{look}_{part.removeprefix('#')}.png")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        for look, options in LOOKS.items():
            page = browser.new_context(**options).new_page()
            page.goto(layout.PAGE.resolve().as_uri())
            if options.get("java_script_enabled", True):
                work(page)
            shoot(page, look)
        browser.close()
    say(f"see {FOLDER}/")


if __name__ == "__main__":
    main()
