"""One page that says what the figures say, to everybody, and asks nobody for anything."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from generator.check import chromium as check
from generator.check.validator import validate
from generator.stats.figures import Count, Day, Figures
from generator.stats.page import page
from tests.present import present
from tests.site import ROOT

HOSTILE = '"><script>alert(1)</script>&amp;'


def counts(*names: str) -> tuple[Count, ...]:
    return tuple(Count(name, 10**nth) for nth, name in reversed(list(enumerate(names))))


def figures(days: int = 30, busy: int = 1) -> Figures:
    found = tuple(
        Day(date(2026, 11, 23) - timedelta(days=nth), busy * (nth * 7 % 23), busy * (nth * 3 % 11))
        for nth in reversed(range(days))
    )
    return Figures(
        name="Ada Lovelace", address="ada", public=True, timezone="Europe/Lisbon",
        views=sum(day.views for day in found), visitors=sum(day.visitors for day in found),
        downloads=1234, contacts=0, days=found,
        projects=counts("Engine", HOSTILE, "w" * 253), links=counts("github"),
        referrers=counts("news.example", "(none)", "\u05d0\u05d1\u05d2.example"),
        screens=counts("phone"), languages=counts("pt-BR", "de"), filtered=counts("bot", "opt-out"),
    )  # fmt: skip


EMPTY = msgspec.structs.replace(
    figures(busy=0), downloads=0, projects=(), links=(), referrers=(), screens=(), languages=(),
    filtered=(),
)  # fmt: skip
ALL = {
    "a month": figures(), "a day": figures(1), "ten years": figures(3660, 10**9), "nobody": EMPTY,
    "a draft": msgspec.structs.replace(figures(), public=False, name=HOSTILE),
}  # fmt: skip
by_name = pytest.mark.parametrize("it", ALL.values(), ids=ALL)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with check.chromium() as browser:
        yield browser


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 320, "height": 800})
    yield context.new_page()
    context.close()


def shown(it: Figures) -> BeautifulSoup:
    return BeautifulSoup(page(it), "html.parser")


def tables(soup: BeautifulSoup) -> dict[str, list[list[str]]]:
    """The rows of every table, by its caption."""
    return {
        present(table.caption).text: [
            [cell.text for cell in row.find_all(["th", "td"])]
            for row in present(table.tbody).find_all("tr")
        ]
        for table in soup.find_all("table")
    }


def test_every_figure_is_on_it() -> None:
    it = figures()
    soup = shown(it)
    totals = {dt.text: present(dt.find_next("dd")).text for dt in soup.find_all("dt")}
    assert totals == {
        "views": f"{it.views:,}", "visitors": f"{it.visitors:,}", "downloads": "1,234",
        "contact clicks": "0",
    }  # fmt: skip
    found = tables(soup)
    for caption, values in {
        "Projects looked at": it.projects, "Links followed": it.links, "Screens": it.screens,
        "Where visitors came from": it.referrers, "Languages": it.languages,
        "Left out": it.filtered,
    }.items():  # fmt: skip
        assert found[caption] == [[value.name, f"{value.events:,}"] for value in values]
    assert found["Every day"] == [
        [f"{day.day:%-d %b %Y}", f"{day.views:,}", f"{day.visitors:,}"] for day in reversed(it.days)
    ]


def test_bars_are_as_tall_as_their_numbers() -> None:
    it = figures()
    views, visitors = shown(it).find_all("svg", class_="plot")
    for plot, numbers in (
        (views, [day.views for day in it.days]),
        (visitors, [day.visitors for day in it.days]),
    ):
        tall = [float(str(bar["height"])) for bar in plot.find_all("rect")]
        assert tall == pytest.approx([100 * n / max(numbers) for n in numbers], abs=0.01)
        assert f"{sum(numbers):,} in all, at most {max(numbers):,}" in plot["aria-label"]
    assert present(present(views.rect).title).text == f"25 October 2026: {it.days[0].views:,} views"


def test_who_has_no_visitors_is_told_what_to_do() -> None:
    soup = shown(EMPTY)
    assert "share its address, and look again tomorrow" in soup.text
    assert soup.find("svg") is None


def test_a_draft_is_called_one() -> None:
    assert "not public" in shown(ALL["a draft"]).text
    assert "not public" not in shown(ALL["a month"]).text


@by_name
def test_it_runs_nothing_and_asks_nobody(it: Figures, tab: Page) -> None:
    text = page(it)
    assert "<script" not in text
    assert not re.search(r"(?:src|href|action)=|url\(|@import|https?:", text)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_content(text)
    assert asked == []


def test_it_has_no_mistake_in_its_html() -> None:
    found = validate([page(it).encode() for it in ALL.values()], ROOT)
    assert [f"{it.page}: {it.message} {it.extract}" for it in found] == []


# axe looks at each cell: a year's rows say as much of a table as ten years' do.
@pytest.mark.parametrize("it", (ALL | {"ten years": figures(366, 10**9)}).values(), ids=ALL)
def test_nobody_is_kept_out(it: Figures, tab: Page) -> None:
    tab.set_content(page(it))
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(scheme, it["id"], it["nodes"][0]["html"]) for it in found] == []


@by_name
def test_it_fits_the_narrowest_screen(it: Figures, tab: Page) -> None:
    tab.set_content(page(it))
    assert tab.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_stand_out(tab: Page, scheme: Literal["light", "dark"]) -> None:
    """By three to one, as WCAG 2.2 asks of what has a meaning (1.4.11)."""
    tab.emulate_media(color_scheme=scheme)
    tab.set_content(page(figures()))
    bar, paper = (
        tab.evaluate(f"getComputedStyle(document.querySelector('{of}')).{style}")
        for of, style in ((".plot rect", "fill"), ("body", "backgroundColor"))
    )
    high, low = sorted((luminance(bar), luminance(paper)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 3


def luminance(color: str) -> float:
    """Relative luminance of `rgb(…)`, as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
