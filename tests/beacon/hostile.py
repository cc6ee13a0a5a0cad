"""What nobody should send to the beacon, as Hypothesis makes it."""

import json
import re
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

_TYPES = ("view", "download", "contact_click", "social_click", "project_view")


def uuid7(number: int) -> str:
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
_NASTY = (
    "\\u0000", "\\ud800", "\\udfff\\ud800", "\0", "\x7f", "\u202e", "\ufffe", "\U0010ffff", "'; --",
    "deep", "%00", "{}", "\\", "a" * 300, "ada\n", "ada ", "ADA", "../ada", "http://[", "http://a:b@c:99999/",
    "//xn--", "http://" + "a." * 200, "0" * 40, "1e999",
)  # fmt: skip


def mostly(right: st.SearchStrategy[Any], *others: st.SearchStrategy[Any]) -> Any:
    """One of the others now and then: `st.one_of` takes each as often."""
    return st.integers(0, 15).flatmap(lambda chance: st.one_of(others) if chance == 7 else right)


_BROKEN = (
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\0", b"\\", b"\\u0000", b"\\ud800", b'"', b"{", b",",
    b"[" * 3000, b'{"a":' * 700, b"9" * 3000, b"NaN", b"\xef\xbb\xbf",
)  # fmt: skip


def nearly(*right: object) -> Any:
    """What is right, mostly; and then whatever JSON can be."""
    return mostly(st.sampled_from(right), st.sampled_from(_NASTY), anything)


def events(project: UUID, foreign: UUID) -> st.SearchStrategy[dict[str, Any]]:
    """Events, most of which are right in most of what they say."""
    data = st.fixed_dictionaries(
        {},
        optional={
            "referrer": nearly("https://example.org/a?b", "example.org", None),
            "type": nearly("github", None),
            "screen": nearly("phone", "desktop", None),
            "language": nearly("pt-BR", None),
            "more": st.just("deep") | anything,
        },
    )
    ids = st.integers(0, 2**128 - 1).map(uuid7) | st.just(uuid7(1))
    return st.fixed_dictionaries(
        {
            "id": mostly(ids, st.uuids().map(str), nearly(uuid7(2))),
            "type": nearly(*_TYPES),
            "slug": nearly("ada", "ada", "bob", "hidden", "nobody"),
        },
        optional={
            "project_id": nearly(str(project), str(foreign), None),
            "data": mostly(data, anything),
        },
    )


@st.composite
def bodies(draw: st.DrawFn, project: UUID, foreign: UUID) -> bytes:
    """An event as JSON, whole or with something wrong in its bytes."""
    text = json.dumps(draw(events(project, foreign)), ensure_ascii=draw(st.booleans()))
    text = text.replace('"deep"', "[" * 1900 + "]" * 1900)
    body = text.replace("\\\\u", "\\u").encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)):
        return body
    at = draw(st.integers(0, len(body)))
    until = draw(st.just(at) | st.integers(at, len(body)))
    return body[:at] + draw(st.sampled_from(_BROKEN) | st.binary(max_size=8)) + body[until:]


BROWSER = (
    b"user-agent",
    b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
)
_NAMES = (
    b"user-agent", b"x-forwarded-for", b"sec-gpc", b"dnt", b"sec-purpose", b"purpose", b"x-moz",
    b"origin", b"referer", b"cookie", b"content-type", b"content-encoding", b"accept", b"host",
    b"expect", b"te", b"forwarded",
)  # fmt: skip
_VALUES = (
    b"1", b"prefetch;prerender", b"gzip", b"100-continue", b"Googlebot/2.1", b"127.0.0.1",
    b"10.0.0.1, 203.0.113.7", b"203.0.113.7:80", b"[2001:db8::1]:80", b"::ffff:203.0.113.7",
    b"unknown, _hidden,,", b"x" * 5000, b"(" * 3000,
)  # fmt: skip
header = st.tuples(
    st.sampled_from(_NAMES) | st.from_regex(rb"[a-z-]{2,9}", fullmatch=True),
    mostly(
        st.sampled_from(_VALUES),
        st.binary(max_size=40).map(lambda value: re.sub(rb"[\r\n]", b"", value)),
    ),
)
LINES = (
    b"POST /e HTTP/1.1\r\n", b"GET /metrics HTTP/1.1\r\n", b"HEAD /e HTTP/1.1\r\n",
    b"GET / HTTP/1.0\r\n", b"OPTIONS * HTTP/1.1\r\n", b"GET http://[ HTTP/1.1\r\n",
    b"GET http://a HTTP/1.1\r\n", b"CONNECT a:1 HTTP/1.1\r\n", b"BREW /e HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /%00%ff%c0 HTTP/1.1\r\n", b"GET ? HTTP/1.1\r\n",
    b"GET //e?%zz HTTP/1.1\r\n", b"content-length: 2\r\n", b"content-length: -1\r\n",
    b"content-length: 4097\r\n", b"transfer-encoding: chunked\r\n", b"2\r\n{}\r\n", b"0\r\n\r\n",
    b"fffffffff\r\n", b"1;a=b\r\n", b"expect: 100-continue\r\n", b"connection: close\r\n",
    b"connection: upgrade\r\nupgrade: h2c\r\n", b"a: b\r\n c\r\n", b"\r\n", b"\r\n\r\n", b"{}",
    b"\n",
)  # fmt: skip
"""Parts of requests, right and wrong."""
