"""A real Chromium, and a visit to a page as a theme renders it.

The browser is CHROMIUM, or /usr/bin/chromium; without one these tests fail.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from generator.check import chromium as check
from generator.model.portfolio import Portfolio, Scalar
from tests.browser.visitor import Scheme, Screen, Visit
from tests.quality.showroom import THEMES, dressed, materials, site_files


# A started Playwright leaves its event loop running in the thread, and whoever else tests with
# asyncio there would trip over it: so one browser a module, not one a session.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with check.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def screen(chromium: Browser) -> Iterator[Screen]:
    """One tab for all visits: opening one takes longer than most visits."""
    context = chromium.new_context(reduced_motion="reduce")
    yield Screen(context.new_page())
    context.close()


@pytest.fixture(scope="module", params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    """Each theme that a person can choose."""
    return str(request.param)


@pytest.fixture
def visit(screen: Screen, theme: str) -> Callable[..., Visit]:
    """Open a portfolio's page in the theme; a visit ends when the next begins."""

    def open_portfolio(
        portfolio: Portfolio,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        contact_endpoint: str = "",
        language: str = "en",
        **knobs: Scalar,
    ) -> Visit:
        of = materials(theme, contact_endpoint=contact_endpoint, language=language)
        page = of.renderer.portfolio(dressed(portfolio, theme, **knobs), "ada")
        files = {**site_files(of, theme), page.path: page.body}
        return screen.show(files, "ada/", width=width, scheme=scheme)

    return open_portfolio
