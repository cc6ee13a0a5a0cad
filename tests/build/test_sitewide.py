"""The pages that are nobody's own: home and directory, hand-written pages, what machines read."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from bs4 import BeautifulSoup

from generator.database.synthetic import add_synthetic
from generator.errors import ContentError
from tests.present import present
from tests.site import Site

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def links(site: Site, address: str = "") -> list[str]:
    """Where the page at an address leads, but for its footer."""
    main = BeautifulSoup(site.page(address), "html.parser").find("main")
    assert main is not None
    return [str(a["href"]) for a in main.find_all("a")]


def people(site: Site, address: str = "") -> list[str]:
    return [link for link in links(site, address) if re.fullmatch(r"/p\d+/", link)]


def directory(site: Site) -> list[str]:
    """The addresses of the directory's pages."""
    return [path.removesuffix("/index.html") for path in site.files() if path.startswith("people/")]


def test_a_small_site_has_everybody_on_the_home_page_by_name(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, people_per_page=4)
    for number, name in enumerate(["Édith", "Zoe", "ada", "Fay"]):
        site.person(f"p{number}", name=name)
    site.person("draft", published=False)
    site.build()
    assert people(site) == ["/p2/", "/p0/", "/p3/", "/p1/"]
    assert directory(site) == []
    assert "draft" not in site.page("")


def test_a_large_site_has_everybody_in_the_directory(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, people_per_page=4)
    names = [f"p{number}" for number in range(10, 30)]
    for name in names:
        site.person(name)
    site.build()
    assert len(people(site)) == 12
    first = f"/{directory(site)[0]}/"
    assert first in links(site) or first in links(site, "people/2")
    found: list[str] = []
    address = "people/1"
    while address:
        found += people(site, address)
        soup = BeautifulSoup(site.page(address), "html.parser")
        heading = present(soup.find("h1")).get_text()
        assert heading.startswith(people(site, address)[0].strip("/").title())
        assert heading.endswith(people(site, address)[-1].strip("/").title())
        following = soup.find("a", rel="next")
        address = str(following["href"]).strip("/") if following else ""
    assert found == [f"/{name}/" for name in names]


def test_one_more_person_rewrites_few_pages_that_list_people(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, people_per_page=4)
    add_synthetic(site.url, 160)
    site.build()
    before = site.files()
    site.person("new")
    site.build()
    after = site.files()
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert "new/index.html" in changed
    assert len(changed) <= 12
    assert len(directory(site)) > 24


def test_a_directory_that_shrinks_leaves_no_page_behind(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, people_per_page=2)
    users = [site.person(f"p{number}") for number in range(12)]
    site.build()
    assert len(directory(site)) > 2
    for user in users[2:]:
        site.publish(user, False)
    site.build()
    assert directory(site) == []
    assert people(site) == ["/p0/", "/p1/"]


def test_pages_are_cut_anew_where_people_per_page_changes(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, people_per_page=4)
    for number in range(60):  # of twenty, now and then, both sizes make the same pages
        site.person(f"p{number}")
    site.build()
    few = site.files()
    for size in (2, 4):
        table = msgspec.structs.replace(site.settings.site, people_per_page=size)
        site.settings = msgspec.structs.replace(site.settings, site=table)
        site.build()
        assert (site.files() == few) == (size == 4)


def test_a_site_without_people_has_a_home_page(site: Site) -> None:
    report = site.build()
    assert report.people == 0
    assert "<main" in site.page("")


def test_hand_written_pages_stand_in_the_sites_theme(site: Site) -> None:
    (site.settings.content / "pages" / "jobs.md").write_text(
        "# Work with us\n\nWe are *hiring*.\n\n## How\n\n<b>Write</b>.\n"
    )
    site.build()
    soup = BeautifulSoup(site.page("jobs"), "html.parser")
    assert [h.get_text() for h in soup.find_all("h1")] == ["Work with us"]
    assert [h.get_text() for h in soup.find_all("h2")] == ["How"]
    assert present(soup.find("em")).get_text() == "hiring"
    assert soup.find("b") is None
    assert present(soup.find("meta", {"name": "description"}))["content"] == "We are hiring."
    assert str(present(soup.find("link", {"rel": "stylesheet"}))["href"]).startswith("/assets/")
    assert 'href="/jobs/"' in site.page("")
    assert (site.output / "404.html").exists()


def test_a_hand_written_page_that_is_gone_leaves_the_site(site: Site) -> None:
    site.build()
    assert site.has("about")
    (site.settings.content / "pages" / "about.md").unlink()
    report = site.build()
    assert "about/index.html" in report.removed
    assert not site.has("about")


def test_nobody_can_take_the_address_of_a_hand_written_page(site: Site) -> None:
    site.person("About", username="ada")
    site.build()
    assert "<h1" in site.page("about")
    assert "Engineer" in site.page("ada")


def test_a_page_that_can_be_no_address_is_refused(site: Site) -> None:
    (site.settings.content / "pages" / "Über uns.md").write_text("# x")
    with pytest.raises(ContentError, match="can't be named"):
        site.build()


def test_the_sitemaps_name_every_page_and_when_it_changed(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.person("bob")
    site.build()
    files = site.files()
    index = ET.fromstring(files["sitemap.xml"])
    sitemaps = [e.text or "" for e in index.findall("s:sitemap/s:loc", NAMESPACE)]
    own, everybody = (
        ET.fromstring(files[address.removeprefix("https://people.example/")])
        for address in sitemaps
    )
    assert {e.text for e in own.findall("s:url/s:loc", NAMESPACE)} == {
        "https://people.example/",
        "https://people.example/about/",
    }
    assert {e.text for e in everybody.findall("s:url/s:loc", NAMESPACE)} == {
        "https://people.example/ada/",
        "https://people.example/bob/",
    }
    dates = everybody.findall("s:url/s:lastmod", NAMESPACE)
    assert len(dates) == 2
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date.text or "") for date in dates)
    assert b"Sitemap: https://people.example/sitemap.xml" in files["robots.txt"]


@pytest.mark.parametrize("slug", ["sitemap-site.xml", "sitemap-people.xml", "Sitemap-01.xml"])
def test_nobody_can_take_the_address_of_a_sitemap(site: Site, slug: str) -> None:
    site.person(slug, username="ada")
    site.build()
    assert not site.has(slug)
    assert "Engineer" in site.page("ada")


def test_an_asset_stays_while_an_older_page_refers_to_it(site: Site) -> None:
    user = site.person("ada")
    site.build()
    (old,) = re.findall(r"assets/theme\.\w+\.css", site.page("ada"))
    style = site.root / "themes" / "emerald" / "static" / "theme.css"
    style.write_text(style.read_text() + "/* new */")
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    site.execute("UPDATE portfolios SET name = NULL WHERE user_id = %s", user)
    site.build()
    assert old in site.page("ada")
    assert old in site.files()
    site.execute("UPDATE portfolios SET name = 'Ada' WHERE user_id = %s", user)
    site.build()
    assert old not in site.page("ada")
    assert old not in site.files()


def test_every_answer_carries_a_policy_without_unsafe_inline(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, contact_endpoint="https://forms.example/send")
    site.build()
    headers = site.files()["_headers"].decode()
    assert "default-src 'none'" in headers
    assert "unsafe" not in headers
    assert "form-action https://forms.example" in headers
    assert "frame-ancestors 'none'" in headers


def test_a_site_may_live_under_a_path(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, url="https://people.example/folio/")
    site.person("zoë", username="z")
    site.build()
    soup = BeautifulSoup(site.page("zoë"), "html.parser")
    address = "https://people.example/folio/zo%C3%AB/"
    assert present(soup.find("link", {"rel": "canonical"}))["href"] == address
    assert str(present(soup.find("link", {"rel": "stylesheet"}))["href"]).startswith(
        "/folio/assets/"
    )
    assert "/folio/zo%C3%AB/" in site.page("")
    assert "/folio/zo%C3%AB/" in site.page("z")
    assert address.encode() in site.files()["sitemap-people.xml"]


def test_the_redirect_at_the_username_leads_to_the_slug(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.build()
    soup = BeautifulSoup(site.page("lovelace"), "html.parser")
    assert present(soup.find("meta", {"http-equiv": "refresh"}))["content"] == "0; url=/ada/"
    assert present(soup.find("link", {"rel": "canonical"}))["href"] == "https://people.example/ada/"
    assert present(soup.find("a"))["href"] == "/ada/"


def test_a_username_becomes_the_address_when_the_slug_goes(site: Site) -> None:
    user = site.person("ada", username="lovelace")
    site.build()
    site.execute("UPDATE portfolios SET slug = NULL WHERE user_id = %s", user)
    site.build()
    assert not site.has("ada")
    assert "Engineer" in site.page("lovelace")
    site.execute("UPDATE portfolios SET slug = 'ada' WHERE user_id = %s", user)
    site.build()
    assert "Engineer" in site.page("ada")
    assert "refresh" in site.page("lovelace")
