"""axe finds nothing serious on any page of any theme, by day and by night."""

from collections.abc import Callable
from itertools import cycle

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from generator.gallery.edge_cases import EDGE_CASES
from generator.model.portfolio import Portfolio
from tests.browser.visitor import Screen, Visit
from tests.quality.showroom import (
    LANGUAGES,
    LAYOUTS,
    SAMPLES,
    TYPICAL,
    materials,
    site_files,
    site_pages,
)

Open = Callable[..., Visit]
VIOLATIONS = {"resultTypes": ["violations"]}
"""axe describes every element that passes, too, unless it is told not to."""


@pytest.mark.parametrize("portfolio", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_samples_page(visit: Open, portfolio: Portfolio, layout: str) -> None:
    assert barriers(visit(portfolio, layout=layout).page) == []


# The longest pages there are: a layout each.
@pytest.mark.parametrize(
    ("portfolio", "layout"),
    list(zip(EDGE_CASES.values(), cycle(LAYOUTS), strict=False)),
    ids=EDGE_CASES,
)
def test_an_edge_cases_page(visit: Open, portfolio: Portfolio, layout: str) -> None:
    assert barriers(visit(portfolio, layout=layout).page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_a_form_in_every_language(visit: Open, language: str) -> None:
    seen = visit(TYPICAL, language=language, contact_endpoint="https://forms.example/send")

    assert barriers(seen.page) == []


def test_the_sites_own_pages(screen: Screen, theme: str) -> None:
    of = materials(theme)
    for it in site_pages(of):
        if b"http-equiv" not in it.body:  # that one leads on
            files = {**site_files(of, theme), it.path: it.body}
            screen.show(files, it.path.removesuffix("index.html"), width=1280, scheme="light")
            assert barriers(screen.page) == [], it.path


def test_a_barrier_would_be_found(visit: Open) -> None:
    page = visit(TYPICAL).page
    page.evaluate("document.querySelector('h1').style.opacity = 0.3")
    page.evaluate("document.querySelector('img').removeAttribute('alt')")

    assert {name for _, name, *_ in barriers(page)} == {"color-contrast", "image-alt"}


def barriers(page: Page) -> list[tuple[str, ...]]:
    """What is serious or worse: the scheme, the rule, how bad, and the first element."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = Axe().run(page, options=VIOLATIONS)
        found += [(scheme, it) for it in answer.response["violations"]]
    return [
        (scheme, it["id"], it["impact"], it["nodes"][0]["html"])
        for scheme, it in found
        if it["impact"] in {"serious", "critical"}
    ]
