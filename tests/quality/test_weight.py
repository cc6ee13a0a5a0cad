"""What a typical page weighs, and the one style sheet it asks for."""

import gzip
import re

import pytest

from tests.quality.showroom import LANGUAGES, LAYOUTS, SAMPLES, THEMES, TYPICAL, dressed, materials

everything = pytest.mark.parametrize("theme", THEMES)


@everything
@pytest.mark.parametrize("portfolio", [TYPICAL, SAMPLES["ada"]], ids=["typical", "ada"])
def test_a_typical_page_is_light(theme: str, portfolio: object) -> None:
    for language in LANGUAGES:
        of = materials(theme, language=language)
        assets = {f"/{it.path}": it.body for it in of.themes[theme].assets}
        for layout in LAYOUTS:
            html = of.renderer.portfolio(dressed(portfolio, theme, layout=layout), "ada").body
            sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html.decode())

            assert len(sheets) == 1
            assert len(html) < 25_000
            assert len(gzip.compress(html)) + len(gzip.compress(assets[sheets[0]])) < 20_000


@everything
def test_no_page_needs_a_script_or_a_font_from_elsewhere(theme: str) -> None:
    of = materials(theme).themes[theme]
    html = materials(theme).renderer.portfolio(dressed(TYPICAL, theme), "ada").body.decode()
    styles = "".join(it.body.decode() for it in of.assets if it.name.endswith(".css"))

    assert re.findall(r"<script(?! type=\"application/ld\+json\")", html) == []
    assert re.findall(r"@import|@font-face|url\((?!data:)", styles) == []
