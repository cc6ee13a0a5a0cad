"""The usernames that lead to slugs, as hosts read them: each answers with a real redirect then.

Without such a list a username still leads to the slug, by the page that stands there.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

from generator.render.page import Page

REDIRECTS = "_redirects"
"""For Cloudflare Pages, Netlify, Apache and Caddy: from, to and the status, one redirect a line."""
NGINX_REDIRECTS = "_redirects.nginx"
"""The same as the lines of nginx's `map`."""
MOST_REDIRECTS = 50_000
"""A list has no more of them: it is made in memory, and servers keep it there."""

_LONGEST_KEY = 40  # bytes; what fits into a bucket of nginx's hash, as it is by default
_PLAIN = re.compile(r"[\w.~/-]+")


def redirect_lists(home: str, redirects: Iterable[tuple[str, str]]) -> Iterator[Page]:
    """The files of a site's redirects; they exist even where there are none.

    Args:
        home: The address of the home page from the root of the host.
        redirects: Pairs of segments: the one that leads elsewhere, and the one it leads to.
    """
    # Servers compare decoded addresses, and send encoded ones.
    start = decoded if _PLAIN.fullmatch(decoded := unquote(home)) else home
    pairs = [(f"{start}{old}/", f"{home}{quote(new)}/") for old, new in redirects]
    head = "# Made by qwikfolio build.\n"
    lines = "".join(f"{old} {new} 301\n" for old, new in pairs)
    yield Page(REDIRECTS, f"{head}{lines}".encode())
    lines = "".join(f'"{_nginx_key(old)}" "{new}";\n' for old, new in pairs)
    yield Page(NGINX_REDIRECTS, f"{head}{lines}".encode())


def _nginx_key(address: str) -> str:
    """The address, or where it is too long for nginx a regular expression of it.

    With one long address alone nginx would refuse its whole configuration.
    """
    is_short = len(address.encode()) <= _LONGEST_KEY
    return address if is_short else f"~^{re.escape(address)}$"
