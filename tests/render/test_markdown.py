"""Markdown in a page: what its author meant, and nothing a page does not allow."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.render.markdown import document_to_html, to_html

ALLOWED = {
    "p": set(),
    "br": set(),
    "hr": set(),
    "em": set(),
    "strong": set(),
    "code": set(),
    "pre": set(),
    "blockquote": set(),
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "a": {"href", "rel", "title"},
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
}


def test_markdown_is_rendered() -> None:
    html = to_html("I *really* like **Rust**.\n\n- one\n- two\n\n> said `so`")
    assert "<em>really</em>" in html
    assert "<strong>Rust</strong>" in html
    assert "<li>one</li>" in html
    assert "<blockquote>" in html


def test_line_breaks_stay_where_their_author_put_them() -> None:
    assert to_html("Line one\nline two\n\nNew paragraph") == (
        "<p>Line one<br>\nline two</p>\n<p>New paragraph</p>\n"
    )


def test_the_lines_of_a_hand_written_page_flow_together() -> None:
    assert document_to_html("## How\n\none\ntwo") == "<h2>How</h2>\n<p>one\ntwo</p>\n"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("    indented by habit", "indented by habit"),
        ("My title\n------", "My title"),
        ("[1]: see below", "[1]: see below"),
        ("snake_case_name and 5 * 3 * 2", "snake_case_name and 5 * 3 * 2"),
        ("I know C# and <T> generics & more", "I know C# and <T> generics & more"),
        ("#1 in my class", "#1 in my class"),
    ],
)
def test_plain_text_reads_as_it_was_typed(typed: str, read: str) -> None:
    soup = BeautifulSoup(to_html(typed), "html.parser")
    assert soup.get_text().strip() == read
    assert not soup.find(["pre", "h3"])


def test_headings_stand_below_the_pages_own() -> None:
    assert to_html("# a\n\n## b\n\n## c", 3) == "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>\n"
    assert "<h5>a</h5>" in to_html("# a", 5)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ([3, 4], [3, 4]),
        ([1, 6], [3, 4]),
        ([2, 4, 3, 2, 1], [3, 4, 4, 3, 3]),
        ([1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 6, 6]),
    ],
)
def test_no_level_of_headings_is_left_out(written: list[int], shown: list[int]) -> None:
    html = to_html("\n\n".join(f"{'#' * rank} x" for rank in written), 3)
    assert html == "".join(f"<h{rank}>x</h{rank}>\n" for rank in shown)


def test_a_link_says_what_it_is() -> None:
    html = to_html("[me](github.com/ada) <https://example.org> [mail](mailto:ada@example.org)")
    links = BeautifulSoup(html, "html.parser").find_all("a")
    assert [link["href"] for link in links] == [
        "https://github.com/ada",
        "https://example.org",
        "mailto:ada@example.org",
    ]
    assert all(link["rel"] == ["nofollow", "noopener", "ugc"] for link in links)


def test_a_link_elsewhere_stays_the_text_it_was() -> None:
    assert "<a" not in to_html("[x](javascript:alert(1)) [y](/etc) [z](data:text/html,x)")


def test_a_picture_becomes_a_link_so_that_nobody_is_reported_to_its_host() -> None:
    html = to_html("![my cat](https://images.example.org/cat.png)")
    assert "<img" not in html
    assert ">my cat</a>" in html


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    "<script>",
                    "</p>",
                    "<img src=x onerror=a>",
                    "](javascript:a)",
                    "[a",
                    "![",
                    "```",
                    "`",
                    "**",
                    "> ",
                    "# ",
                    "- ",
                    "\n",
                    "\n\n",
                    "<a href=x>",
                    "&lt;",
                    "&#60;",
                    "\\",
                    '"',
                    "'",
                    '](https://x.org "t" onclick=1)',
                    "<https://x.org>",
                    "<!--",
                    "<![CDATA[",
                ]
            ),
        )
    ).map("".join)
)
def test_no_element_attribute_or_scheme_that_markdown_may_not_write(text: str) -> None:
    soup = BeautifulSoup(to_html(text), "html.parser")
    for element in soup.find_all(True):
        assert element.name in ALLOWED
        assert set(element.attrs) <= ALLOWED[element.name]
        if element.name == "a":
            assert str(element["href"]).startswith(("https://", "http://", "mailto:"))
