"""Of a referrer the domain of its site is kept, and of what is no site nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.beacon.referrer import site


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://www.example.org/people?q=ada#top", "example.org"),
        ("HTTP://News.Example.ORG:8080", "example.org"),
        ("www.example.org", "example.org"),
        ("www.example.org:8080", "example.org"),
        ("example.org.", "example.org"),
        ("https://a.b.c.example.co.uk/", "example.co.uk"),
        ("https://ada:secret@www.example.org/", "example.org"),
        ("https://ada.github.io/", "ada.github.io"),
        ("https://github.io/", "github.io"),
        ("https://reader.wordpress.com/", "wordpress.com"),
        ("https://www.gov.uk/", "www.gov.uk"),
        ("https://www.münchen.de/", "xn--mnchen-3ya.de"),
        ("https://www.xn--mnchen-3ya.de/", "xn--mnchen-3ya.de"),
        ("https://x.xn--fiqs8s/", "x.xn--fiqs8s"),
    ],
)
def test_a_web_address_is_shortened_to_its_site(referrer: str, kept: str) -> None:
    assert site(referrer) == kept


@pytest.mark.parametrize(
    "referrer",
    [
        None, "", " ", "javascript:alert(1)", "javascript:1", "javascript://example.org/%0aalert(1)",
        "data:text/html,<script>", "data:text/html,https://example.org/", "file:///etc/passwd",
        "ftp://example.org/", "android-app://com.google.android.gm/", "mailto:ada@example.org",
        "about:blank", "about:client", "blob:https://example.org/1", "//", "https://", "https:///x",
        "127.0.0.1", "http://192.168.1.1/admin", "http://[2001:db8::1]/", "[::1]:80", "2130706433",
        "localhost", "http://localhost:8000/", "http://router.lan/", "wiki.corp.internal",
        "printer.local", "https://co.uk/", "https://com/", "https://a..example.org/",
        "https://example.org:port/", "https://ex ample.org/", "https://-example-.org/",
        "https://example.org\x00/", "https://exam\u202eple.org/", "x" * 2048, "x" * 250 + ".org",
        ".".join("a" * 127) + ".org", "https://[", "https://xn--/", "\ud800",
    ],
)  # fmt: skip
def test_of_what_is_no_site_nothing_is_kept(referrer: str | None) -> None:
    assert site(referrer) is None


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300) | st.text(max_size=100).map(lambda rest: f"https://{rest}"))
def test_whatever_comes_the_answer_is_a_short_ascii_domain_or_nothing(referrer: str) -> None:
    found = site(referrer)
    assert found is None or (found.isascii() and found == found.lower() and "." in found)
    assert found is None or (len(found) <= 253 and site(found) == found)
