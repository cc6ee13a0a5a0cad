"""A typical page is light: HTML, and the one style sheet it asks for."""

import re

import pytest

from generator.model.portfolio import Portfolio
from tests.quality.showroom import (
    LANGUAGES,
    LAYOUTS,
    SAMPLES,
    THEMES,
    TYPICAL,
    dressed,
    materials,
    page_of,
)
from tests.quality.weight import weigh

themes = pytest.mark.parametrize("theme", THEMES)


@themes
@pytest.mark.parametrize("portfolio", [TYPICAL, SAMPLES["ada"]], ids=["typical", "ada"])
def test_a_typical_page_is_light(theme: str, portfolio: Portfolio) -> None:
    for language in LANGUAGES:
        for layout in LAYOUTS:
            weight = weigh(dressed(portfolio, theme, layout=layout), theme, language)

            assert weight.sheets == 1
            assert weight.html < 25_000
            assert weight.compressed < 20_000


@themes
def test_no_page_needs_a_script_or_brings_a_font(theme: str) -> None:
    html = page_of(TYPICAL, theme).body.decode()
    assets = materials(theme).themes[theme].assets
    styles = "".join(it.body.decode() for it in assets if it.name.endswith(".css"))

    assert re.findall(r'<script(?! type="application/ld\+json")', html) == []
    assert re.findall(r"@import|@font-face|url\((?!data:)", styles) == []
