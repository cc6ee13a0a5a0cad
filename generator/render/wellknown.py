"""What machines ask of the site: robots.txt, sitemaps, an icon, and the headers of every answer."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

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


def _origin(address: str) -> str:
    """The origin of an absolute address; empty for a path of the site's own host."""
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}" if url.netloc else ""


def headers(site: Site) -> Page:
    """The headers of every answer, in the file that Cloudflare Pages and Netlify read.

    One policy for the whole site, without `unsafe-inline` (DESIGN, rule 8).
    """
    form = _origin(site.contact_endpoint) or "'none'"
    script = ("script-src 'self'",) if site.beacon_url else ()
    beacon = {_origin(site.beacon_url)} - {"", site.origin}
    policy = "; ".join(
        (
            "default-src 'none'",
            *script,
            "style-src 'self'",
            "img-src 'self' https:",
            "media-src https:",
            # Without a beacon no script runs; but judges of pages read robots.txt from within.
            " ".join(("connect-src 'self'", *beacon)),
            f"form-action {form}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "upgrade-insecure-requests",
        )
    )
    text = (
        f"{site.home}*\n"
        f"  Content-Security-Policy: {policy}\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        "  Permissions-Policy: camera=(), geolocation=(), microphone=()\n"
        f"{site.home}assets/*\n"
        "  Cache-Control: public, max-age=31536000, immutable\n"
    )
    return Page("_headers", text.encode())
