"""What machines read of the site: robots.txt, sitemaps, and the headers of every answer."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from generator.render.page import Page
from generator.render.site import Site

URLS_A_SITEMAP = 10_000
"""Well below the protocol's 50,000 and 50 MB."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def robots(site: Site) -> Page:
    """Everybody may read everything; the sitemap is named."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {site.url('sitemap.xml')}\n"
    return Page("robots.txt", text.encode())


def sitemap(site: Site, number: int, people: Iterable[tuple[str, str]]) -> Page:
    """One sitemap of at most `URLS_A_SITEMAP` people; the first also names the site's own pages.

    Args:
        site: For the absolute addresses, and its own pages: home and those written by hand.
        number: From 1.
        people: Segment and the date of the last change (`YYYY-MM-DD`, or empty).
    """
    lines = [_XML, f"<urlset {_NAMESPACE}>\n"]
    if number == 1:
        own = (site.home, *(page.path for page in site.pages))
        lines += [f"<url><loc>{escape(site.origin + path)}</loc></url>\n" for path in own]
    for segment, updated in people:
        modified = f"<lastmod>{updated}</lastmod>" if updated else ""
        lines.append(f"<url><loc>{escape(site.url(f'{segment}/'))}</loc>{modified}</url>\n")
    lines.append("</urlset>\n")
    return Page(f"sitemap-{number}.xml", "".join(lines).encode())


def sitemap_index(site: Site, count: int) -> Page:
    """The list of `count` sitemaps."""
    entries = "".join(
        f"<sitemap><loc>{escape(site.url(f'sitemap-{number}.xml'))}</loc></sitemap>\n"
        for number in range(1, count + 1)
    )
    text = f"{_XML}<sitemapindex {_NAMESPACE}>\n{entries}</sitemapindex>\n"
    return Page("sitemap.xml", text.encode())


def headers(site: Site) -> Page:
    """The headers of every answer, in the file that Cloudflare Pages and Netlify read.

    One policy for the whole site, without `unsafe-inline` (DESIGN, rule 8).
    """
    endpoint = urlsplit(site.contact_endpoint)
    form = f"{endpoint.scheme}://{endpoint.netloc}" if endpoint.netloc else "'none'"
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' https:",
            "media-src https:",
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
