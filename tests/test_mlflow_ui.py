"""The MLflow UI that `make ui` serves, in a browser: it shows what the project measured."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import browsers
from tests.mlflow_ui import Served, compare, open_card, open_list, open_slider, served_ui
from tests.projects import Project

browser = pytest.fixture(scope="module")(browsers.browser)

WIDE = {"width": 2800, "height": 900}
"""So wide that the list shows all its columns."""


@pytest.fixture(scope="module")
def served(logged: Project) -> Iterator[Served]:
    with served_ui(logged) as served:
        yield served


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for all tests, as it keeps the megabytes of the UI's code."""
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(browsers.PATIENCE)
    return context


@pytest.fixture
def page(context: BrowserContext, served: Served) -> Iterator[Page]:
    """The list; nothing is asked of another machine."""
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_list(page, served)
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((f"{served.root}/", "data:"))] == []


def measured(project: Project, model: str) -> dict[str, Any]:
    """What the files of a project say of a model, by column of the list in its order."""
    figures = json.loads((project.folder / f"reports/metrics/{model}.json").read_text())
    timing = json.loads((project.folder / f"reports/timings/{model}.json").read_text())
    history = pd.read_csv(project.folder / f"out/training/{model}/history.csv")
    generated = figures.get("generation", {}).get("standard_normal", {})
    entry = project.read_parameters()["models"][model]
    return {
        "val_loss": history["val_loss"].iloc[-1],
        "test_psnr": figures["psnr"],
        "test_ssim": figures["ssim"],
        "test_codes_knn_accuracy": figures["codes"]["knn_accuracy"],
        "test_generation_standard_normal_frechet": generated.get("frechet", "-"),
        "seconds": timing["seconds"],
        "input": entry["input"],
        "kind": entry["kind"],
        "code_size": entry.get("code_size", "None"),
        "epochs": entry["epochs"],
        "dvc.experiment": "workspace",
    }


def shown(page: Page) -> pd.DataFrame:
    """The list as it is on the screen, by name of the run."""
    script = """parts => parts.map(part => ({
      row: part.closest('[role=row]').getAttribute('row-index'), id: part.getAttribute('col-id'),
      x: part.getBoundingClientRect().x, text: part.innerText.split('\\n').at(-1)}))"""
    heads = page.get_by_role("columnheader").and_(page.locator("[col-id*='`']"))
    titles = pd.DataFrame(heads.evaluate_all(script)).sort_values("x").set_index("id")["text"]
    cells = page.get_by_role("gridcell").and_(page.locator("[col-id*='`']"))
    found = pd.DataFrame(cells.evaluate_all(script)).pivot(index="row", columns="id", values="text")
    return found.sort_index()[titles.index].set_axis(titles, axis="columns").set_index("Run Name")


def test_the_list_has_the_figures_that_matter(page: Page, logged: Project) -> None:
    table = shown(page)
    started = sorted(logged.runs(), key=lambda run: -run.info.start_time)
    assert table.index.tolist() == [run.info.run_name for run in started]
    for model in ("simple", "denoising", "vae"):
        wanted = measured(logged, model)
        assert table.columns[: len(wanted)].tolist() == list(wanted)
        for column, value in wanted.items():
            text = table.at[model, column]
            # the file of a history has seven digits
            same = pytest.approx(value, rel=1e-6) if isinstance(value, float) else str(value)
            assert (float(text) if isinstance(value, float) else text) == same, (model, column)
        assert table.at[model, "Models"] == model
    assert table.at["vae", "Description"].startswith("784-16-(2, 2)-16-784; trained on clean")


def test_a_comparison_has_both_runs_and_what_differs(page: Page, logged: Project) -> None:
    models = ["simple", "vae"]
    compare(page, models)
    rows = [text.split() for text in page.get_by_role("row").all_inner_texts()]
    assert ["Run", "Name:", *models] in rows
    assert ["code_size", "4", "2"] in rows
    # the names of the metrics in a column, and beside it their values, run by run
    names, values = (grid.inner_text().split() for grid in page.get_by_role("grid").all()[-2:])
    at = 2 * names.index("test_code_mean")
    metrics = (logged.folder / f"reports/metrics/{model}.json" for model in models)
    wanted = [json.loads(file.read_text())["code_mean"] for file in metrics]
    assert abs(wanted[0] - wanted[1]) > 0.01
    # the UI rounds to three digits
    assert [float(value) for value in values[at : at + 2]] == pytest.approx(wanted, abs=6e-4)


def test_the_slider_shows_the_pictures_epoch_by_epoch(page: Page, logged: Project) -> None:
    card = open_slider(page, "simple")
    expect(card.get_by_role("heading")).to_have_text("reconstructions")
    slider, picture = card.get_by_role("slider"), card.locator("img[src*=get-artifact]")
    folder = logged.folder / "out/training/simple/epochs"
    epochs = [Image.open(folder / f"000{number}.png").convert("L") for number in range(3)]
    for number in range(len(epochs)):
        expect(slider).to_have_attribute("aria-valuenow", str(number))
        expect(picture).to_have_attribute("src", re.compile(f"step%2B{number}%2B"))
        expect(picture).to_have_js_property("complete", True)
        expect(picture).to_be_in_viewport()
        content = picture.evaluate("image => fetch(image.src).then(answer => answer.bytes())")
        seen = Image.open(io.BytesIO(bytes(content))).convert("L")
        far = [
            np.abs(np.subtract(seen, each.resize(seen.size), dtype=float)).mean() for each in epochs
        ]
        assert np.argmin(far) == number
        slider.press("ArrowRight")


def test_a_registered_model_has_its_alias_and_its_card(page: Page, logged: Project) -> None:
    open_card(page, "denoising")
    expect(page.get_by_text("@ champion")).to_be_visible()
    (champion,) = json.loads((logged.folder / "reports/registry.json").read_text()).values()
    title = f"denoising: {champion['model']}"
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    figure = page.get_by_role("row").filter(has_text="denoising.psnr")
    expect(figure).to_have_text(re.compile(rf"denoising\.psnr\s*{champion['value']:.4g}\s"))
    file = logged.folder / f"out/training/{champion['model']}/model.keras"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    expect(page.get_by_text(f"SHA-256 {digest}")).to_be_visible()


def test_the_ui_answers_this_machine_alone(served: Served) -> None:
    address = f"{served.root}/api/2.0/mlflow/experiments/search?max_results=9"
    assert "mnist-autoencoders" in requests.get(address).text
    port = served.port
    for name in ("127.0.0.1", "localhost"):
        assert requests.get(address, headers={"Host": f"{name}:{port}"}).status_code == 200
    for host in ("evil.example", f"evil.example:{port}", "10.0.0.1", "192.168.0.1:80"):
        assert requests.get(address, headers={"Host": host}).status_code == 403
    heard = [
        each.laddr
        for process in (served.process, *served.process.children(recursive=True))
        for each in process.net_connections()
        if each.status == psutil.CONN_LISTEN
    ]
    assert set(heard) == {("127.0.0.1", port)}
