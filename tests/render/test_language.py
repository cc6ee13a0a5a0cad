"""Months, numbers and counted words, as each language writes them."""

from decimal import Decimal

import pytest

from generator.config import SiteSettings
from generator.model.date import PartialDate
from generator.render.language import Language
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.source.rows import SkillRow
from generator.theme.find import load_themes
from tests.site import ROOT
from tests.source.documents import read, row


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "May 2021"), ("de", "Mai 2021"), ("es", "may 2021"), ("ar", "مايو 2021"),
        ("ja", "2021年5月"), ("pt-BR", "mai. de 2021"), ("de-AT", "Mai 2021"), ("xx", "May 2021"),
    ],
)  # fmt: skip
def test_a_month(tag: str, expected: str) -> None:
    month_year = Language(tag).filters["month_year"]
    assert month_year(PartialDate(2021, 5)) == expected
    assert month_year(PartialDate(2021)) == "2021"


@pytest.mark.parametrize(
    ("tag", "value", "places", "expected"),
    [
        ("en", "45", 0, "45"), ("en", "37.50", 0, "37.5"), ("en", "1250", 0, "1,250"),
        ("en", "95.5", 2, "95.50"), ("de", "1250.5", 0, "1.250,5"), ("es", "37.5", 0, "37,5"),
        ("en", "12345678.99", 0, "12,345,678.99"), ("en", "0", 0, "0"),
    ],
)  # fmt: skip
def test_a_number(tag: str, value: str, places: int, expected: str) -> None:
    assert Language(tag).filters["number"](Decimal(value), places) == expected


@pytest.mark.parametrize(
    ("tag", "count", "expected"),
    [("en", 1, "1 one"), ("en", "1.0", "1 one"), ("en", 2, "2 other"), ("ar", 2, "two"),
     ("ar", "2.0", "two"), ("ar", 3, "3 few"),
     ("ar", 11, "11 many"), ("ja", 1, "1 other"), ("de", "1.5", "1,5 other")],
)  # fmt: skip
def test_a_counted_word(tag: str, count: object, expected: str) -> None:
    forms = {name: f"%(n)s {name}" for name in ("one", "few", "many", "other")} | {"two": "two"}
    assert Language(tag).filters["plural"](forms, Decimal(str(count))) == expected


def test_a_page_speaks_the_sites_language_and_reads_its_way() -> None:
    themes = load_themes([ROOT / "themes"], required="emerald")
    skill = row(SkillRow, name="Python", years_experience=2)
    portfolio, _ = read(skills=[skill])

    def page(language: str) -> str:
        site = make_site(SiteSettings(language=language))
        return Renderer(themes, site, "emerald").portfolio(portfolio, "ada").body.decode()

    assert '<html lang="ar" dir="rtl"' in page("ar")
    assert "سنتان" in page("ar")
    assert '<html lang="de" dir="ltr"' in page("de")
    assert "2 Jahre" in page("de")


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr")],
)
def test_a_script_decides_which_way_a_language_reads(tag: str, direction: str) -> None:
    assert make_site(SiteSettings(language=tag)).direction == direction
