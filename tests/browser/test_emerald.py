"""The emerald theme, as a visitor, a keyboard and a printer meet it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from people import BARE, COMPANIES, PEOPLE, TYPICAL
from playwright.sync_api import Page
from visitor import ORIGIN, Visit

from generator.model.portfolio import Portfolio, ThemeChoice

Open = Callable[..., Visit]

everyone = pytest.mark.parametrize("portfolio", PEOPLE.values(), ids=PEOPLE)
layouts = pytest.mark.parametrize("layout", ["sidebar-left", "sidebar-top", "one-column"])
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


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
@layouts
def test_pictures_arrive_without_moving_anything(
    visit: Open, portfolio: Portfolio, layout: str
) -> None:
    page = visit(themed(portfolio, layout=layout)).page
    page.evaluate(SCROLL_THROUGH)

    assert page.evaluate(LAYOUT_SHIFT) == 0


@layouts
@schemes
def test_every_text_and_control_can_be_told_from_its_background(
    visit: Open, layout: str, scheme: str
) -> None:
    page = visit(TYPICAL, scheme=scheme, contact_endpoint="https://forms.example/").page

    for color in ("emerald", "cyan", "violet", "amber"):
        for accent in ("soft", "vibrant", "mono"):
            choice = {"color": color, "accent": accent, "layout": layout}
            page.evaluate(
                "choice => Object.assign(document.documentElement.dataset, choice)", choice
            )
            assert page.evaluate(FAINT) == [], choice


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


OUTSIDE = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.skip') && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 80))
"""

SCROLL_THROUGH = """async () => {
  const frame = () => new Promise(done => setTimeout(done, 30));
  for (let y = 0; y < Math.min(document.body.scrollHeight, 8000); y += 700) {
    scrollTo({top: y, behavior: 'instant'});
    await frame();
  }
  await frame();
}"""

LAYOUT_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = list => { for (const shift of list.getEntries()) sum += shift.value; };
  new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 100);
})"""

# Colours as Chromium paints them, whatever notation they were written in.
COLORS = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgba = color => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      known.set(color, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(color);
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
      if (color[3] !== 0) throw new Error('a translucent background');
    }
    throw new Error('no background');
  };
  const light = color => {
    const [r, g, b] = color.map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
"""

FAINT = f"""() => {{ {COLORS}
  const faint = [];
  const check = (element, color, background, least) => {{
    const ratio = contrast(rgba(color), background);
    if (ratio < least) faint.push([element.outerHTML.slice(0, 60), color, ratio.toFixed(2)]);
  }};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = walker.nextNode();) {{
    const element = text.parentElement;
    if (!text.data.trim() || !element.getClientRects().length) continue;
    check(element, getComputedStyle(element).color, behind(element), 4.5);
  }}
  for (const field of document.querySelectorAll('input:not([type=hidden]), textarea'))
    check(field, getComputedStyle(field).borderTopColor, behind(field.parentElement), 3);
  for (const button of document.querySelectorAll('.button'))
    check(button, getComputedStyle(button).backgroundColor, behind(button.parentElement), 3);
  return faint;
}}"""

SATURATED = f"""() => {{ {COLORS}
  const spread = color => Math.max(...color.slice(0, 3)) - Math.min(...color.slice(0, 3));
  return [...document.querySelectorAll('body, body *')].filter(e => {{
    const style = getComputedStyle(e);
    return [style.color, style.backgroundColor, style.borderTopColor].some(c => spread(rgba(c)));
  }}).map(e => e.outerHTML.slice(0, 60));
}}"""

_CONTROLS = "[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]"
CONTROLS = f"{_CONTROLS}.length"
FOCUSED = f"""() => {{ {COLORS}
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {{
    index: {_CONTROLS}.indexOf(e),
    what: e.outerHTML.slice(0, 60),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    contrast: contrast(rgba(style.outlineColor), behind(e.parentElement)),
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  }};
}}"""

# A link inside a sentence is exempt (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]
  .filter(e => !e.closest('.prose') && !e.closest('.skip'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)
"""
