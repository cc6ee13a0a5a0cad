"""Where a visitor came from: the site that a referrer belongs to."""

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_LONGEST_HOST = 253  # RFC 1035, as text
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])")


@lru_cache(maxsize=1024)
def site(referrer: str | None) -> str | None:
    """The registrable domain of a web address, or of a host: `example.org` for `www.example.org`.

    Args:
        referrer: A URL, or a host as pages send it, with or without a port.

    Returns:
        The domain in lower case, in its ASCII form; None where there is none: for other schemes
        than http and https, network addresses, names without a public suffix such as `localhost`
        and `wiki.internal`, and whatever is no address at all.
    """
    host = _host(referrer) if referrer else None
    if host is None:
        return None
    every, icann = _suffixes()
    # `github.io` is a suffix that a company has registered, and a site of its own.
    return every.privatesuffix(host) or icann.privatesuffix(host)


def _host(referrer: str) -> str | None:
    scheme, is_url, rest = referrer.partition("://")
    if is_url and scheme.lower() not in {"http", "https"}:
        return None
    try:
        split = urlsplit(f"//{rest}" if is_url else f"//{referrer}")
        _ = split.port  # `javascript:alert(1)` has none
        host = (split.hostname or "").removesuffix(".").encode("idna").decode("ascii")
    except ValueError:  # UnicodeError, too
        return None
    if not is_url and "@" in split.netloc:  # `mailto:ada@example.org`
        return None
    return host if len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) else None


@cache
def _suffixes() -> tuple[PublicSuffixList, PublicSuffixList]:
    """The Public Suffix List that the library brings along: all of it, and without companies'."""
    return (
        PublicSuffixList(accept_unknown=False),
        PublicSuffixList(accept_unknown=False, only_icann=True),
    )
