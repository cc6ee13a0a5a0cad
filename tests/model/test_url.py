"""Which stored text may become a link: http, https and mailto, and nothing else."""

import re
from html import escape
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.model.url import _PLAIN, email_address, link_url, web_url


@pytest.mark.parametrize(
    ("stored", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("http://example.org", "http://example.org"),
        ("github.com/ada", "https://github.com/ada"),
        ("  www.example.org  ", "https://www.example.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("//cdn.example.org/x.png", "https://cdn.example.org/x.png"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        (f"https://{'a' * 63}.example.org", f"https://{'a' * 63}.example.org"),
        ("http://localhost:3000/", "http://localhost:3000/"),
        ("https://192.0.2.1/x", "https://192.0.2.1/x"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://bücher.example/straße", "https://bücher.example/stra%C3%9Fe"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://example.org/a[1]?b[]=c", "https://example.org/a%5B1%5D?b%5B%5D=c"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
    ],
)
def test_an_address_becomes_a_link(stored: str, link: str) -> None:
    assert web_url(stored) == link


@pytest.mark.parametrize(
    "stored",
    [
        "",
        " ",
        "ada",
        "@ada",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "mailto:ada@example.org",
        "javascript://example.org/%0aalert(1)",
        "https://user@example.org",
        "https://example.org@evil.example",
        "https:\\\\evil.example",
        "https://example.org\\@evil.example",
        "https://",
        "https:///x",
        "http:/example.org",
        "https://[::1",
        "https://exa mple.org",
        "https://example.org:99999/",
        "https://example.org/\u202egpj",
        "https://example.org/\nSet-Cookie: a",
        "/about",
        "#top",
        "?q",
        "https://" + "a" * 64 + ".org",
        "https://" + "a" * 3000 + ".org",
        "https://my-site",
        "https://-a.example.org",
        "https://a-.example.org",
        "https://a..example.org",
        "https://example.org-",
    ],
)
def test_anything_else_does_not(stored: str) -> None:
    assert web_url(stored) is None


@given(
    st.one_of(st.text(), st.text().map("https://".__add__), st.text().map("example.org/".__add__))
)
def test_whatever_is_stored_a_link_is_http_and_fits_an_attribute(stored: str) -> None:
    url = web_url(stored)
    if url is not None:
        assert urlsplit(url).scheme in {"http", "https"}
        assert urlsplit(url).hostname
        assert escape(url, quote=True).replace("&amp;", "&").replace("&#x27;", "'") == url
        assert web_url(url) == url


LABELS = st.text("ab0-", min_size=1, max_size=4) | st.sampled_from(["a" * 63, "a" * 64, "org"])
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
PATHS = st.just("") | st.text("aZ9_.~/%+-?#: é\n", max_size=8).map("/".__add__)


@given(st.sampled_from(["https://", "http://", "ftp://", ""]), HOSTS, PATHS)
@example("https://", "my-site.example.org", "/a/b.png")
@example("https://", "example.org", f"/{'a' * 1000}")
@example("https://", "example.org", f"/{'a' * 3000}")
def test_the_short_way_leads_where_the_long_one_does(scheme: str, host: str, path: str) -> None:
    stored = f"{scheme}{host}{path}"
    link = web_url(stored)
    with patch("generator.model.url._PLAIN", re.compile("(?!)")):
        assert web_url(stored) == link


def test_an_address_as_it_should_be_goes_the_short_way() -> None:
    for stored in ("https://my-site.example.org", "http://example.org/a/b-c_d.png"):
        assert _PLAIN.fullmatch(stored)


@pytest.mark.parametrize("stored", ["ada@example.org", " ada.l+x@mail.example.org "])
def test_an_email_address(stored: str) -> None:
    assert email_address(stored) == stored.strip()
    assert link_url(f"mailto:{stored}") == f"mailto:{stored.strip()}"


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "ada",
        "ada@localhost",
        "a b@example.org",
        "ada@example.org?bcc=x@example.org",
        "Ada <ada@example.org>",
        "a@example.org,b@example.org",
        "ada@example.org\r\nBcc: x@y.org",
    ],
)
def test_no_email_address(stored: str) -> None:
    assert email_address(stored) is None
