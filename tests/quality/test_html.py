"""No page of any theme has a mistake in its HTML, as the Nu HTML checker sees it."""

from collections.abc import Iterator
from pathlib import Path

from tests.quality.nu import mistakes
from tests.quality.showroom import (
    LANGUAGES,
    LAYOUTS,
    PEOPLE,
    THEMES,
    TYPICAL,
    materials,
    page_of,
    site_pages,
)

ENDPOINT = "https://forms.example/send"


def every_page() -> Iterator[tuple[str, bytes]]:
    for theme in THEMES:
        for name, portfolio in PEOPLE.items():
            for layout in LAYOUTS:
                yield f"{theme}-{name}-{layout}", page_of(portfolio, theme, layout=layout).body
        for language in LANGUAGES:
            of = materials(theme, language=language, contact_endpoint=ENDPOINT)
            yield f"{theme}-{language}", of.renderer.portfolio(TYPICAL, "ada").body
            for n, page in enumerate(site_pages(of)):
                yield f"{theme}-{language}-site-{n}", page.body


def test_no_page_has_a_mistake(tmp_path: Path) -> None:
    distinct = {body: name for name, body in every_page()}

    assert mistakes({name: body for body, name in distinct.items()}, tmp_path) == []


def test_a_mistake_would_be_found(tmp_path: Path) -> None:
    page = page_of(TYPICAL, THEMES[0]).body.replace(b"<main", b"<main><main", 1)

    assert mistakes({"spoilt": page}, tmp_path)
