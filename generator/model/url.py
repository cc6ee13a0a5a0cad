"""Which stored text may become a link.

DESIGN, rule 8: http, https and mailto only. The app prepends `https://` to an address stored
without a scheme, so `github.com/ada` is a link, and `javascript:alert(1)` is not.
"""

import re
from urllib.parse import quote, urlsplit

_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_LOCAL_HOST = re.compile(r"localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST_AND_PORT = re.compile(r"[\w.-]+:\d{1,5}(?:[/?#]|$)")
_FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]"
)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"?&%#/]{1,64}@(?P<host>[^\s@]{1,253})")
_PLAIN = re.compile(
    r"https?://(?![^/]{64})"  # a host of 63 characters has no label that is longer
    r"(?:[a-z0-9]++[.-])++(?<=\.)[a-z]{2,}+"
    r"(?:/[\w.~/%+-]{0,1000}+)?",
    re.ASCII,
)  # nearly every address that is stored, as it should be
_SAFE = "!#$%&'()*+,-./:;=?@_~"
_LONGEST = 2000


def web_url(text: str) -> str | None:
    """The address as an absolute http(s) URL, fit for an attribute; None if it is not one.

    Spaces around it are ignored. Credentials (`https://user@host`) are refused: they serve only to
    disguise the host. Every character that is neither a letter nor URL syntax is percent-encoded.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = text.strip()
    if not text or len(text) > _LONGEST or _FORBIDDEN.search(text):
        return None
    if text.startswith("//"):
        text = f"https:{text}"
    elif not _SCHEME.match(text) or _HOST_AND_PORT.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    bracketed = f"[{host}]" if ":" in host else host
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return None
    if not (_HOST.fullmatch(host) or _LOCAL_HOST.fullmatch(bracketed)):
        return None
    authority = bracketed if port is None else f"{bracketed}:{port}"
    rest = text.split("//", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme}://{authority}{quote(rest, safe=_SAFE)}"


def email_address(text: str) -> str | None:
    """The text as one e-mail address, without display name or parameters; None if it is not one."""
    text = text.strip()
    match = _EMAIL.fullmatch(text)
    if match is None or _FORBIDDEN.search(text) or not _HOST.fullmatch(match["host"]):
        return None
    return text


def link_url(text: str) -> str | None:
    """What a link in Markdown may point to: a web address, or `mailto:` one address."""
    scheme, colon, rest = text.strip().partition(":")
    if colon and scheme.lower() == "mailto":
        address = email_address(rest)
        return f"mailto:{address}" if address else None
    return web_url(text)
