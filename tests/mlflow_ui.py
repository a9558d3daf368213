"""The MLflow UI of a project, served as `make ui` serves it, and ways of a person through it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import requests
from playwright.sync_api import Locator, Page
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.projects import Project
from tests.trials.servers import free_port

NAME = "attributes.`Run Name`"
"""What MLflow calls the column of the names."""


@dataclass(frozen=True)
class Served:
    """A server that answers: where, what it said to open, and its process."""

    port: int
    opens: str
    process: psutil.Process

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served_ui(project: Project) -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "stages.ui", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=project.folder, env=project.environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            served = Served(port, server.stdout.readline().strip(), psutil.Process(server.pid))
            retries = Retry(total=300, backoff_factor=1, backoff_max=1)
            with requests.Session() as session:
                session.mount("http://", HTTPAdapter(max_retries=retries))
                assert session.get(f"{served.root}/health").ok
            yield served
        finally:
            server.terminate()


def open_list(page: Page, served: Served) -> list[str]:
    """Open the page that `make ui` says; the names of the runs that are in sight, top first."""
    page.goto(served.opens)
    names = page.get_by_role("gridcell").and_(page.locator(f'[col-id="{NAME}"]'))
    names.first.wait_for()
    # a column of the view, which comes after the list
    page.get_by_role("columnheader", name="val_loss").first.wait_for()
    return [text.split("\n")[-1] for text in names.all_inner_texts()]


def row(page: Page, name: str) -> Locator:
    """The left part of a row of the list, by the name of the run."""
    named = page.locator(f'[col-id="{NAME}"]').get_by_role("link", name=name, exact=True)
    return page.get_by_role("row").filter(has=named)


def compare(page: Page, names: list[str]) -> None:
    """From the list to the page that compares these runs."""
    for name in names:
        row(page, name).get_by_role("checkbox", name="toggle row selection").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_text(f"Comparing {len(names)} Runs").wait_for()
    page.get_by_role("grid").last.wait_for()


def open_slider(page: Page, name: str) -> Locator:
    """From the list to a run's charts; the card with the slider and the epochs' pictures."""
    row(page, name).get_by_role("link", name=name, exact=True).click()
    page.get_by_role("tab", name="Model metrics").click()
    # charts are drawn as they come into sight, and this one is among the last
    page.get_by_role("button", name="Add section").scroll_into_view_if_needed()
    slider = page.get_by_role("slider")
    slider.wait_for()
    card = page.get_by_test_id("experiment-view-compare-runs-card").filter(has=slider)
    # they are below all parameters of the run
    card.locator("img[src*=get-artifact]").scroll_into_view_if_needed()
    return card


def open_card(page: Page, name: str) -> None:
    """From the list to the newest version of a registered model."""
    page.get_by_role("link", name="Model registry").click()
    # what MLflow shows whoever comes first
    page.get_by_role("button", name="Try it now").click()
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name="Version").first.click()
    page.get_by_role("heading", name="What it is").wait_for()
