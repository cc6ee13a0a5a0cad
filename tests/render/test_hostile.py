"""Rule 8: no element, attribute or URL scheme in a page that the theme did not write."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.config import SiteSettings
from generator.render.listing import Listed, Pagination, Range
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.source import rows
from generator.source.portfolio import read_portfolio
from generator.theme.find import load_themes
from tests.render.test_markdown import ALLOWED
from tests.site import ROOT
from tests.source.documents import OWNER

pytestmark = pytest.mark.slow

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title>",
    "</script><script>",
    "<!--",
    "-->",
    "]]>",
    "<style>*{}</style>",
    "javascript:alert(1)",
    "data:text/html,x",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# #}",
    "{{ ''.__class__ }}",
    "&lt;b&gt;",
    "&#x3c;b&#x3e;",
    "\\u003cscript\\u003e",
    "[x](javascript:alert(1))",
    "![x](data:x)",
    "<a href=//evil.example>",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\u2028",
    "``` <b>",
    "# <h1>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "%3Cscript%3E",
    'http://x.example/" onclick=alert(1)',
    "https://x.example/<b>",
    "//evil.example",
    'a@b.co"><b>',
    "`",
    "\\",
]

texts = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(max_size=30),
    st.tuples(st.sampled_from(PAYLOADS), st.text(max_size=10)).map("".join),
    st.sampled_from(
        ["2020-01", "https://x.example/a", "senior", "freelance", "language", "github"]
    ),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "url",
                    "id",
                    "primaryColor",
                    "layout",
                    "seoTitle",
                    "seoDescription",
                    "contactEmail",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def rows_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Rows with hostile text in every text, URL and JSONB column."""
    columns = {}
    for field in msgspec.structs.fields(struct):
        kind = field.type
        if kind is object:
            columns[field.name] = json_values
        elif kind in (str, str | None):
            columns[field.name] = texts
        elif kind == bool | None:
            columns[field.name] = st.booleans()
        elif kind == Decimal | None:
            columns[field.name] = st.sampled_from([None, Decimal("1.5"), Decimal("NaN")])
        else:
            (child,) = [c for c in rows._CHILDREN.values() if str(c.__name__) in str(kind)]
            columns[field.name] = st.lists(rows_of(child), max_size=2)
    return st.builds(struct, **columns)


@cache
def renderer() -> Renderer:
    site = make_site(
        SiteSettings(url="https://people.example", contact_endpoint="https://forms.example/x"),
        (("About", "about/"),),
    )
    return Renderer(load_themes([ROOT / "themes"], required="emerald"), site, "emerald")


def written_by_the_theme() -> set[tuple[str, str]]:
    """Every (element, attribute) of a page whose every field is filled with harmless words."""
    found = set(elements(rich_page()))
    for element, attributes in ALLOWED.items():
        found |= {(element, attribute) for attribute in ("", *attributes)}
    return found


def rich_page() -> str:
    harmless: dict[str, object] = {
        "role_level": "senior",
        "availability": "freelance",
        "hourly_rate": Decimal(45),
        "category": "language",
        "level": "advanced",
        "employment_type": "contract",
        "start_date": "2020-01",
        "end_date": "2021",
        "issue_date": "2020-01",
        "expiry_date": "2021-01",
        "email": "a@example.org",
        "featured": True,
        "current": False,
        "years_experience": Decimal(3),
        "gpa": Decimal("3.5"),
        "theme": {},
        "settings": {},
        "social_links": [
            {"type": "github", "url": "github.com/a"},
            {"type": "portfolio", "url": "a.example"},
        ],
        "media": [
            {"type": "image", "url": "a.example/a.png"},
            {"type": "video", "url": "a.example/a.mp4"},
            {"type": "video", "url": "a.example/watch"},
        ],
    }

    def fill(struct: type[msgspec.Struct], **more: object) -> msgspec.Struct:
        values: dict[str, object] = {}
        for field in msgspec.structs.fields(struct):
            child = [c for c in rows._CHILDREN.values() if c.__name__ in str(field.type)]
            if child:
                values[field.name] = [fill(child[0]), fill(child[0], current=True, featured=False)]
            elif field.type is object:
                values[field.name] = ["one", "two"]
            else:
                values[field.name] = (
                    "https://a.example/x"
                    if "url" in field.name or field.name in {"website", "github", "linkedin"}
                    else "word"
                )
        known = {k: v for k, v in {**harmless, **more}.items() if k in struct.__struct_fields__}
        return struct(**{**values, **known})

    return render(msgspec.json.encode(fill(rows.PersonRow)))


def render(document: bytes) -> str:
    reading = read_portfolio(OWNER, document)
    if reading.portfolio is None:
        return ""
    return renderer().portfolio(reading.portfolio, "ada").body.decode()


def elements(html: str) -> Iterator[tuple[str, str]]:
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        yield element.name, ""
        for attribute in element.attrs:
            yield element.name, attribute


def check(html: str, allowed: set[tuple[str, str]]) -> None:
    assert set(elements(html)) <= allowed
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        for attribute in ("href", "src", "action", "poster", "srcset", "formaction"):
            value = str(element.attrs.get(attribute, ""))
            assert urlsplit(value).scheme in {"", "http", "https", "mailto"}
    scripts = soup.find_all("script")
    assert [script["type"] for script in scripts] == ["application/ld+json"]
    data = msgspec.json.decode(str(scripts[0].string))
    assert data["@type"] == "ProfilePage"
    assert data["mainEntity"]["name"]


ALLOWED_HERE = written_by_the_theme()


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows_of(rows.PersonRow))
def test_nothing_the_theme_did_not_write(person: msgspec.Struct) -> None:
    html = render(msgspec.json.encode(person))
    if html:
        check(html, ALLOWED_HERE)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_each_payload_in_every_text_column_at_once(payload: str) -> None:
    def fill(struct: type[msgspec.Struct]) -> msgspec.Struct:
        values: dict[str, object] = {}
        for field in msgspec.structs.fields(struct):
            child = [c for c in rows._CHILDREN.values() if c.__name__ in str(field.type)]
            if child:
                values[field.name] = [fill(child[0])]
            elif field.type is object:
                values[field.name] = [payload]
            else:
                values[field.name] = payload if "str" in str(field.type) else None
        return struct(
            **{**values, **({"name": f"A {payload}"} if struct is rows.PersonRow else {})}
        )

    html = render(msgspec.json.encode(fill(rows.PersonRow)))
    assert html
    check(html, ALLOWED_HERE)


@settings(max_examples=50, deadline=None)
@given(texts, texts)
def test_the_directory_is_as_careful(name: str, headline: str) -> None:
    plain = Listed("Ada", "Engineer", "/ada/", "https://x.example/a.png", "London")
    hostile = Listed(name, headline, "/ada/", "https://x.example/a.png", name)
    allowed = set(elements(_home(plain) + _directory(plain)))
    assert set(elements(_home(hostile))) <= allowed
    assert set(elements(_directory(hostile))) <= allowed


def _home(person: Listed) -> str:
    page = renderer().home([person], [Range("/people/1/", person.name, person.name)])
    return page.body.decode()


def _directory(person: Listed) -> str:
    here = Range("/people/1/", person.name, person.headline)
    beside = Pagination("/people/1/", "/people/1/ada/")
    lists: list[tuple[list[Listed], list[Range]]] = [([person], []), ([], [here])]
    pages = (renderer().directory("people/1/", here, beside, *listed) for listed in lists)
    return "".join(page.body.decode() for page in pages)
