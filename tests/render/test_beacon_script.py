"""Where a site counts visits: one small script, and the element that starts it."""

import gzip
import re
from pathlib import Path

import msgspec
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generator.config import SiteSettings
from generator.model.portfolio import Portfolio
from generator.render import beacon, wellknown
from generator.render.page import Page
from generator.render.site import Site, make_site
from tests.present import present
from tests.quality.showroom import PEOPLE, THEMES, TYPICAL, dressed, materials, site_pages
from tests.site import Site as BuiltSite

URL = "https://events.example/e"
PLACE = "https://people.example"


def site(**settings: object) -> Site:
    return make_site(replace(SiteSettings(url=PLACE, beacon_url=URL), **settings))


def policy(of: Site) -> dict[str, str]:
    (line,) = re.findall("Content-Security-Policy: (.*)", wellknown.headers(of).body.decode())
    return {name: value for name, _, value in (it.partition(" ") for it in line.split("; "))}


def scripts(page: Page) -> list[Tag]:
    soup = BeautifulSoup(page.body, "html.parser")
    return [it for it in soup.find_all("script") if it.get("type") != "application/ld+json"]


# The script


def test_the_script_is_small() -> None:
    assert len(gzip.compress(beacon.SCRIPT.body, mtime=0)) < 1000


def test_the_script_has_the_name_of_its_content() -> None:
    other = beacon._published("// a remark\nlet a = 1; // and b\n")
    assert other.body == b"let a=1;// and b"
    assert re.fullmatch(r"assets/e\.[0-9a-f]{12}\.js", other.path)
    assert other.path != beacon.SCRIPT.path


def test_the_script_knows_nothing_that_stays_or_is_evaluated() -> None:
    for word in (
        b"cookie",
        b"Storage",
        b"indexedDB",
        b"caches",
        b"eval",
        b"Function",
        b"innerHTML",
    ):
        assert word not in beacon.SCRIPT.body


# The page


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_starts_it_once_at_the_end_of_a_persons_page(theme: str) -> None:
    of = materials(theme, beacon_url=URL)
    page = of.renderer.portfolio(dressed(TYPICAL, theme), "ada")
    (script,) = scripts(page)
    assert script.attrs == {
        "defer": "",
        "src": f"/{beacon.SCRIPT.path}",
        "data-url": URL,
        "data-slug": "ada",
    }
    assert re.search(rb"</script>\s*</body>\s*</html>\s*$", page.body)
    assert of.assets[beacon.SCRIPT.path] == beacon.SCRIPT.body


@pytest.mark.parametrize("theme", THEMES)
def test_no_other_page_has_it(theme: str) -> None:
    for page in site_pages(materials(theme, beacon_url=URL)):
        assert scripts(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_counted_is_marked(theme: str) -> None:
    of = materials(theme, beacon_url=URL, contact_endpoint="https://forms.example/send")
    page = of.renderer.portfolio(dressed(TYPICAL, theme), "ada")
    soup = BeautifulSoup(page.body, "html.parser")
    assert [it["data-project"] for it in soup.select("[data-project]")] == [
        str(it.id) for it in TYPICAL.projects
    ]
    kinds = {it["data-kind"] for it in soup.select("[data-event=social_click]")}
    assert kinds >= {it.kind for it in TYPICAL.links}
    assert soup.select("a[href^='mailto:'][data-event=contact_click]")
    assert soup.select("button[data-event=contact_click]")


@pytest.mark.parametrize("portfolio", PEOPLE.values(), ids=PEOPLE)
def test_without_a_beacon_nothing_of_it_is_there(portfolio: Portfolio) -> None:
    of = materials("emerald")
    with_it = materials("emerald", beacon_url=URL)
    page, counted = (it.renderer.portfolio(portfolio, "ada") for it in (of, with_it))
    assert scripts(page) == []
    element = beacon.element(with_it.site, "ada").encode()
    link = b'<li><a href="/privacy/">Privacy</a></li>\n'
    assert counted.body.replace(element, b"", 1).replace(link, b"", 1) == page.body
    assert beacon.SCRIPT.path not in of.assets
    assert "script-src" not in policy(of.site)


def test_the_site_may_live_under_a_path() -> None:
    of = site(url=f"{PLACE}/folio/", beacon_url="/e")
    script = BeautifulSoup(beacon.element(of, "ada"), "html.parser").script
    assert script is not None
    assert (script["src"], script["data-url"]) == (f"/folio/{beacon.SCRIPT.path}", "/e")


@given(st.text() | st.text("\"'<>&=/ \n", min_size=1))
def test_a_hostile_slug_stays_in_its_attribute(segment: str) -> None:
    escaped = str(beacon.element(site(), segment))
    values = re.fullmatch(r'<script defer src="[^"<>]*" data-url="[^"<>]*" data-slug="([^"<>]*)">'
                          r"</script>", escaped)  # fmt: skip
    assert values
    if not set(segment) & {"\0", "\r"} and segment.isprintable():
        script = present(BeautifulSoup(escaped, "html.parser").script)
        assert script["data-slug"] == segment


# The policy


@pytest.mark.parametrize(
    ("url", "connect"),
    [
        ("/e", "'self'"),
        (f"{PLACE}/e", "'self'"),
        (URL, "'self' https://events.example"),
        ("http://127.0.0.1:8200/a/e", "'self' http://127.0.0.1:8200"),
        (f"{PLACE}:8443/e", f"'self' {PLACE}:8443"),
    ],
)
def test_the_policy_allows_the_script_and_where_it_sends_to(url: str, connect: str) -> None:
    without, with_it = policy(site(beacon_url="")), policy(site(beacon_url=url))
    assert with_it.pop("script-src") == "'self'"
    assert with_it.pop("connect-src") == connect
    assert without.pop("connect-src") == "'self'"
    assert with_it == without


# A build


def test_a_build_makes_pages_anew_when_the_setting_or_the_script_changes(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = BuiltSite(tmp_path, database)
    built.person("ada")
    built.build()
    before = built.files()
    _count(built, URL)
    report = built.build()
    assert report.written
    counted = built.files()
    assert counted.keys() - before.keys() == {beacon.SCRIPT.path, "privacy/index.html"}
    assert f'src="/{beacon.SCRIPT.path}" data-url="{URL}"' in built.page("ada")
    newer = Page("assets/e.000000000000.js", b"newer")
    old = beacon.SCRIPT
    monkeypatch.setattr(beacon, "SCRIPT", newer)
    built.build()
    assert built.files()[newer.path] == b"newer"
    assert old.path not in built.files()
    assert newer.path in built.page("ada")
    _count(built, "")
    built.build()
    assert built.files() == before


def _count(built: BuiltSite, url: str) -> None:
    settings = replace(built.settings.site, beacon_url=url)
    built.settings = msgspec.structs.replace(built.settings, site=settings)
