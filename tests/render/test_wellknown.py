"""What machines read of the site."""

import re

from generator.config import SiteSettings
from generator.render import wellknown
from generator.render.site import make_site

SITE = make_site(SiteSettings(url="https://people.example"), (("About", "about/"),))


def locations(number: int) -> list[str]:
    sitemap = wellknown.sitemap(SITE, number, [("ada", "2024-01-01"), ("bob", "")])
    return re.findall("<loc>(.*?)</loc>", sitemap.body.decode())


def test_the_first_sitemap_begins_with_the_sites_own_pages() -> None:
    people = ["https://people.example/ada/", "https://people.example/bob/"]
    own = ["https://people.example/", "https://people.example/about/"]
    assert locations(1) == own + people
    assert locations(2) == people


def test_the_path_of_the_sites_address_is_encoded_wherever_it_stands() -> None:
    site = make_site(SiteSettings(url="https://people.example/über/%C3%BC"))
    assert site.home == "/%C3%BCber/%C3%BC/"
    assert site.url("ada/") == "https://people.example/%C3%BCber/%C3%BC/ada/"
    assert b"\n/%C3%BCber/%C3%BC/assets/*\n" in wellknown.headers(site).body
