"""Addresses that nobody has: the site or its host means something else by them."""

import re
from collections.abc import Collection
from fnmatch import translate
from urllib.parse import urlsplit

import msgspec

from generator.model.address import collision_key


class Reserved(msgspec.Struct, frozen=True):
    """Names that are reserved for one reason."""

    reason: str
    """Who uses them, and for what."""
    names: tuple[str, ...]
    """In lower case; `*` is any text, `[0-9]` a digit. What begins with a dot is refused anyway."""


_OWN = "the site uses it itself"

RESERVED = (
    Reserved(
        _OWN,
        ("assets", "people", "privacy", "index", "index.*", "404", "404.*", "sitemap.xml",
         "sitemap-*.xml"),
    ),
    Reserved(
        "search engines, advertisers and others look for it on any host",
        ("robots.txt", "ads.txt", "app-ads.txt", "sellers.json", "security.txt", "humans.txt",
         "llms.txt", "crossdomain.xml", "browserconfig.xml", ".well-known", "well-known",
         "google*.html", "yandex_*.html", "bingsiteauth.xml"),
    ),
    Reserved(
        "browsers look for it on any host",
        ("favicon.*", "apple-touch-icon*.png", "manifest.json", "*.webmanifest", "sw.js",
         "service-worker.js", "serviceworker.js"),
    ),
    Reserved(
        "Cloudflare means something else by it",
        ("_worker.js", "_routes.json", "_headers", "_redirects", "_redirects.*", "functions",
         "cdn-cgi"),
    ),
    Reserved(
        "Netlify means something else by it",
        ("netlify", "netlify.toml", "_netlify"),
    ),
    Reserved(
        "Vercel means something else by it",
        ("api", "vercel.json", "now.json", "_vercel", "_next"),
    ),
    Reserved(
        "GitHub Pages means something else by it",
        ("cname", "_config.yml", "_layouts", "_includes", "_posts", "_site"),
    ),
    Reserved(
        "Azure, Firebase or App Engine means something else by it",
        ("staticwebapp.config.json", "firebase.json", "__", "_ah", "app.yaml"),
    ),
    Reserved(
        "Apache, IIS or a Java server means something else by it",
        ("cgi-bin", "server-status", "server-info", "icons", "web.config", "web-inf", "meta-inf"),
    ),
    Reserved(
        "Windows has a device of this name, and makes no such folder",
        ("con", "con.*", "prn", "prn.*", "aux", "aux.*", "nul", "nul.*", "com[0-9]", "com[0-9].*",
         "lpt[0-9]", "lpt[0-9].*"),
    ),
)  # fmt: skip

# A group for each of them, in order.
_NAMES = re.compile("|".join(f"({'|'.join(map(translate, it.names))})" for it in RESERVED))


def why_reserved(segment: str, own: Collection[str]) -> str | None:
    """Why nobody may have the segment; None where somebody may.

    Args:
        segment: As `path_segment` gave it.
        own: The keys of this site's own names: its hand-written pages, `about`, and the beacon's.
    """
    key = collision_key(segment)
    if key in own:
        return _OWN
    found = _NAMES.match(key)
    return RESERVED[found.lastindex - 1].reason if found and found.lastindex else None


def beacon_names(beacon_url: str, site_url: str) -> frozenset[str]:
    """The key of the beacon's path in the site, its first segment; none where it is elsewhere.

    Args:
        beacon_url: `site.beacon_url`: a path, a URL, or empty.
        site_url: `site.url`.
    """
    beacon, site = urlsplit(beacon_url), urlsplit(site_url)
    folder = site.path.rstrip("/") + "/"
    if beacon.netloc not in ("", site.netloc) or not beacon.path.startswith(folder):
        return frozenset()
    segment = beacon.path.removeprefix(folder).partition("/")[0]
    return frozenset({collision_key(segment)} if segment else ())
