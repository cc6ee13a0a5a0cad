"""Every theme, as a visitor, a keyboard and a printer meet it."""

import math
import re
import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from playwright.sync_api import FloatRect, Page

from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.knobs import axes
from generator.model.portfolio import Portfolio
from generator.theme.schema import APP_KEYS
from tests.browser.probes import (
    CONTROLS,
    CORNERS,
    FAINT,
    FOCUSED,
    FOCUSED_IN_TURN,
    LAYOUT_SHIFTS,
    OUTSIDE,
    SATURATED,
    SCROLL_THROUGH,
    SMALL_TARGETS,
    TOP,
)
from tests.browser.visitor import Scheme, Screen, Visit
from tests.present import present
from tests.quality.showroom import (
    BARE,
    LANGUAGES,
    LAYOUTS,
    PEOPLE,
    TYPICAL,
    materials,
    page_of,
    site_files,
    site_pages,
)

Open = Callable[..., Visit]

everyone = pytest.mark.parametrize("portfolio", PEOPLE.values(), ids=PEOPLE)
layouts = pytest.mark.parametrize("layout", LAYOUTS)
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
photos = pytest.mark.parametrize("photo", [TYPICAL.photo, None], ids=["photo", "no photo"])

ENDPOINT = "https://forms.example/send"
COLORS = ("emerald", "cyan", "violet", "amber")
ACCENTS = ("soft", "vibrant", "mono")


def choices() -> list[dict[str, str]]:
    """Every colour in every accent."""
    return [{"primaryColor": c, "accentStyle": a} for c, a in product(COLORS, ACCENTS)]


@everyone
@layouts
def test_the_smallest_phone_shows_all_within_its_width_and_within_a_thumbs_reach(
    visit: Open, portfolio: Portfolio, layout: str
) -> None:
    page = visit(portfolio, width=320, layout=layout, contact_endpoint=ENDPOINT).page

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(SMALL_TARGETS) == []


@everyone
def test_a_page_asks_only_for_itself_and_the_persons_pictures_and_nothing_moves(
    visit: Open, portfolio: Portfolio
) -> None:
    seen = visit(portfolio)
    seen.page.evaluate(SCROLL_THROUGH)

    assert seen.strangers() <= pictures(portfolio) | {portfolio.photo}
    assert seen.complaints == []
    assert seen.page.evaluate(LAYOUT_SHIFTS) == []


def test_pictures_wait_until_they_come_into_sight(visit: Open) -> None:
    many = EDGE_CASES["forty-projects"]
    different = (
        replace(it, media=tuple(replace(m, url=f"{m.url}?{n}") for m in it.media))
        for n, it in enumerate(many.projects)
    )
    portfolio = replace(many, projects=tuple(different))
    asked = visit(portfolio, width=390).strangers()

    assert len(asked) < len(pictures(portfolio)) / 2


@layouts
@pytest.mark.parametrize("width", [480, 768, 1024, 1440, 1920])
def test_the_longest_words_fit_at_any_width(visit: Open, layout: str, width: int) -> None:
    page = visit(EDGE_CASES["long-words"], width=width, layout=layout).page

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_every_language_fit(visit: Open, language: str) -> None:
    page = visit(TYPICAL, width=320, language=language, contact_endpoint=ENDPOINT).page

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(SMALL_TARGETS) == []


@layouts
@photos
def test_every_text_and_control_can_be_told_from_its_background(
    visit: Open, layout: str, photo: str | None
) -> None:
    portfolio = replace(TYPICAL, photo=photo)
    for choice in choices():
        page = visit(portfolio, layout=layout, contact_endpoint=ENDPOINT, **choice).page
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(FAINT) == [], (choice, scheme)


def test_so_they_can_whatever_else_a_theme_lets_its_owner_choose(visit: Open, theme: str) -> None:
    further = axes(materials(theme).themes[theme].schema).items()
    for key, value in ((key, value) for key, values in further for value in values):
        if key not in APP_KEYS:
            page = visit(TYPICAL, width=320, **{key: value}).page
            assert page.evaluate(OUTSIDE) == [], (key, value)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(FAINT) == [], (key, value, scheme)


@schemes
def test_it_can_be_read_in_colours_that_the_visitor_forces_upon_it(
    visit: Open, scheme: str
) -> None:
    page = visit(TYPICAL, scheme=scheme, contact_endpoint=ENDPOINT, accentStyle="vibrant").page
    page.emulate_media(forced_colors="active")

    assert page.evaluate(FAINT) == []
    page.keyboard.press("Tab")
    assert [stop for stop in page.evaluate(FOCUSED_IN_TURN) if stop["outline"] < 2] == []


@schemes
def test_the_browsers_frame_has_the_colour_of_the_pages_top(
    visit: Open, theme: str, scheme: str
) -> None:
    for choice in choices():
        page = visit(TYPICAL, width=390, scheme=scheme, **choice).page
        html = page_of(TYPICAL, theme, **choice).body.decode()
        frame = re.search(rf'name="theme-color" content="([^"]*)" media="[^"]*{scheme}', html)
        assert frame
        assert frame[1] in page.evaluate(TOP), choice


@schemes
def test_mono_has_no_saturation(visit: Open, scheme: str) -> None:
    page = visit(TYPICAL, scheme=scheme, primaryColor="violet", accentStyle="mono").page

    assert page.evaluate(SATURATED) == []


@pytest.mark.parametrize(("radius", "roundest"), [("none", 0), ("md", 8), ("xl", 16)])
def test_the_owner_chooses_how_round_it_is(visit: Open, radius: str, roundest: int) -> None:
    corners = visit(TYPICAL, radius=radius).page.evaluate(CORNERS)

    assert max(float(corner.removesuffix("px")) for corner in corners) == roundest


def test_the_owner_chooses_where_the_particulars_stand(visit: Open) -> None:
    def boxes(layout: str) -> tuple[FloatRect, FloatRect]:
        return places(visit(TYPICAL, layout=layout).page)

    hero, story = boxes("sidebar-left")
    assert hero["x"] + hero["width"] <= story["x"]
    for layout in ("sidebar-top", "one-column"):
        hero, story = boxes(layout)
        assert hero["y"] + hero["height"] <= story["y"]


def test_the_particulars_stay_in_sight_while_the_story_scrolls(visit: Open) -> None:
    page = visit(TYPICAL, layout="sidebar-left").page
    page.evaluate("scrollTo({top: 900, behavior: 'instant'})")

    box = page.get_by_role("link", name="Get in touch").bounding_box()
    assert box
    assert 0 <= box["y"] < 800


def test_a_name_from_the_right_turns_the_whole_page(visit: Open) -> None:
    page = visit(EDGE_CASES["right-to-left"], layout="sidebar-left").page

    hero, story = places(page)
    assert hero["x"] >= story["x"] + story["width"] / 2
    assert direction(page, "h1") == "rtl"
    assert direction(visit(TYPICAL).page, "h1") == "ltr"


@layouts
def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Open, layout: str) -> None:
    page = visit(TYPICAL, layout=layout, contact_endpoint=ENDPOINT).page
    expected = page.evaluate(CONTROLS)
    reached = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["outline"] >= 2, stop
        assert stop["contrast"] >= 3, stop
        assert stop["seen"], stop
        reached.append(stop["index"])

    assert reached == list(range(expected))


def test_the_focus_can_be_seen_in_every_colour(visit: Open) -> None:
    for choice in choices():
        page = visit(TYPICAL, contact_endpoint=ENDPOINT, **choice).page
        page.keyboard.press("Tab")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for stop in page.evaluate(FOCUSED_IN_TURN):
                assert stop["outline"] >= 2, (choice, scheme, stop)
                assert stop["contrast"] >= 3, (choice, scheme, stop)


@everyone
def test_headings_are_an_outline_under_the_name(theme: str, portfolio: Portfolio) -> None:
    page = BeautifulSoup(page_of(portfolio, theme).body, "html.parser")
    levels = [int(heading.name[1]) for heading in page(re.compile("h[1-6]"))]

    assert page.h1
    assert page.h1.get_text() == portfolio.name
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


def test_a_message_tells_the_endpoint_whom_it_is_for(visit: Open) -> None:
    page = visit(TYPICAL, contact_endpoint=ENDPOINT).page
    page.get_by_label("Your name").fill("Rosa")
    page.get_by_label("Your e-mail").fill("rosa@example.org")
    page.get_by_label("Message").fill("Hello")
    with page.expect_request(ENDPOINT) as sent:
        page.get_by_role("button", name="Send message").click()

    assert sent.value.method == "POST"
    assert sent.value.post_data == (
        "portfolio=%2Fada%2F&name=Rosa&email=rosa%40example.org&message=Hello"
    )


def test_the_address_is_in_the_contact_section_only(theme: str) -> None:
    html = page_of(TYPICAL, theme).body.decode()
    elsewhere = re.sub(r"<section class=.contact.*?</section>", "", html, flags=re.DOTALL)

    assert TYPICAL.email
    assert TYPICAL.email in html
    assert TYPICAL.email not in elsewhere


def test_whoever_wants_no_mail_has_no_contact_section(visit: Open) -> None:
    page = visit(replace(TYPICAL, email=None)).page

    assert page.get_by_role("heading", name="Contact").count() == 0
    assert page.get_by_role("link", name="Get in touch").count() == 0


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@layouts
def test_printing_gives_a_resume(visit: Open, tmp_path: Path, paper: str, layout: str) -> None:
    page = visit(TYPICAL, scheme="dark", layout=layout, accentStyle="vibrant").page
    text = printed(page, tmp_path, paper)

    order = [
        TYPICAL.name,
        TYPICAL.headline,
        present(TYPICAL.email),
        "Experience",
        *(job.company for job in TYPICAL.experience),
        *(study.school for study in TYPICAL.education),
    ]
    assert [part for part in order if part not in text] == []
    at = [text.index(part) for part in order]
    assert at == sorted(at)
    assert "github.com/adele/ledgerline" in text
    assert "Get in touch" not in text
    assert "Privacy" not in text


@everyone
def test_two_sheets_hold_an_ordinary_life_and_no_heading_stands_alone_at_the_end_of_one(
    visit: Open, tmp_path: Path, portfolio: Portfolio
) -> None:
    page = visit(portfolio).page
    headings = {
        heading.strip() for heading in page.locator("h2, h3, h4, h5, h6").all_text_contents()
    }
    text = printed(page, tmp_path)
    *sheets, _ = text.split("\f")

    assert len(sheets) <= max(2, math.ceil(len(text) / 2000))
    assert headings.isdisjoint(sheet.rstrip().rpartition("\n")[2] for sheet in sheets)


def test_a_visiting_card_prints_on_one_page(visit: Open, tmp_path: Path) -> None:
    assert printed(visit(BARE).page, tmp_path).count("\f") == 1


@schemes
def test_the_sites_own_pages_are_held_to_the_same(
    screen: Screen, theme: str, scheme: Scheme
) -> None:
    of = materials(theme)
    shown = [it for it in site_pages(of) if b"http-equiv" not in it.body]  # that one leads on
    for it in shown:
        files = {**site_files(of, theme), it.path: it.body}
        address = it.path.removesuffix("index.html")
        seen = screen.show(files, address, width=320, scheme=scheme)
        page = seen.page

        assert page.evaluate("document.documentElement.scrollWidth") == 320, it.path
        assert page.evaluate(OUTSIDE) == [], it.path
        assert page.evaluate(FAINT) == [], it.path
        assert page.evaluate(SMALL_TARGETS) == [], it.path
        assert page.locator("h1").count() == 1, it.path
        assert seen.complaints == [], it.path
        assert seen.strangers() <= {person.photo for person in PEOPLE.values()}, it.path


def pictures(portfolio: Portfolio) -> set[str]:
    """The addresses of the pictures of somebody's projects; films are asked for by hand."""
    media = [it for project in portfolio.projects for it in project.media]
    return {it.url for it in media if it.kind == "image"}


def places(page: Page) -> tuple[FloatRect, FloatRect]:
    """Where the person's particulars stand, and where their story."""
    hero, story = page.locator(".hero").bounding_box(), page.locator("main").bounding_box()
    assert hero
    assert story
    return hero, story


def direction(page: Page, selector: str) -> str:
    return str(page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).direction"))


def printed(page: Page, folder: Path, paper: str = "A4") -> str:
    """The text on paper in reading order; each page ends with a form feed."""
    file = folder / "page.pdf"
    page.pdf(path=file, format=paper)
    command = ["pdftotext", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
