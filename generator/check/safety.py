"""Every value is hostile, and the site's policy runs nothing that a page brings along."""

import re
from collections.abc import Iterator

from generator.check import policy
from generator.check.addresses import ADDRESSES, OF_PEOPLE
from generator.check.kinds import Html, Kind, Nothing, Number, Piece, Text, Truth, each, origins
from generator.check.markup import Attribute, Element, Markup
from generator.check.notes import Notes

_LEADING = {"href", "src", "action", "poster", "cite", "formaction", "data"}
"""Attributes that hold one address."""
_LOADING = {
    "srcset", "imagesrcset", "ping", "formaction", "data", "background", "srcdoc", "manifest",
    "poster", "xlink:href", "archive", "codebase", "style",
}  # fmt: skip
"""Attributes that load or lead, and in which nobody's address belongs."""
_SCHEME = re.compile(r"\s*(javascript|vbscript|data)\s*:", re.IGNORECASE)
_NO_SCRIPT = {"application/ld+json", "application/json", "text/plain"}
_BLOCKED = {
    "iframe": "frame-src", "frame": "frame-src", "object": "object-src", "embed": "object-src",
    "base": "base-uri", "applet": "object-src", "portal": "frame-src",
}  # fmt: skip


def check_safety(page: Markup, notes: Notes) -> None:
    """Note values where they could do harm, and what the policy would block."""
    for piece in page.names:
        _at(notes, "QF504", piece, "a value is part of a tag's or an attribute's name")
    for printed in page.scripts:
        piece = printed.piece
        if piece.kind is None or "Head.structured_data" not in origins(piece.kind):
            _at(notes, "QF505", piece, f"a value stands within <{printed.within[-1].tag}>")
    for element in page.elements:
        _check_element(element, notes)
        for attribute in element.attributes:
            _check_attribute(attribute, notes)


def _check_element(element: Element, notes: Notes) -> None:
    if element.tag == "script" and element.text("type").lower() not in _NO_SCRIPT:
        outside = element.get("src") is not None
        if policy.blocks("script-src") if outside else not policy.allows_inline("script-src"):
            _blame(notes, "QF508", element, "the policy would not run this script")
    if element.tag == "style" and not policy.allows_inline("style-src"):
        _blame(notes, "QF509", element, "the policy would not apply this style")
    directive = _BLOCKED.get(element.tag)
    if directive and policy.blocks(directive):
        _blame(notes, "QF512", element, f"the policy would block this <{element.tag}>")


def _check_attribute(attribute: Attribute, notes: Notes) -> None:
    name, where = attribute.name, (attribute.file, attribute.line)
    if attribute.values and not attribute.quoted:
        notes.add("QF503", *where, f"the value of {name} isn't quoted")
    if name == "style" and not policy.allows_inline("style-src"):
        notes.add("QF509", *where, "the policy would not apply this style attribute")
    if re.fullmatch(r"on[a-z]+", name) and not policy.allows_inline("script-src"):
        notes.add("QF510", *where, f"the policy would not run {name}")
    if name in _LEADING:
        _check_address(attribute, notes)
    if name in _LOADING:
        for piece in attribute.values:
            if piece.kind is not None and origins(piece.kind) & OF_PEOPLE:
                notes.add("QF507", *where, f"a person's address stands in {name}")


def _check_address(attribute: Attribute, notes: Notes) -> None:
    for part in attribute.begins:
        piece = part.piece
        if piece.kind is None:
            if match := _SCHEME.match(part.text):
                message = f"{attribute.name} begins with {match[1].lower()}:"
                notes.add("QF511", attribute.file, attribute.line, message)
        elif wrong := list(_no_addresses(piece.kind)):
            what = ", ".join(wrong)
            message = f"{attribute.name} begins with {what}, which is no address"
            notes.add("QF506", piece.file, piece.line, message)


def _no_addresses(kind: Kind) -> Iterator[str]:
    """What it may be besides an address."""
    for it in each(kind):
        if isinstance(it, Text):
            own = it.values is not None and not it.origin
            if not own and it.origin not in ADDRESSES:
                yield it.origin or "a text"
        elif isinstance(it, Html | Number | Truth) and not isinstance(it, Nothing):
            yield it.origin or it.name


def _blame(notes: Notes, code: str, element: Element, message: str) -> None:
    notes.add(code, element.file, element.line, message)


def _at(notes: Notes, code: str, piece: Piece, message: str) -> None:
    notes.add(code, piece.file, piece.line, message)
