"""From an element as it was rendered back to the line of the template that wrote it."""

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from generator.check.markup import Element, Markup


class Source(NamedTuple):
    """Where an element comes from; line 0 where only the page is known."""

    file: str
    line: int


def trace(html: str, page: Markup) -> Source:
    """Where the first element of a piece of HTML was written.

    Args:
        html: It begins with the element's start tag; what comes after may be cut off.
        page: As its templates write it.
    """
    found = _first(html)
    if found is not None:
        tag, attributes = found
        best = max(
            (element for element in page.elements if element.tag == tag),
            key=lambda element: _likeness(element, attributes),
            default=None,
        )
        if best is not None and _likeness(best, attributes) >= 0:
            return Source(best.file, best.line)
    return Source(page.file, 0)


def _likeness(element: Element, attributes: Mapping[str, str]) -> int:
    """How many attributes are the same; below zero where one can't be."""
    score = 0
    for attribute in element.attributes:
        surely = all(part.piece.branch == element.piece.branch for part in attribute.parts)
        value = attributes.get(attribute.name)
        if value is None:
            score -= 3 if surely and attribute.name in {"class", "id"} else 0
        elif attribute.values:
            score += 1
        elif attribute.text == value:
            score += 3
        elif surely and attribute.name in {"class", "id", "type", "rel", "name"}:
            return -1
    return score - sum(it not in {a.name for a in element.attributes} for it in attributes)


def _first(html: str) -> tuple[str, Mapping[str, str]] | None:
    reader = _First()
    reader.feed(html)
    return reader.found


class _First(HTMLParser):
    found: tuple[str, Mapping[str, str]] | None = None

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if self.found is None:
            self.found = tag, {name: value or "" for name, value in attrs}
