"""Markdown as people write it into a bio, made safe to stand in a page.

CommonMark without raw HTML, with what would surprise somebody who only typed plain text taken away:
an indented line is no code block, a line of dashes under a line is no heading, a line break stays.

What is right is what `commonmark.py` makes of a text. Most texts need less: plain words are written
down here, and `fast_markdown.py` takes what is ordinary. An engine is imported where it is first
needed, because many a build needs none.
"""

import re
from functools import lru_cache
from html import unescape

from markupsafe import Markup

# Lines that begin with a letter, one or two line breaks between them, no space at a line's end, and
# no character that could mean anything within a line.
_PLAIN = re.compile(r"[^\W\d_][^*_`\[\\&<\n]*+(?:(?<! )\n\n?+[^\W\d_][^*_`\[\\&<\n]*+)*+(?<! )")
_TAG = re.compile(r"<[^>]*>")  # any other < or > is escaped


def to_html(text: str, level: int = 3) -> Markup:
    """The text as HTML whose first heading is `<h{level}>`, with no level left out below it.

    Links lead to http, https and mailto only; any other is left as the text it was. A picture
    becomes a link to it, so that a page's visitors are not reported to a third party.
    """
    return _to_html(text, level)


def document_to_html(text: str) -> Markup:
    """A hand-written page as HTML: its lines flow together, its headings stand below its title."""
    return Markup(_commonmark(text, 2, breaks=False))  # noqa: S704 - as below


def plain(text: str) -> str:
    """A Markdown text as one line of words, as a reader of the page sees them."""
    return unescape(" ".join(_TAG.sub("", str(to_html(text))).split()))


@lru_cache(maxsize=4)  # a page needs its bio twice: whole, and as the words of its description
def _to_html(text: str, level: int) -> Markup:
    html = _paragraphs(text) if _is_plain(text) else _fast(text, level)
    if html is None:
        html = _commonmark(text, level, breaks=True)
    return Markup(html)  # noqa: S704 - every way escapes all but the tags of Markdown


def _is_plain(text: str) -> bool:
    """Whether the text is paragraphs of words, without any Markdown."""
    return bool(_PLAIN.fullmatch(text)) and text.replace("\n", "").isprintable()


def _paragraphs(text: str) -> str:
    safe = text.replace(">", "&gt;").replace('"', "&quot;")
    if "\n" in safe:
        paragraphs = safe.split("\n\n")
        safe = "</p>\n<p>".join(lines.replace("\n", "<br>\n") for lines in paragraphs)
    return f"<p>{safe}</p>\n"


def _fast(text: str, level: int) -> str | None:
    from generator.render.fast_markdown import fast_html  # noqa: PLC0415 - see above

    return fast_html(text, level)


def _commonmark(text: str, level: int, *, breaks: bool) -> str:
    from generator.render.commonmark import commonmark_html  # noqa: PLC0415 - see above

    return commonmark_html(text, level, breaks=breaks)
