"""The emerald theme, as a visitor, a keyboard and a printer meet it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from people import BARE, COMPANIES, PEOPLE, TYPICAL
from playwright.sync_api import Page
from probes import (
    CHOOSE,
    CONTROLS,
    FAINT,
    FOCUSED,
    LAYOUT_SHIFT,
    OUTSIDE,
    SATURATED,
    SCROLL_THROUGH,
    SMALL_TARGETS,
    TOP,
)
from visitor import ORIGIN, Visit

from generator.model.portfolio import Portfolio, ThemeChoice
from generator.render.renderer import Renderer

Open = Callable[..., Visit]

everyone = pytest.mark.parametrize("portfolio", PEOPLE.values(), ids=PEOPLE)
layouts = pytest.mark.parametrize("layout", ["sidebar-left", "sidebar-top", "one-column"])
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


def choices() -> list[dict[str, str]]:
    """Every colour in every accent."""
    colors = ("emerald", "cyan", "violet", "amber")
    accents = ("soft", "vibrant", "mono")
    return [{"color": color, "accent": accent} for color in colors for accent in accents]


def themed(portfolio: Portfolio, **choices: str) -> Portfolio:
    return msgspec.structs.replace(portfolio, theme=ThemeChoice(**choices))


@everyone
@layouts
def test_nothing_scrolls_sideways_on_the_smallest_phone(
    visit: Open, portfolio: Portfolio, layout: str
) -> None:
    page = visit(themed(portfolio, layout=layout), width=320).page

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(OUTSIDE) == []


@everyone
def test_a_page_asks_only_for_itself_and_the_persons_pictures(
    visit: Open, portfolio: Portfolio
) -> None:
    seen = visit(portfolio)
    seen.page.evaluate(SCROLL_THROUGH)

    theirs = {media.url for project in portfolio.projects for media in project.media}
    strangers = {url for url in seen.requests if not url.startswith(ORIGIN)}
    assert strangers <= theirs | {portfolio.photo}
    assert seen.complaints == []


@everyone
def test_pictures_arrive_without_moving_anything(visit: Open, portfolio: Portfolio) -> None:
    page = visit(portfolio).page
    page.evaluate(SCROLL_THROUGH)

    assert page.evaluate(LAYOUT_SHIFT) == 0


@layouts
@schemes
def test_every_text_and_control_can_be_told_from_its_background(
    visit: Open, layout: str, scheme: str
) -> None:
    portfolio = themed(TYPICAL, layout=layout)
    page = visit(portfolio, scheme=scheme, contact_endpoint="https://forms.example/").page

    for choice in choices():
        page.evaluate(CHOOSE, choice)
        assert page.evaluate(FAINT) == [], choice


@schemes
def test_the_browsers_frame_has_the_colour_of_the_pages_top(
    visit: Open, renderer: Callable[[str], Renderer], scheme: str
) -> None:
    page = visit(TYPICAL, scheme=scheme).page

    for choice in choices():
        page.evaluate(CHOOSE, choice)
        html = renderer("").portfolio(themed(TYPICAL, **choice), "ada").body.decode()
        frame = re.search(rf'name="theme-color" content="(.*)" media=".*{scheme}', html)
        assert frame
        assert frame[1] == page.evaluate(TOP), choice


def test_mono_has_no_saturation(visit: Open) -> None:
    page = visit(themed(TYPICAL, color="violet", accent="mono")).page

    assert page.evaluate(SATURATED) == []


@pytest.mark.parametrize(("radius", "pixels"), [("none", "0px"), ("md", "8px"), ("xl", "16px")])
def test_the_owner_chooses_how_round_it_is(visit: Open, radius: str, pixels: str) -> None:
    page = visit(themed(TYPICAL, radius=radius)).page

    corner = "getComputedStyle(document.querySelector('.featured')).borderTopLeftRadius"
    assert page.evaluate(corner) == pixels


def test_the_owner_chooses_where_the_particulars_stand(visit: Open) -> None:
    def boxes(layout: str) -> tuple[dict[str, float], dict[str, float]]:
        page = visit(themed(TYPICAL, layout=layout)).page
        hero, story = page.locator(".hero").bounding_box(), page.locator("main").bounding_box()
        assert hero
        assert story
        return hero, story

    hero, story = boxes("sidebar-left")
    assert hero["x"] + hero["width"] <= story["x"]
    for layout in ("sidebar-top", "one-column"):
        hero, story = boxes(layout)
        assert hero["y"] + hero["height"] <= story["y"]


def test_the_particulars_stay_in_sight_while_the_story_scrolls(visit: Open) -> None:
    page = visit(TYPICAL).page
    page.evaluate("scrollTo({top: 900, behavior: 'instant'})")

    assert page.get_by_role("link", name="Get in touch").bounding_box()["y"] < 800


def test_a_name_from_the_right_turns_the_whole_page(visit: Open) -> None:
    page = visit(PEOPLE["arabic"]).page

    hero, story = page.locator(".hero").bounding_box(), page.locator("main").bounding_box()
    assert hero["x"] >= story["x"] + story["width"] / 2
    assert direction(page, "h1") == "rtl"
    assert direction(visit(TYPICAL).page, "h1") == "ltr"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Open) -> None:
    page = visit(TYPICAL, contact_endpoint="https://forms.example/").page
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


@everyone
def test_every_target_is_big_enough_for_a_thumb(visit: Open, portfolio: Portfolio) -> None:
    page = visit(portfolio, width=390, contact_endpoint="https://forms.example/").page

    assert page.evaluate(SMALL_TARGETS) == []


@everyone
def test_headings_are_an_outline_under_the_name(visit: Open, portfolio: Portfolio) -> None:
    page = visit(portfolio).page
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )

    assert page.locator("h1").all_inner_texts() == [portfolio.name]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


def test_a_message_tells_the_endpoint_whom_it_is_for(visit: Open) -> None:
    page = visit(TYPICAL, contact_endpoint="https://forms.example/send").page
    page.get_by_label("Your name").fill("Rosa")
    page.get_by_label("Your e-mail").fill("rosa@example.org")
    page.get_by_label("Message").fill("Hello")
    with page.expect_request("https://forms.example/send") as sent:
        page.get_by_role("button", name="Send message").click()

    assert sent.value.method == "POST"
    assert sent.value.post_data == (
        "portfolio=%2Fada%2F&name=Rosa&email=rosa%40example.org&message=Hello"
    )


def test_the_address_is_in_the_contact_section_only(visit: Open) -> None:
    html = visit(TYPICAL).page.content()
    elsewhere = re.sub(r"<section class=.contact.*?</section>", "", html, flags=re.S)

    assert TYPICAL.email in html
    assert TYPICAL.email not in elsewhere


def test_whoever_wants_no_mail_has_no_contact_section(visit: Open) -> None:
    page = visit(msgspec.structs.replace(TYPICAL, email=None)).page

    assert page.get_by_role("heading", name="Contact").count() == 0
    assert page.get_by_role("link", name="Get in touch").count() == 0


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@layouts
def test_printing_gives_a_resume(visit: Open, tmp_path: Path, paper: str, layout: str) -> None:
    page = visit(themed(TYPICAL, layout=layout, accent="vibrant"), scheme="dark").page
    file = tmp_path / "resume.pdf"
    page.pdf(path=file, format=paper)
    text = printed(file)

    assert text.count("\f") <= 2, "pages"
    order = [TYPICAL.name, TYPICAL.headline, TYPICAL.email, "Experience", *COMPANIES, "INSA Lyon"]
    assert [part for part in order if part not in text] == []
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "github.com/ada/ledgerline" in text
    assert "Get in touch" not in text
    assert "Privacy" not in text


def test_a_visiting_card_prints_on_one_page(visit: Open, tmp_path: Path) -> None:
    visit(BARE).page.pdf(path=tmp_path / "card.pdf", format="A4")

    assert printed(tmp_path / "card.pdf").count("\f") == 1


def direction(page: Page, selector: str) -> str:
    return page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).direction")


def printed(file: Path) -> str:
    """The text of a PDF in reading order; each page ends with a form feed."""
    command = ["pdftotext", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
