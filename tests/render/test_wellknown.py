"""What machines read of the site."""

import re

from generator.config import SiteSettings
from generator.render import wellknown
from generator.render.page import Page
from generator.render.site import make_site

SITE = make_site(SiteSettings(url="https://people.example"), (("About", "about/"),))


def locations(page: Page) -> list[str]:
    return re.findall("<loc>https://people.example/(.*?)</loc>", page.body.decode())


def test_the_sites_own_pages_have_a_sitemap() -> None:
    sitemap = wellknown.site_sitemap(SITE)
    assert sitemap.path == "sitemap-site.xml"
    assert locations(sitemap) == ["", "about/"]


def test_a_sitemap_of_people_says_when_each_page_changed() -> None:
    people = [("ada", "2024-01-01"), ("zoë", "")]
    sitemap = wellknown.people_sitemap(SITE, "sitemap-01.xml", people)
    assert sitemap.path == "sitemap-01.xml"
    assert locations(sitemap) == ["ada/", "zo%C3%AB/"]
    assert b"ada/</loc><lastmod>2024-01-01</lastmod></url>" in sitemap.body
    assert b"zo%C3%AB/</loc></url>" in sitemap.body


def test_the_index_names_every_sitemap_the_sites_own_first() -> None:
    index = wellknown.sitemap_index(SITE, ["sitemap-0.xml", "sitemap-1.xml"])
    assert index.path == "sitemap.xml"
    assert locations(index) == ["sitemap-site.xml", "sitemap-0.xml", "sitemap-1.xml"]


def test_the_path_of_the_sites_address_is_encoded_wherever_it_stands() -> None:
    site = make_site(SiteSettings(url="https://people.example/über/%C3%BC"))
    assert site.home == "/%C3%BCber/%C3%BC/"
    assert site.url("ada/") == "https://people.example/%C3%BCber/%C3%BC/ada/"
    assert b"\n/%C3%BCber/%C3%BC/assets/*\n" in wellknown.headers(site).body
