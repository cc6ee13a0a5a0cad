"""The gallery in a real Chromium: what a theme author looks at, and what happens at a save."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.preview.serving import Serving, project, serving

STYLE = "themes/base/static/_base.css"
HERO = "themes/base/templates/partials/hero.html"
LOOK = "-/look/ada/?width=390"
SCROLL = "() => scrollTo({ top: 700, behavior: 'instant' })"
Browse = Callable[..., Page]


def shown(page: Page, nth: int = 0) -> Frame:
    """The page in a frame, once it stands."""
    frame = page.locator("iframe.good").nth(nth)
    frame.wait_for()
    handle = frame.element_handle()
    found = handle.content_frame() if handle else None
    assert found
    return found


def until(frame: Frame, condition: str) -> None:
    frame.wait_for_function(condition)


def mark(frame: Frame) -> None:
    """Leave something in the page that loading it anew would lose."""
    frame.evaluate("() => { window.kept = true }")


def is_marked(frame: Frame) -> bool:
    return bool(frame.evaluate("() => window.kept === true"))


def test_everybody_is_shown_at_the_widths_and_their_pages_load(
    still: Serving, browse: Browse
) -> None:
    page = browse(f"{still.address}-/")
    expect(page.locator("thead th")).to_have_text(["390", "1280"])
    rows = page.locator("tbody th b")
    expect(rows.first).to_have_text("ada")
    names = rows.all_text_contents()
    assert {"ada", "layla-haddad", "typical", "hostile", "right-to-left"} <= set(names)
    assert "dora-lindqvist" not in names
    frame = shown(page)
    until(frame, "() => document.querySelector('h1')?.textContent === 'Ada Okafor'")
    assert frame.evaluate("() => innerWidth") == 390
    loaded = page.locator("iframe").count()
    assert loaded < 2 * len(names), "only those near the window are loaded"


def test_rows_and_columns_are_chosen_and_the_address_holds_them(
    still: Serving, browse: Browse
) -> None:
    page = browse(f"{still.address}-/")
    page.get_by_label("Columns").select_option("scheme")
    page.get_by_label("Rows").select_option("primaryColor")
    page.get_by_label("typical", exact=True).check()
    page.locator("[data-axis=layout]").get_by_label("one-column").check()
    expect(page.locator("thead th")).to_have_text(["light", "dark"])
    expect(page.locator("tbody th")).to_have_text(["emerald", "cyan", "violet", "amber"])
    again = browse(page.url)
    expect(again.locator("thead th")).to_have_text(["light", "dark"])
    light, dark = shown(again, 0), shown(again, 1)
    grounds = [it.evaluate("() => getComputedStyle(document.body).color") for it in (light, dark)]
    assert grounds[0] != grounds[1]
    for frame in (light, dark):
        look = frame.evaluate("() => ({ ...document.documentElement.dataset })")
        assert (look["color"], look["layout"]) == ("emerald", "one-column")
        assert frame.evaluate("() => document.querySelector('h1').textContent").startswith("Adèle")


def test_the_pages_look_is_the_browsers_own_dark(still: Serving, browse: Browse) -> None:
    """Asked for as dark, a page looks as in a browser that prefers dark."""
    ask = "() => [...document.querySelectorAll('*')].map(it => { const s = getComputedStyle(it);"
    ask += " return [s.color, s.backgroundColor, s.borderTopColor].join() })"
    forced = shown(
        browse(f"{still.address}-/look/ada/?width=390&scheme=dark", color_scheme="light")
    )
    chosen = shown(browse(f"{still.address}-/look/ada/?width=390", color_scheme="dark"))
    assert forced.evaluate(ask) == chosen.evaluate(ask)


def test_a_theme_that_is_worked_on_is_the_one_that_everybody_is_shown_in(
    tmp_path: Path, browse: Browse
) -> None:
    root = project(tmp_path)
    with serving(root, f"--theme={root / 'themes' / 'violet'}") as running:
        page = browse(f"{running.address}-/?page=typical&width=390")
        style = "() => document.querySelector('link[rel=stylesheet]').href"
        own = shown(page).evaluate(style)
        assert own == shown(browse(page.locator("a.open").evaluate("it => it.href"))).evaluate(
            style
        )
        page.locator("[data-axis=theme]").get_by_label("as chosen").check()
        expect(page.locator("iframe.good:not([src*=violet])")).to_be_visible()
        chosen = shown(page).evaluate(style)
        assert chosen != own
        look = browse(page.locator("a.open").evaluate("it => it.href"))
        assert chosen == shown(look).evaluate(style)


def test_keys_move_and_open_and_darken(still: Serving, browse: Browse) -> None:
    page = browse(f"{still.address}-/")
    shown(page)
    page.locator("a.open").first.focus()
    for key, label in (("ArrowRight", "ada, 1280"), ("ArrowDown", "1280"), ("ArrowLeft", "390")):
        page.keyboard.press(key)
        assert label in (page.evaluate("() => document.activeElement.ariaLabel") or "")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("d")
    assert "scheme=dark" in page.url
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/look/ada/?**")
    assert "scheme=dark" in page.url
    assert shown(page).evaluate("() => document.querySelector('h1').textContent") == "Ada Okafor"
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/-/look/bartholomew**")
    page.keyboard.press("g")
    page.wait_for_url("**/-/")


def test_the_tab_key_goes_from_page_to_page_not_through_them(
    still: Serving, browse: Browse
) -> None:
    page = browse(f"{still.address}-/")
    shown(page)
    page.locator("a.open").first.focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "open"


def test_a_saved_style_sheet_is_swapped_without_loading_the_page(
    preview: Serving, browse: Browse
) -> None:
    page = browse(preview.address + LOOK)
    frame = shown(page)
    mark(frame)
    frame.evaluate(SCROLL)
    preview.write(STYLE, f"{(preview.root / STYLE).read_text()}\nh1 {{ color: rgb(1, 2, 3); }}")
    until(frame, "() => getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'")
    until(frame, "() => document.querySelectorAll('link[rel=stylesheet]').length === 1")
    assert is_marked(frame)
    assert frame.evaluate("() => scrollY") == 700


def test_a_saved_template_is_on_screen_and_the_scroll_position_stays(
    preview: Serving, browse: Browse
) -> None:
    page = browse(preview.address + LOOK)
    frame = shown(page)
    frame.evaluate(SCROLL)
    preview.edit(HERO, "<h1", '<h1 id="new"')
    until(frame, "() => document.querySelector('#new') !== null")
    assert frame.evaluate("() => scrollY") == 700
    preview.edit("themes/base/templates/base.html", "{{ settings.radius }}", "new")
    until(frame, "() => document.documentElement.dataset.radius === 'new'")
    fresh = shown(browse(page.url))
    ask = "() => document.documentElement.outerHTML"
    assert frame.evaluate(ask) == fresh.evaluate(ask), "the same as if it had been loaded"


def test_however_a_page_changes_it_becomes_what_loading_it_gives(
    preview: Serving, browse: Browse
) -> None:
    page = browse(preview.address + LOOK)
    frame = shown(page)
    mark(frame)
    ask = "() => document.documentElement.outerHTML"
    text = (preview.root / HERO).read_text("utf-8")
    for nth, parts in enumerate(
        [
            ("<p>one</p><p>two</p>", text),
            ("<p>two</p><b>one</b> and <i>more</i>", text),
            (text, "<ul><li>after</ul>"),
            (text.replace("{{ portfolio.name }}", "{{ portfolio.name|upper }}"), ""),
            ("<picture><source srcset='/a.png'><img src='/b.png' alt=''></picture>", text),
            ("<picture><source srcset='/c.png'><img src='/b.png' alt=''></picture>", text),
            ("", text),
        ]
    ):
        preview.write(HERO, f"<p data-nth='{nth}'>".join(parts))
        until(frame, f"() => document.querySelector('[data-nth=\"{nth}\"]') !== null")
        assert frame.evaluate(ask) == shown(browse(page.url)).evaluate(ask)
    assert is_marked(frame), "all of it in the very same document"


def test_a_change_of_the_head_or_a_script_loads_the_page_and_keeps_its_place(
    preview: Serving, browse: Browse
) -> None:
    page = browse(preview.address + LOOK)
    frame = shown(page)
    mark(frame)
    frame.evaluate(SCROLL)
    preview.edit("themes/base/templates/base.html", "<title>", "<title>New ")
    page.wait_for_function(
        "() => document.querySelector('iframe.good')?.contentDocument.title.startsWith('New')"
    )
    newer = shown(page)
    assert not is_marked(newer)
    assert newer.evaluate("() => scrollY") == 700


def test_a_mistake_lies_over_the_page_until_it_is_mended(preview: Serving, browse: Browse) -> None:
    page = browse(preview.address + LOOK)
    frame = shown(page)
    frame.evaluate(SCROLL)
    before = preview.edit(HERO, "portfolio.name", "portfolio.nmae")
    mistake = page.frame_locator("iframe.mistake")
    expect(mistake.locator("h1")).to_contain_text("has no attribute 'nmae'")
    expect(mistake.locator(".meant")).to_contain_text("name")
    expect(mistake.locator(".source .here")).to_contain_text("portfolio.nmae")
    expect(mistake.locator(".way li").last).to_contain_text("hero.html")
    expect(mistake.locator("dl")).to_contain_text("Ada Okafor")
    expect(page.locator("iframe.good")).to_be_visible()
    preview.write(HERO, before)
    expect(page.locator("iframe.mistake")).to_have_count(0)
    assert shown(page).evaluate("() => scrollY") == 700


def test_a_theme_that_can_not_be_loaded_lies_over_every_page(
    preview: Serving, browse: Browse
) -> None:
    page = browse(f"{preview.address}-/")
    shown(page)
    before = (preview.root / "themes/base/theme.toml").read_text()
    preview.write("themes/base/theme.toml", "name = ")
    expect(page.frame_locator("iframe.mistake").first.locator("h1")).to_contain_text("theme")
    preview.write("themes/base/theme.toml", before)
    expect(page.locator("iframe.mistake")).to_have_count(0)


def test_a_project_that_begins_with_a_mistake_is_shown_once_it_is_mended(
    tmp_path: Path, browse: Browse
) -> None:
    root = project(tmp_path)
    about = root / "themes/base/theme.toml"
    before = about.read_text()
    about.write_text("name = ")
    with serving(root) as running:
        page = browse(f"{running.address}-/")
        expect(page.frame_locator("iframe.mistake").first.locator("h1")).to_contain_text("theme")
        running.write("themes/base/theme.toml", before)
        expect(page.locator("tbody th b").first).to_have_text("ada")
        assert (
            shown(page).evaluate("() => document.querySelector('h1').textContent") == "Ada Okafor"
        )
        expect(page.locator("iframe.mistake")).to_have_count(0)


def test_a_mistake_on_a_plain_page_goes_when_it_is_mended(preview: Serving, browse: Browse) -> None:
    before = preview.edit(HERO, "portfolio.name", "portfolio.nmae")
    preview.said.get(timeout=20)
    page = browse(f"{preview.address}ada/")
    expect(page.locator("h1")).to_contain_text("has no attribute")
    preview.write(HERO, before)
    expect(page.locator("h1")).to_have_text("Ada Okafor")


def test_somebody_new_appears_in_the_gallery(preview: Serving, browse: Browse) -> None:
    page = browse(f"{preview.address}-/")
    shown(page)
    preview.edit("content/portfolios/dora.toml", "published = false", "published = true")
    expect(page.locator("tbody th b", has_text="dora-lindqvist")).to_have_count(1)


def test_links_in_a_page_are_followed_with_the_same_look(still: Serving, browse: Browse) -> None:
    page = browse(f"{still.address}-/look/ada/?width=390&scheme=dark")
    shown(page).click("footer a >> nth=0")
    page.wait_for_url("**/-/look/?width=390&scheme=dark")
    expect(page.locator("iframe.good[src*=dark]")).to_be_visible()


@pytest.mark.parametrize("path", ["-/", "-/look/ada/?width=390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_itself_can_be_used_by_everybody(
    still: Serving, browse: Browse, path: str, scheme: str
) -> None:
    page = browse(still.address + path, color_scheme=scheme)
    shown(page)
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    serious = [it for it in found if it["impact"] in {"serious", "critical"}]
    assert [(it["id"], [n["target"] for n in it["nodes"]]) for it in serious] == []
