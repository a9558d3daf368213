"""Pictures of the page show what there is, each once, as the files have them."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from mnist_autoencoders.page.render import picture
from tests import pages
from tests.pages import DRAWN, REPORT, draw, rendered

reports = pytest.fixture(autouse=True)(pages.reports)


@pytest.mark.parametrize("missing", [(), ("scores", "grid_vae", "generated_plain")])
def test_every_picture_there_is_stands_in_the_page_once(missing: tuple[str, ...]) -> None:
    for name in DRAWN:
        if name not in missing:
            draw(f"figures/{name}")
    # what is decoded is folded away as a whole, below its sheet
    hidden = {"grid_plain", "walks_plain"} if "generated_plain" in missing else set()
    wanted = sorted(set(DRAWN) - set(missing) - hidden)
    page = rendered()
    names = {address(name): f"figures/{name}" for name in DRAWN}
    noises = {address(name, Path("reports/noise")): f"noise/{name}" for name in REPORT.noises}
    held = [(names | noises)[str(image["src"])] for image in page.images]
    assert sorted(held[:-2]) == [f"figures/{name}" for name in wanted]
    assert held[-2:] == ["noise/gaussian", "noise/salt_and_pepper"]
    figures = [name.removeprefix("figure-") for name in page.ids if name.startswith("figure-")]
    assert [f"figures/{name}" for name in figures] == held[:-2]
    assert all(image["alt"] and image["loading"] == "lazy" for image in page.images)
    # a row of as many pixels as its name has letters; without sizes links would lead elsewhere
    sizes = [(image["width"], image["height"]) for image in page.images]
    assert sizes == [(str(len(name)), "1") for name in held]
    assert [image["alt"] for image in page.images[-2:]] == [
        "Test digits, clean above gaussian",
        "Test digits, clean above salt_and_pepper",
    ]
    assert page.words["noises figcaption"] == [
        "gaussian: the image above, its noisy copy below.",
        "salt_and_pepper: the image above, its noisy copy below.",
    ]
    assert len(page.words.get("model-vae summary", [])) == 3
    assert len(page.words.get("model-plain summary", [])) == (2 if hidden else 3)


def address(name: str, folder: Path = Path("reports/figures")) -> str:
    held = picture(name, folder)
    return held.address if held else ""


def decoded(name: str) -> np.ndarray:
    content = base64.b64decode(address(name).removeprefix("data:image/webp;base64,"), validate=True)
    return np.asarray(Image.open(io.BytesIO(content)).convert("L")).astype(int)


def test_a_chart_keeps_its_pixels_and_soft_digits_nearly() -> None:
    chart = np.kron(np.eye(8, dtype=np.uint8) * 200, np.ones((8, 8), np.uint8))
    soft = gaussian_filter(np.random.default_rng(0).uniform(0, 255, (64, 64)), 2).astype(np.uint8)
    Path("reports/figures").mkdir()
    for name, image in (("chart", chart), ("soft", soft)):
        Image.fromarray(image).save(f"reports/figures/{name}.png")
    np.testing.assert_array_equal(decoded("chart"), chart)
    assert 0 < np.abs(decoded("soft") - soft).max() < 12


def test_there_is_no_picture_where_there_is_no_file() -> None:
    draw("figures/one")
    assert picture("two") is None
    assert picture("gaussian") is None
    assert picture("gaussian", Path("reports/noise")) is not None
