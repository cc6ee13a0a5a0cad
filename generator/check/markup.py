"""A page's HTML as its templates write it: elements and attributes, with the values in them.

Each value stands in the text as one character of a private plane while it is read, so that every
element, attribute and value knows the file and the line it comes from.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from generator.check.kinds import Piece, origins

_FIRST = 0xF0000  # a plane of code points that mean nothing
_VALUE = re.compile(f"[{chr(_FIRST)}-{chr(0xFFFFD)}]")
_TAG_NAME = re.compile(r"<[^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'<>/=]+)
    (?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`]+)))?""",
    re.VERBOSE,
)
_NAME_IN_TEXT = re.compile(rf"</?(?={_VALUE.pattern})")
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
}  # fmt: skip
_MOST_VALUES = 0xFFFD


class Part(NamedTuple):
    """A part of an attribute: text that a template wrote, or a value."""

    text: str
    piece: Piece


class Attribute(NamedTuple):
    """One attribute of an element."""

    name: str
    parts: tuple[Part, ...]
    quoted: bool
    file: str
    line: int

    @property
    def text(self) -> str:
        """What it says, without its values."""
        return "".join(part.text for part in self.parts)

    @property
    def values(self) -> tuple[Piece, ...]:
        """The values in it."""
        return tuple(part.piece for part in self.parts if part.piece.kind is not None)

    @property
    def begins(self) -> tuple[Part, ...]:
        """What it may begin with: more than one part where conditions decide."""
        found: list[Part] = []
        for part in self.parts:
            if not part.text.strip() and part.piece.kind is None:
                continue
            if all(excluded(part.piece, before.piece) for before in found):
                found.append(part)
        return tuple(found)


class Element(NamedTuple):
    """One element, where it begins."""

    tag: str
    attributes: tuple[Attribute, ...]
    within: tuple["Element", ...]
    """Those it stands in, the outermost first."""
    piece: Piece
    """The text it begins in, which knows of conditions and loops."""
    file: str
    line: int
    source: str
    """Its start tag, with … for values."""

    def get(self, name: str) -> Attribute | None:
        """An attribute, if it has it."""
        return next((it for it in self.attributes if it.name == name), None)

    def text(self, name: str) -> str:
        """What an attribute says; empty where it isn't there."""
        attribute = self.get(name)
        return attribute.text if attribute else ""

    def words(self, name: str) -> set[str]:
        """The words of an attribute that is a list of them, in lower case."""
        return set(self.text(name).lower().split())


class Printed(NamedTuple):
    """A value, and where it is printed."""

    piece: Piece
    within: tuple[Element, ...]
    """The innermost last; of an attribute, its own element."""
    attribute: Attribute | None
    """None for text."""


class Markup(NamedTuple):
    """All of a page."""

    template: str
    elements: tuple[Element, ...]
    values: tuple[Printed, ...]
    names: tuple[Piece, ...]
    """Values that are a tag's or an attribute's name, or part of one."""
    scripts: tuple[Printed, ...]
    """Values within `<script>` and `<style>`."""
    has_doctype: bool
    file: str
    """What is told of the page as a whole is told of this file."""

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements with one of these tags."""
        return (element for element in self.elements if element.tag in tags)

    def printed(self, origin: str) -> Iterator[Printed]:
        """Where a field of the context is printed."""
        return (it for it in self.values if it.piece.kind and origin in origins(it.piece.kind))


def excluded(one: Piece, other: Piece) -> bool:
    """Whether no page has both: they stand on different ways of one condition."""
    ways = dict(one.branch)
    return any(ways.get(condition, way) != way for condition, way in other.branch)


def together(pieces: Sequence[Piece]) -> bool:
    """Whether some page may have two of them."""
    return any(
        not excluded(one, other) for at, one in enumerate(pieces) for other in pieces[at + 1 :]
    )


def read_markup(template: str, file: str, pieces: Sequence[Piece]) -> Markup:
    """The HTML of the pieces of a page.

    Args:
        template: Its name.
        file: What is told of the page as a whole is told of this file.
        pieces: In the order in which they are printed.
    """
    reader = _Reader(pieces)
    reader.read()
    return Markup(
        template,
        tuple(reader.elements),
        tuple(reader.values),
        tuple(reader.names),
        tuple(reader.scripts),
        reader.has_doctype,
        file,
    )


class _Reader(HTMLParser):
    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__(convert_charrefs=False)
        self.elements: list[Element] = []
        self.values: list[Printed] = []
        self.names: list[Piece] = []
        self.scripts: list[Printed] = []
        self.has_doctype = False
        self._open: list[Element] = []
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        self._by_mark: dict[str, Piece] = {}
        texts, at = [], 0
        for piece in pieces:
            text = piece.text
            if piece.kind is not None:
                text = chr(_FIRST + len(self._by_mark) % _MOST_VALUES)
                self._by_mark[text] = piece
            if text:
                self._pieces.append(piece)
                self._starts.append(at)
                texts.append(text)
                at += len(text)
        self._text = "".join(texts)
        self._lines = [0, *(match.end() for match in re.finditer("\n", self._text))]

    def read(self) -> None:
        self.feed(self._text)
        self.close()
        for match in _NAME_IN_TEXT.finditer(self._text):
            self.names.append(self._by_mark[self._text[match.end()]])

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - read anew, below
        source = self.get_starttag_text() or ""
        offset = self._offset()
        head = _TAG_NAME.match(source)
        length = head.end() if head else 0
        self._note_names(source[:length])
        piece, line = self._place(offset)
        element = Element(
            tag=tag,
            attributes=tuple(self._attributes(source, length, offset)),
            within=tuple(self._open),
            piece=piece,
            file=piece.file,
            line=line,
            source=_VALUE.sub("…", " ".join(source.split())),
        )
        self.elements.append(element)
        within = (*self._open, element)
        for attribute in element.attributes:
            self.values += [Printed(value, within, attribute) for value in attribute.values]
        if tag not in _VOID and not source.endswith("/>"):
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._note_names(tag)
        for at in reversed(range(len(self._open))):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        within = tuple(self._open)
        values = [Printed(self._by_mark[it], within, None) for it in _VALUE.findall(data)]
        is_code = bool(within) and within[-1].tag in {"script", "style"}
        self.values += values
        if is_code:
            self.scripts += values

    def handle_decl(self, decl: str) -> None:
        self.has_doctype |= decl.lower() == "doctype html" and not self.elements

    def _attributes(self, source: str, start: int, offset: int) -> Iterator[Attribute]:
        for match in _ATTRIBUTE.finditer(source, start):
            self._note_names(match["name"])
            way = next((it for it in ("double", "single", "bare") if match[it] is not None), None)
            first, last = match.span(way) if way else (match.end(), match.end())
            piece, line = self._place(offset + match.start())
            yield Attribute(
                name=match["name"].lower(),
                parts=tuple(self._parts(offset + first, offset + last)),
                quoted=way != "bare",
                file=piece.file,
                line=line,
            )

    def _parts(self, first: int, last: int) -> Iterator[Part]:
        """What stands between two places, by the piece it comes from."""
        at = bisect_right(self._starts, first) - 1
        while at < len(self._starts) and self._starts[at] < last:
            end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._text)
            text = self._text[max(first, self._starts[at]) : min(last, end)]
            piece = self._pieces[at]
            if text:
                yield Part("" if piece.kind is not None else unescape(text), piece)
            at += 1

    def _note_names(self, text: str) -> None:
        self.names += [self._by_mark[mark] for mark in _VALUE.findall(text)]

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _place(self, offset: int) -> tuple[Piece, int]:
        at = bisect_right(self._starts, offset) - 1
        piece = self._pieces[at]
        if piece.kind is not None:
            return piece, piece.line
        return piece, piece.line + self._text.count("\n", self._starts[at], offset)
