"""A path without its slash is sent on, within the host, by a Location that a header can hold."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.preview.serving import Serving, project, serving

SLUG = "josé-ñandú-日本"


@pytest.fixture(scope="module")
def folio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A site in a folder of its host, with somebody whose slug is not ASCII."""
    root = project(
        tmp_path_factory.mktemp("folio"), '[site]\nurl = "https://people.example/größe"\n'
    )
    sample = root / "content" / "portfolios" / "ada.toml"
    text = sample.read_text("utf-8")
    assert 'slug = "ada"' in text
    sample.write_text(text.replace('slug = "ada"', f'slug = "{SLUG}"'), "utf-8")
    with serving(root) as running:
        yield running


def test_a_path_that_is_not_ascii_is_sent_on_percent_encoded(folio: Serving) -> None:
    home = quote("/größe/")
    for path in (f"{home}{quote(SLUG)}", f"{home}{quote(SLUG).lower()}"):
        answered = folio.get(path)
        assert (answered.status, answered.body) == (308, b"")
        assert answered.headers["location"] == f"{home}{quote(SLUG)}/"
    assert folio.get(answered.headers["location"]).status == 200
    assert folio.get("/").headers["location"] == home


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "///evil.example", "/\\evil.example",
        "/%5cevil.example", "/%2fevil.example", "//ada", "/%2fada", "/ada%0d%0aSet-Cookie:%20a=1",
        "/ada%0aX:1", "/ada%00",
        "/ada%2f..%2f..", "/ada%3f", "/ada%23", "/%ff%fe", "/ada%e2%80%a8", "/people//evil.example",
        "//people/1", "/about%2f%2fevil.example", "//about",
    ],
)  # fmt: skip
def test_no_path_leads_to_another_host_or_into_a_header(still: Serving, path: str) -> None:
    answered = still.get(path)
    assert answered.status == 404
    assert "location" not in answered.headers
    assert "set-cookie" not in answered.headers
    assert "x" not in answered.headers


def test_every_page_is_sent_on_to_itself(still: Serving) -> None:
    for path in ("/ada", "/about", "/ada?utm_source=//evil.example"):
        answered = still.get(path)
        assert (answered.status, answered.headers["location"]) == (308, f"{path.split('?')[0]}/")
