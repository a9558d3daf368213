"""The trained models of this repository in its page: Keras' pictures, and the time they take.

`dvc repro laboratory` first. Keras gets the weights as they were trained, the page as it holds
them; a denoiser sees noisy images as well.
"""

import contextlib
import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from mnist_autoencoders.dataset.store import open_images
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.networks.apply import apply_network, load_model
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.terminal import say
from tests import browsers
from tests.conftest import TENSORFLOW
from tests.laboratories import in_browser
from tests.projects import ROOT

DATA = ROOT / layout.LABORATORY / "laboratory.json"

pytestmark = [
    TENSORFLOW,
    pytest.mark.skipif(not DATA.exists(), reason="no models in the page: dvc repro laboratory"),
]
browser = pytest.fixture(scope="module")(browsers.browser)

IMAGES = 100
WITHIN = 1e-3
"""Largest difference of a pixel in [0, 1]."""

MILLISECONDS = 30
"""For a picture through an encoder and a decoder."""

TIMED = """([model, image]) => {
  const network = new laboratory.Network(model);
  const times = Array.from({length: 30}, () => {
    const start = performance.now();
    network.reconstruct(image);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[15];
}"""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=ROOT / layout.LABORATORY / "laboratory.js")
    yield page
    page.close()


def test_all_models_are_as_in_keras(blank: Page) -> None:
    with contextlib.chdir(ROOT):
        images = open_images(layout.CLEAN, "test")
        clean = images[spread(len(images), IMAGES)] / 255.0
        noisy = noise_of("gaussian", 0.5).apply(clean, np.random.default_rng(0))
        models = json.loads(DATA.read_text())["models"]
        gaps, times = {}, {}
        for model in models:
            network = load_model(layout.TRAINING / model["name"] / "model.keras", compiled=False)
            pixels = np.concatenate([clean, noisy]) if model["noise"] else clean
            wanted = apply_network(network, pixels[..., np.newaxis].astype(np.float32))[0]
            _, pictures = in_browser(blank, model, pixels)
            name = model["name"]
            gaps[name] = float(np.abs(pictures - wanted.reshape(len(pixels), -1)).max())
            times[name] = blank.evaluate(TIMED, [model, clean[0].ravel().tolist()])
            say(f"{name}: differs by {gaps[name]:.1e} at most, {times[name]:.2f} ms a picture")
    assert models
    assert max(gaps.values()) < WITHIN
    assert max(times.values()) < MILLISECONDS


def test_the_page_has_at_most_twelve_megabytes() -> None:
    size = (ROOT / layout.PAGE).stat().st_size
    say(f"{layout.PAGE}: {size / 1e6:.2f} MB")
    assert size < 12e6
