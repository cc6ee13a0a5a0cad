"""What machines ask of the site: robots.txt, sitemaps, an icon, and the headers of every answer."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from generator.model.headers import HeaderRule, header_rules, headers_file
from generator.render.page import Page
from generator.render.site import Site

SITE_SITEMAP = "sitemap-site.xml"

FAVICON = Page("favicon.ico", files(__package__).joinpath("favicon.ico").read_bytes())
"""The mark of the theme base, for browsers that look for it without having read a page."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def robots(site: Site) -> Page:
    """Everybody may read everything; the sitemap is named."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {site.url('sitemap.xml')}\n"
    return Page("robots.txt", text.encode())


def site_sitemap(site: Site) -> Page:
    """The sitemap of the site's own pages: home and those written by hand."""
    own = (site.home, *(page.path for page in site.pages))
    return _sitemap(SITE_SITEMAP, (_url(site.origin + path) for path in own))


def people_sitemap(site: Site, path: str, people: Iterable[tuple[str, str]]) -> Page:
    """A sitemap of people.

    Args:
        site: For the absolute addresses.
        path: The file's own.
        people: Segment and the date of the last change (`YYYY-MM-DD`, or empty).
    """
    return _sitemap(path, (_url(site.url(f"{segment}/"), day) for segment, day in people))


def sitemap_index(site: Site, paths: Iterable[str]) -> Page:
    """The list of the sitemaps: the site's own, and those of people."""
    entries = "".join(
        f"<sitemap><loc>{escape(site.url(path), quote=False)}</loc></sitemap>\n"
        for path in (SITE_SITEMAP, *paths)
    )
    text = f"{_XML}<sitemapindex {_NAMESPACE}>\n{entries}</sitemapindex>\n"
    return Page("sitemap.xml", text.encode())


def _sitemap(path: str, urls: Iterable[str]) -> Page:
    text = f"{_XML}<urlset {_NAMESPACE}>\n{''.join(urls)}</urlset>\n"
    return Page(path, text.encode())


def _url(address: str, day: str = "") -> str:
    modified = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(address, quote=False)}</loc>{modified}</url>\n"


def headers(site: Site) -> Page:
    """The headers of every answer, in the file that Cloudflare Pages and Netlify read."""
    return Page("_headers", headers_file(rules(site)).encode())


def rules(site: Site) -> tuple[HeaderRule, ...]:
    """The headers of every answer."""
    return header_rules(
        site.origin,
        site.home,
        beacon_url=site.beacon_url,
        contact_endpoint=site.contact_endpoint,
    )
