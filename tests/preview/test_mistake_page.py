"""The page about a mistake: nothing of what it quotes becomes markup."""

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError, QwikfolioError
from generator.gallery.edge_cases import EDGE_CASES
from generator.preview.failure import Subject
from generator.preview.mistake_page import mistake_page
from generator.render.mistake import Place, TemplateMistakeError

NASTY = st.text() | st.sampled_from(["<script>x</script>", '"><img src=x>', "</code></html>", "'"])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(sorted(name for name, _value in attrs))))


def tags(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    parser = Tags()
    parser.feed(page.decode())
    return parser.found


def told(text: str) -> bytes:
    """A page about a mistake that quotes a text everywhere."""
    error = TemplateMistakeError(
        text or "x",
        places=(Place("outer.html", 1), Place("inner.html", 2)),
        folder="themes",
        suggestion=text or None,
        expressions=("portfolio.name", text or "x"),
    )
    person = msgspec.structs.replace(EDGE_CASES["bare"], name=text)
    return mistake_page(error, Subject(text, text, person), Path("/nowhere"))


@given(NASTY)
def test_whatever_is_quoted_the_markup_is_the_same(text: str) -> None:
    assert tags(told(text)) == tags(told("plain" if text else ""))


@given(NASTY, NASTY, NASTY)
def test_any_error_has_its_page(what: str, where: str, fix: str) -> None:
    page = mistake_page(QwikfolioError(what, where=where, fix=fix), None, Path("/nowhere"))
    assert [tag for tag, _ in tags(page)].count("script") == 1


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    file = tmp_path / "content" / "ada.toml"
    file.parent.mkdir()
    file.write_text("\n".join(f"line{n}" for n in range(1, 20)))
    return file


def test_the_line_is_shown_with_those_around_it(tmp_path: Path, sample: Path) -> None:
    page = mistake_page(ContentError("wrong", where=f"{sample}:10"), None, tmp_path).decode()
    assert "content/ada.toml:10" in page
    assert str(tmp_path) not in page
    assert '<li value="10" class="here"><code>line10</code>' in page
    shown = [n for n in range(1, 20) if f"<code>line{n}</code>" in page]
    assert shown == list(range(6, 15))


@pytest.mark.parametrize("line", [0, 1, 19, 500])
def test_a_line_at_the_edge_or_beyond_does_no_harm(tmp_path: Path, sample: Path, line: int) -> None:
    page = mistake_page(ContentError("wrong", where=f"{sample}:{line}"), None, tmp_path).decode()
    assert f"content/ada.toml:{line}" in page


def test_what_the_line_reads_is_told_with_its_value() -> None:
    error = TemplateMistakeError(
        "x", places=(Place("a.html", 1),), folder="t",
        expressions=("portfolio.headline", "portfolio.hourly_rate", "site.title", "loop"),
    )  # fmt: skip
    subject = Subject("Jo", "jo.toml", EDGE_CASES["bare"])
    page = mistake_page(error, subject, Path("/nowhere")).decode()
    assert "&#x27;Designer&#x27;" in page
    assert "<code>None</code>" in page
    assert "<code>site.title</code>" in page
