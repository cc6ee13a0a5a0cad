"""The headers of the site's answers. `_headers`, the preview and every server are told these."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

PAGE_CACHING = "public, max-age=0, must-revalidate"
"""How long a page may be kept: it is asked for each time, and sent again where it has changed.

No rule says it, since hosts that read `_headers` answer so already, and join the values of two
rules that fit.
"""


class HeaderRule(msgspec.Struct, frozen=True):
    """What is said of every address that begins with a path."""

    path: str
    """From the root of the host, percent-encoded, ending in `/`."""
    headers: tuple[tuple[str, str], ...]

    def fits(self, path: str) -> bool:
        """Whether it is about a path."""
        return path.startswith(self.path)


def header_rules(
    origin: str, home: str, *, beacon_url: str, contact_endpoint: str
) -> tuple[HeaderRule, ...]:
    """The rules of a site: one for all addresses, then one for the assets.

    There is one Content-Security-Policy for the whole site, without `unsafe-inline` (DESIGN,
    rule 8).

    Args:
        origin: Scheme and host of the site: `https://people.example`.
        home: The path of the home page: `/`, or `/folio/`.
        beacon_url: `site.beacon_url`.
        contact_endpoint: `site.contact_endpoint`.
    """
    form = origin_of(contact_endpoint) or "'none'"
    script = ("script-src 'self'",) if beacon_url else ()
    beacon = {origin_of(beacon_url)} - {"", origin_of(origin)}
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
    return (
        HeaderRule(
            home,
            (
                ("Content-Security-Policy", policy),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "strict-origin-when-cross-origin"),
                ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
            ),
        ),
        HeaderRule(f"{home}assets/", (("Cache-Control", "public, max-age=31536000, immutable"),)),
    )


def headers_file(rules: Iterable[HeaderRule]) -> str:
    """The rules as Cloudflare Pages and Netlify read them, in `_headers`."""
    lines: list[str] = []
    for rule in rules:
        lines.append(f"{rule.path}*")
        lines += (f"  {name}: {value}" for name, value in rule.headers)
    return "".join(f"{line}\n" for line in lines)


def origin_of(address: str) -> str:
    """The origin of an absolute address, in ASCII; empty for a path of the site's own host."""
    url = urlsplit(address)
    return f"{url.scheme}://{ascii_host(url.netloc)}" if url.netloc else ""


def ascii_host(netloc: str) -> str:
    """A host, with its port if it has one, as requests name it: `xn--bcher-kva.example`.

    A name that can't be written so is left as it is: no browser reaches it.
    """
    if netloc.isascii():
        return netloc.lower()
    try:
        return netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return netloc
