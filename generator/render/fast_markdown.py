"""Markdown by pulldown-cmark: most texts, ten times as fast as markdown-it, to the same bytes.

Both engines keep to CommonMark, but ours has rules of its own, and each has its quirks. Whatever
they might read differently is declined here, before it is parsed or where it turns up.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyromark

from generator.model.url import link_url
from generator.render.markdown_rules import LINK_REL, Headings

if TYPE_CHECKING:
    from pyromark.event import Event, _LinkData, _Tag, _TagEnd

# A line under a line that would make a heading of it, which ours has not.
_UNDERLINE = re.compile(r"\n(?<!\n\n)[ >]*(?:=+|-+) *(?:\n|\Z)")
# An indented line that may continue a code span, being no item of a list: engines disagree about
# how much of the indent is code.
_INDENTED_CODE = re.compile(r"`[^`]*\n +(?! |[-+*] +\S)")
_MOST_BRACKETS = 16  # markdown-it gives up on brackets 20 deep,
_DEEPEST = 5  # and on 10 lists within each other

_INLINE = {"Emphasis": "<em>", "Strong": "<strong>"}
_BLOCKS = {"Paragraph": "p", "Item": "li"}
_ENDS = {
    "Paragraph": "</p>\n",
    "Item": "</li>\n",
    "Emphasis": "</em>",
    "Strong": "</strong>",
    "Link": "</a>",
}


def fast_html(text: str, level: int) -> str | None:
    """What `commonmark_html` makes of the text where lines break; None where that is not certain.

    Args:
        text: Markdown.
        level: Of the first heading.
    """
    if not _is_tame(text):
        return None
    try:
        return _Writer(level).html(pyromark.events(text))
    except _UncertainError:
        return None


def _is_tame(text: str) -> bool:
    """Whether nothing is in the text that is disputed and does not show in the events."""
    return (
        text.replace("\n", "").isprintable()  # no tab, no exotic space, nothing Unicode lacks
        and "    " not in text  # code to one, a line like any other to ours
        and "]:" not in text  # the definition of a reference
        and "\\ " not in text  # whether the space stays at the end of a line
        and text.count("[") <= _MOST_BRACKETS
        and not _UNDERLINE.search(text)
        and not _INDENTED_CODE.search(text)
    )


class _UncertainError(Exception):
    """The text has something that only markdown-it is trusted with."""


class _Writer:
    """Writes one text's events as HTML, with markdown-it's line breaks between the tags."""

    def __init__(self, level: int) -> None:
        self._out: list[str] = []
        self._headings = Headings(level)
        self._heading = ""
        self._depth = 0

    def html(self, events: Iterable["Event"]) -> str:
        out = self._out
        for event in events:
            if isinstance(event, str):
                if event == "Rule":
                    self._open("hr")
                    out.append("\n")
                else:
                    out.append("<br>\n")
            elif "Text" in event:
                out.append(_escape(event["Text"]))
            elif "Start" in event:
                self._start(event["Start"])
            elif "End" in event:
                self._end(event["End"])
            elif "Code" in event:
                out.append(f"<code>{_escape(event['Code'])}</code>")
            else:
                raise _UncertainError
        return "".join(out)

    def _start(self, tag: "_Tag") -> None:
        if isinstance(tag, str):
            if tag in _INLINE:
                self._out.append(_INLINE[tag])
            elif tag in _BLOCKS:
                self._open(_BLOCKS[tag])
            else:
                raise _UncertainError
        elif "Link" in tag:
            self._link(tag["Link"])
        elif "List" in tag:
            first = tag["List"]
            self._nest("ul" if first is None else "ol" if first == 1 else f'ol start="{first}"')
        elif "Heading" in tag:
            self._heading = self._headings.tag(int(tag["Heading"]["level"][1]))
            self._open(self._heading)
        elif "BlockQuote" in tag:
            self._nest("blockquote")
        else:
            raise _UncertainError

    def _end(self, tag: "_TagEnd") -> None:
        if isinstance(tag, str):
            if tag == "Item" and self._out[-1].endswith(
                "<li>"
            ):  # where an empty item ends is disputed
                raise _UncertainError
            self._out.append(_ENDS[tag])
        elif "Heading" in tag:
            self._out.append(f"</{self._heading}>\n")
        else:
            self._depth -= 1
            if "List" in tag:
                self._out.append("</ol>\n" if tag["List"] else "</ul>\n")
            else:
                self._out.append("</blockquote>\n")

    def _link(self, link: "_LinkData") -> None:
        href, title = link_url(link["dest_url"]), link["title"]
        if href is None or link["link_type"] != "Inline" or "\n" in title:
            raise _UncertainError
        named = f' title="{_escape(title)}"' if title else ""
        self._out.append(f'<a href="{_escape(href)}"{named} rel="{LINK_REL}">')

    def _nest(self, tag: str) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UncertainError
        self._open(tag)

    def _open(self, tag: str) -> None:
        """A block begins on a line of its own."""
        out = self._out
        out.append(f"<{tag}>" if not out or out[-1].endswith("\n") else f"\n<{tag}>")


def _escape(text: str) -> str:
    """As markdown-it escapes: an apostrophe stays."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
