"""No page of any theme has a mistake in its HTML, as the Nu HTML checker sees it."""

from collections.abc import Iterable, Iterator

import pytest

from generator.check.validator import validate
from generator.gallery.knobs import axes
from tests.quality.showroom import (
    LANGUAGES,
    LAYOUTS,
    PEOPLE,
    ROOT,
    THEMES,
    TYPICAL,
    dressed,
    materials,
    page_of,
    site_pages,
)

pytestmark = pytest.mark.programs

ENDPOINT = "https://forms.example/send"


def every_page() -> Iterator[tuple[str, bytes]]:
    """What the page is, and its HTML."""
    for theme in THEMES:
        for name, portfolio in PEOPLE.items():
            for layout in LAYOUTS:
                yield f"{theme} {name} {layout}", page_of(portfolio, theme, layout=layout).body
        for key, values in axes(materials(theme).themes[theme].schema).items():
            for value in values:
                yield f"{theme} {key}={value}", page_of(TYPICAL, theme, **{key: value}).body
        for language in LANGUAGES:
            of = materials(theme, language=language, contact_endpoint=ENDPOINT)
            person = of.renderer.portfolio(dressed(TYPICAL, theme), "ada")
            for page in (person, *site_pages(of)):
                yield f"{theme} {language} {page.path}", page.body


def mistakes(pages: Iterable[tuple[str, bytes]]) -> list[str]:
    """Every mistake with the page it is on; of pages that are the same, one is checked."""
    names = {body: name for name, body in pages}
    found = validate(list(names), ROOT)
    return [f"{list(names.values())[it.page]}: {it.message} {it.extract}" for it in found]


def test_no_page_has_a_mistake() -> None:
    assert mistakes(every_page()) == []


def test_a_mistake_would_be_found() -> None:
    page = page_of(TYPICAL, THEMES[0]).body.replace(b"<main", b"<main><main", 1)

    assert mistakes([("spoilt", page)])
