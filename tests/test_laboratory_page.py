"""The page in a browser: the laboratory as people use it, and the rest without it."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from mnist_autoencoders.laboratory.parameters import LaboratoryParameters
from mnist_autoencoders.stagecraft import layout
from tests import browsers, pages
from tests.browsers import DESKTOP, LOOKS, heard, scrolls_sideways, serious, work
from tests.conftest import TENSORFLOW
from tests.laboratories import MODELS, write_laboratory, write_page, write_project

pytestmark = TENSORFLOW
browser = pytest.fixture(scope="module")(browsers.browser)


@dataclass(frozen=True)
class Site:
    """A project's page, and the networks in it."""

    folder: Path
    models: dict[str, keras.Model]

    @property
    def path(self) -> Path:
        return self.folder / layout.PAGE


def make_site(folder: Path, models: dict[str, dict[str, Any]], megabytes: float = 1) -> Site:
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        pages.reports(folder, patch)
        for name in ("figures/reconstructions_plain", "figures/scores", "figures/pca"):
            pages.draw(name)
        made = write_project(models)
        laboratory = write_laboratory(LaboratoryParameters(images=30, megabytes=megabytes))
        write_page(laboratory)
    return Site(folder, made)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, _started: None) -> Site:
    return make_site(tmp_path_factory.mktemp("site") / "page", MODELS)


def opened(browser: Browser, path: Path, **options: Any) -> Page:
    """The page, which complains of nothing and fetches nothing."""
    page = browser.new_context(**options).new_page()
    said = heard(page)
    page.goto(path.as_uri())
    if options.get("java_script_enabled", True):
        work(page)
    assert [each for each in said if not each.startswith(("data:", path.as_uri()))] == []
    return page


@pytest.fixture
def desktop(browser: Browser, site: Site) -> Iterator[Page]:
    page = opened(browser, site.path, viewport=DESKTOP)
    yield page
    page.context.close()


def state(page: Page, name: str) -> NDArray[np.float64]:
    return np.array(page.evaluate(f"() => [...laboratory.state.{name}]"))


def reconstructed(site: Site, name: str, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    return site.models[name].predict(pixels.reshape(1, 28, 28, 1), verbose=0).ravel()


def decoded(site: Site, name: str, code: NDArray[np.float64]) -> NDArray[np.float64]:
    return site.models[name].get_layer("decoder").predict(code[np.newaxis], verbose=0).ravel()


def drag(page: Page, target: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at a place of an element, in shares of its size, and let go at another."""
    page.locator(target).scroll_into_view_if_needed()
    box = page.locator(target).bounding_box()
    assert box is not None
    (x, y), (to_x, to_y) = (
        (box["x"] + across * box["width"], box["y"] + down * box["height"])
        for across, down in (start, end)
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()
    work(page)


def shown_psnr(page: Page, name: str) -> float:
    card = page.locator(".card", has=page.get_by_text(name, exact=True))
    found = re.match(r"-?[\d.]+", card.locator(".psnr").inner_text())
    assert found is not None
    return float(found.group())


def psnr(original: NDArray[np.float64], image: NDArray[np.float64]) -> float:
    return float(-10 * np.log10(np.mean((original - image) ** 2)))


def test_a_digit_is_drawn_made_noisy_and_cleaned(desktop: Page, site: Site) -> None:
    desktop.click("#laboratory-clear")
    work(desktop)
    assert state(desktop, "clean").max() == 0
    drag(desktop, "#laboratory-clean", (0.5, 0.2), (0.5, 0.8))
    drawn = state(desktop, "clean").reshape(28, 28)
    # a stroke down the middle: white along it, black at both sides, and no end touched
    assert drawn[7:21, 13:15].min() > 0.9
    assert drawn[:, :10].max() == drawn[:, 18:].max() == drawn[:3].max() == 0

    desktop.select_option("#laboratory-noise", "salt_and_pepper")
    desktop.locator("#laboratory-strength").fill("0.25")
    work(desktop)
    seen = state(desktop, "seen")
    changed = seen != drawn.ravel()
    # half of a quarter stays as it is where black becomes black
    assert 0.06 < changed.mean() < 0.25
    assert set(seen[changed]) == {0.0, 1.0}
    for name in site.models:
        # what was trained to copy sees no noise
        shown = seen if name == "denoiser" else drawn
        wanted = psnr(drawn.ravel(), reconstructed(site, name, shown))
        assert shown_psnr(desktop, name) == pytest.approx(wanted, abs=0.051)
    best = psnr(drawn.ravel(), reconstructed(site, "denoiser", seen))
    assert desktop.locator("#laboratory-said").inner_text() == (
        f"The noisy picture has {psnr(drawn.ravel(), seen):.1f} dB; "
        f"the best is denoiser with {best:.1f} dB."
    )
    # no filter was tuned for it
    assert desktop.locator("#laboratory-filters-part").is_hidden()

    before = state(desktop, "seen")
    desktop.click("#laboratory-again")
    work(desktop)
    assert (state(desktop, "seen") != before).any()


def test_a_finger_draws_and_the_page_stays(browser: Browser, site: Site) -> None:
    page = opened(browser, site.path, **LOOKS["phone"])
    page.click("#laboratory-clear")
    canvas = page.locator("#laboratory-clean")
    canvas.scroll_into_view_if_needed()
    box, scrolled = canvas.bounding_box(), page.evaluate("() => scrollY")
    assert box is not None
    touch = page.context.new_cdp_session(page)
    for kind, share in [
        ("Start", 0.2),
        *(("Move", 0.2 + 0.1 * at) for at in range(1, 7)),
        ("End", 0),
    ]:
        x, y = box["x"] + 0.5 * box["width"], box["y"] + share * box["height"]
        points = [] if kind == "End" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    work(page)
    drawn = state(page, "clean").reshape(28, 28)
    assert drawn[7:21, 13:15].min() > 0.9
    assert drawn[:, :10].max() == drawn[:, 18:].max() == drawn[:3].max() == 0
    assert page.evaluate("() => scrollY") == scrolled
    page.context.close()


def test_another_button_of_the_mouse_draws_nothing(desktop: Page) -> None:
    before = state(desktop, "clean")
    desktop.click("#laboratory-clean", button="right", position={"x": 5, "y": 5})
    np.testing.assert_array_equal(state(desktop, "clean"), before)


def test_a_noise_without_tuned_filters_begins_in_the_middle_of_its_slider(desktop: Page) -> None:
    desktop.locator("#laboratory-strength").fill("1.5")
    desktop.select_option("#laboratory-noise", "speckle")
    work(desktop)
    assert desktop.evaluate("() => laboratory.state.noise.strength") == 1


def test_noise_of_no_strength_is_no_error(desktop: Page) -> None:
    desktop.locator("#laboratory-strength").fill("0")
    work(desktop)
    assert desktop.locator("#laboratory-seen-psnr").inner_text() == "Noisy: no error"
    said = desktop.locator("#laboratory-said").inner_text()
    assert said.startswith("The noisy picture has no error; the best is ")


def test_each_card_says_what_it_was_made_for(desktop: Page) -> None:
    notes = desktop.locator("button.card .note").all_inner_texts()
    assert notes == ["gaussian 0.5", "2 values", "5 values"]


def test_filters_have_the_setting_of_the_nearest_strength(desktop: Page) -> None:
    settings = desktop.locator("#laboratory-filters .card:visible .note")
    assert settings.all_inner_texts() == ["sigma 0.5", "side 3"]
    desktop.locator("#laboratory-strength").fill("0.3")
    work(desktop)
    assert settings.all_inner_texts() == ["sigma 0.2", "side 3"]


def test_a_value_of_the_code_is_dragged_and_moved_by_keys(desktop: Page, site: Site) -> None:
    desktop.locator(".card", has=desktop.get_by_text("vae", exact=True)).click()
    assert desktop.locator("#laboratory-model").input_value() == "vae"
    before = state(desktop, "encoded.code")
    picture = reconstructed(site, "vae", state(desktop, "clean"))
    np.testing.assert_allclose(state(desktop, "decoded"), picture, atol=1e-5)

    # the third of five bars, to the top, where the largest value is
    drag(desktop, "#laboratory-bars", (0.5, 0.5), (0.5, 0.001))
    code = state(desktop, "encoded.code")
    high = max(desktop.evaluate("() => laboratory.state.model.range")[1], *before, 0)
    assert code[2] == pytest.approx(high, abs=0.02 * high + 0.01)
    np.testing.assert_array_equal(np.delete(code, 2), np.delete(before, 2))
    np.testing.assert_allclose(state(desktop, "decoded"), decoded(site, "vae", code), atol=1e-5)

    desktop.focus("#laboratory-bars")
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.press("ArrowUp")
    low, high = desktop.evaluate("() => laboratory.state.model.range")
    moved = state(desktop, "encoded.code") - code
    np.testing.assert_allclose(moved, [0, 0, 0, (high - low) / 40, 0], atol=1e-9)
    said = desktop.locator("#laboratory-value").inner_text()
    assert said == f"Value 4 of 5: {code[3] + moved[3]:.2f}"
    assert desktop.get_attribute("#laboratory-bars", "aria-valuetext") == said.lower()

    desktop.click("#laboratory-back")
    np.testing.assert_array_equal(state(desktop, "encoded.code"), before)


def test_a_walk_in_the_plane_changes_two_values(desktop: Page, site: Site) -> None:
    desktop.select_option("#laboratory-model", "vae")
    desktop.select_option("#laboratory-x", label="value 2")
    desktop.select_option("#laboratory-y", label="value 5")
    before = state(desktop, "encoded.code")
    drag(desktop, "#laboratory-plane", (0.5, 0.5), (0.25, 0.9))
    code = state(desktop, "encoded.code")
    np.testing.assert_array_equal(code[[0, 2, 3]], before[[0, 2, 3]])
    codes = np.load(site.folder / "out/evaluation/vae/codes.npy")
    for index, share in ((1, 0.25), (4, 0.1)):
        low, high = codes[:, index].min(), codes[:, index].max()
        edge = 0.08 * (high - low)
        wanted = low - edge + share * (high - low + 2 * edge)
        assert abs(code[index] - wanted) < 0.01 * (high - low)
    np.testing.assert_allclose(state(desktop, "decoded"), decoded(site, "vae", code), atol=1e-5)
    desktop.focus("#laboratory-plane")
    desktop.keyboard.press("ArrowUp")
    assert (state(desktop, "encoded.code") != code).nonzero()[0].tolist() == [4]


def test_codes_are_drawn_as_is_said(desktop: Page, site: Site) -> None:
    """Many draws have the mean and the covariance of N(0, I), or of the codes of test images."""
    desktop.select_option("#laboratory-model", "vae")
    script = """([id, count]) => Array.from({length: count}, () => {
      document.getElementById(id).click(); return [...laboratory.state.encoded.code]})"""
    codes = np.load(site.folder / "out/evaluation/vae/codes.npy")
    for button, mean, covariance in (
        ("laboratory-normal", np.zeros(5), np.eye(5)),
        ("laboratory-fitted", codes.mean(axis=0), np.cov(codes.T, bias=True)),
    ):
        drawn = np.array(desktop.evaluate(script, [button, 400]))
        scale = np.sqrt(np.diag(covariance))
        assert np.abs((drawn.mean(axis=0) - mean) / scale).max() < 0.2
        assert np.abs((np.cov(drawn.T) - covariance) / np.outer(scale, scale)).max() < 0.3
    desktop.locator("#laboratory-draws button").nth(3).click()
    code = state(desktop, "encoded.code")
    np.testing.assert_allclose(state(desktop, "decoded"), decoded(site, "vae", code), atol=1e-5)
    # what denoises draws nothing
    desktop.select_option("#laboratory-model", "denoiser")
    assert desktop.locator("#laboratory-generate").is_hidden()


def test_a_test_image_is_picked_by_keyboard(desktop: Page, site: Site) -> None:
    desktop.focus("#laboratory-images button:nth-child(4)")
    name = desktop.locator("#laboratory-images button:nth-child(4)").get_attribute("aria-label")
    desktop.keyboard.press("Enter")
    work(desktop)
    # labels go from 0 to 9 again and again: the first of each in turn
    assert name == "Test image 3, 3"
    image = np.load(site.folder / "data/clean/test_images.npy")[3]
    np.testing.assert_allclose(state(desktop, "clean"), image.ravel() / 255, atol=1e-12)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(
    browser: Browser, site: Site, look: str
) -> None:
    page = opened(browser, site.path, **LOOKS[look])
    assert serious(page) == []
    assert not scrolls_sideways(page)
    page.context.close()


def test_without_javascript_all_but_the_laboratory_is_there(browser: Browser, site: Site) -> None:
    page = opened(browser, site.path, viewport=DESKTOP, java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert page.locator("#laboratory-room").is_hidden()
    for part in (".front", "#scores", "#claim-1 .verdict", "#model-vae", "#noises"):
        assert page.locator(part).is_visible()
    page.context.close()


def test_on_paper_nothing_is_folded_away(desktop: Page) -> None:
    measured = desktop.locator("#claim-1 ul")
    assert not measured.evaluate("part => part.checkVisibility()")
    desktop.emulate_media(media="print")
    assert measured.evaluate("part => part.checkVisibility()")
    assert desktop.locator(".room").is_hidden()


@pytest.mark.parametrize("name", MODELS)
def test_one_model_is_enough(browser: Browser, tmp_path: Path, name: str) -> None:
    site = make_site(tmp_path / "page", {name: MODELS[name]})
    page = opened(browser, site.path, viewport=DESKTOP)
    assert page.locator(".card[aria-pressed=true]").count() == 1
    assert page.locator("#laboratory-denoisers-part").is_visible() == (name == "denoiser")
    assert page.locator(".front").count() == (name != "denoiser")
    page.context.close()


def test_no_model_fits_and_nothing_breaks(browser: Browser, tmp_path: Path) -> None:
    site = make_site(tmp_path / "page", {"plain": MODELS["plain"]}, megabytes=0)
    page = opened(browser, site.path, viewport=DESKTOP)
    assert page.get_by_text("Left out, so that the page stays small: plain.").is_visible()
    assert page.locator("#laboratory-code").is_hidden()
    assert page.locator("#laboratory-filters .card:visible").count() == 2
    page.context.close()
