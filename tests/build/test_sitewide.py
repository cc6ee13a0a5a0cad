"""The pages that are nobody's own: home and directory, hand-written pages, what machines read."""

import re
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from generator.errors import ContentError
from generator.render import wellknown
from tests.site import Site

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def listed(site: Site, address: str = "") -> list[str]:
    soup = BeautifulSoup(site.page(address), "html.parser")
    main = soup.find("main")
    assert main is not None
    return [a["href"] for a in main.find_all("a") if re.fullmatch(r"/p\d+/", str(a["href"]))]


def test_the_home_page_lists_who_is_published_in_pages(tmp_path, database) -> None:
    site = Site(tmp_path, database, people_per_page=4)
    for number in range(10):
        site.person(f"p{number}", name=f"Person {number}")
    site.person("draft", published=False)
    site.build()
    assert listed(site) == ["/p0/", "/p1/", "/p2/", "/p3/"]
    assert listed(site, "people/2") == ["/p4/", "/p5/", "/p6/", "/p7/"]
    assert listed(site, "people/3") == ["/p8/", "/p9/"]
    assert 'href="/people/2/"' in site.page("")
    assert 'href="/"' in site.page("people/2")
    assert not site.has("people/4")
    assert "draft" not in site.page("people/3")


def test_a_directory_that_shrinks_leaves_no_page_behind(tmp_path, database) -> None:
    site = Site(tmp_path, database, people_per_page=1)
    first, _second = site.person("p1"), site.person("p2")
    site.build()
    assert site.has("people/2")
    site.publish(first, False)
    site.build()
    assert not site.has("people/2")
    assert listed(site) == ["/p2/"]


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
    assert soup.find("em").get_text() == "hiring"
    assert soup.find("b") is None
    assert soup.find("meta", {"name": "description"})["content"] == "We are hiring."
    assert soup.find("link", {"rel": "stylesheet"})["href"].startswith("/assets/")
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


def test_the_sitemap_names_every_page_and_when_it_changed(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.person("bob")
    site.build()
    index = ET.fromstring(site.files()["sitemap.xml"])
    assert [e.text for e in index.findall("s:sitemap/s:loc", NAMESPACE)] == [
        "https://people.example/sitemap-1.xml"
    ]
    urls = ET.fromstring(site.files()["sitemap-1.xml"])
    assert [e.text for e in urls.findall("s:url/s:loc", NAMESPACE)] == [
        "https://people.example/",
        "https://people.example/about/",
        "https://people.example/privacy/",
        "https://people.example/ada/",
        "https://people.example/bob/",
    ]
    for date in urls.findall("s:url/s:lastmod", NAMESPACE):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", date.text or "")
    assert b"Sitemap: https://people.example/sitemap.xml" in site.files()["robots.txt"]


def test_many_people_have_several_sitemaps(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wellknown, "URLS_A_SITEMAP", 2)
    for number in range(5):
        site.person(f"p{number}")
    site.build()
    files = site.files()
    named = {
        loc
        for path, body in files.items()
        if path.startswith("sitemap-")
        for loc in re.findall(rb"<loc>https://people.example/(p\d)/</loc>", body)
    }
    assert named == {b"p0", b"p1", b"p2", b"p3", b"p4"}
    assert files["sitemap.xml"].count(b"<sitemap>") == 3


def test_an_asset_stays_while_an_older_page_refers_to_it(site: Site) -> None:
    user = site.person("ada")
    site.build()
    (old,) = [path for path in site.files() if path.startswith("assets/emerald.")]
    style = site.root / "themes" / "emerald" / "static" / "emerald.css"
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


def test_every_answer_carries_a_policy_without_unsafe_inline(tmp_path, database) -> None:
    site = Site(tmp_path, database, contact_endpoint="https://forms.example/send")
    site.build()
    headers = site.files()["_headers"].decode()
    assert "default-src 'none'" in headers
    assert "unsafe" not in headers
    assert "form-action https://forms.example" in headers
    assert "frame-ancestors 'none'" in headers


def test_a_site_may_live_under_a_path(tmp_path, database) -> None:
    site = Site(tmp_path, database, url="https://people.example/folio/")
    site.person("zoë", username="z")
    site.build()
    soup = BeautifulSoup(site.page("zoë"), "html.parser")
    address = "https://people.example/folio/zo%C3%AB/"
    assert soup.find("link", {"rel": "canonical"})["href"] == address
    assert soup.find("link", {"rel": "stylesheet"})["href"].startswith("/folio/assets/")
    assert "/folio/zo%C3%AB/" in site.page("")
    assert "/folio/zo%C3%AB/" in site.page("z")
    assert address.encode() in site.files()["sitemap-1.xml"]


def test_the_redirect_at_the_username_leads_to_the_slug(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.build()
    soup = BeautifulSoup(site.page("lovelace"), "html.parser")
    assert soup.find("meta", {"http-equiv": "refresh"})["content"] == "0; url=/ada/"
    assert soup.find("link", {"rel": "canonical"})["href"] == "https://people.example/ada/"
    assert soup.find("a")["href"] == "/ada/"


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
