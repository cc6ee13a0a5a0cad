"""A server over a project of the test's own, and a real Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from generator.check import chromium as check
from tests.preview.serving import Serving, project, serving


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Serving]:
    """A server of a project that the test may change."""
    with serving(project(tmp_path)) as running:
        yield running


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that many tests ask, and none changes."""
    with serving(project(tmp_path_factory.mktemp("project"))) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with check.chromium() as browser:
        yield browser


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address; whatever a script of ours complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(address: str, color_scheme: Literal["light", "dark"] | None = None) -> Page:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, color_scheme=color_scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
