"""What every page has: title, language, description, canonical link, beacon, skip link, one h1."""

import re
from collections.abc import Callable, Sequence

from generator.check.kinds import Piece, origins
from generator.check.markup import Attribute, Element, Markup, together
from generator.check.notes import Notes

REDIRECT = "redirect.html"
"""A page that nobody stays on: it needs no description, no beacon and no skip link."""


def check_parts(page: Markup, notes: Notes) -> None:
    """Note what a page lacks, or has twice."""
    for check in _ALWAYS:
        check(page, notes)
    if page.template != REDIRECT:
        for check in _UNLESS_REDIRECT:
            check(page, notes)


def _doctype(page: Markup, notes: Notes) -> None:
    if not page.has_doctype:
        _lacks(page, notes, "QF313", "the page doesn't begin with <!doctype html>")


def _title(page: Markup, notes: Notes) -> None:
    titles = [it for it in page.all("title") if not any(e.tag == "svg" for e in it.within)]
    _once(page, notes, "QF301", titles, "<title>")
    if page.template != REDIRECT:
        shown = [it for it in page.printed("Head.title") if it.within[-1:] and not it.attribute]
        if titles and not any(it.within[-1].tag == "title" for it in shown):
            _blame(notes, "QF301", titles[0], "<title> doesn't say page.title")


def _language(page: Markup, notes: Notes) -> None:
    for code, attribute, field in (
        ("QF302", "lang", "Site.language"),
        ("QF303", "dir", "Site.direction"),
    ):
        root = next(page.all("html"), None)
        if root is None:
            _lacks(page, notes, code, "the page has no <html>")
        elif not _holds(root.get(attribute), field):
            name = field.lower()
            _blame(notes, code, root, f"<html> has no {attribute} with {name} in it")


def _viewport(page: Markup, notes: Notes) -> None:
    found = [it for it in page.all("meta") if it.text("name").lower() == "viewport"]
    if not found:
        _lacks(page, notes, "QF304", "the page has no viewport")
    for meta in found:
        content = re.sub(r"\s", "", meta.text("content").lower())
        if "width=device-width" not in content:
            _blame(notes, "QF304", meta, "the page isn't as wide as the device")
        if re.search(r"user-scalable=(no|0)|maximum-scale=[01](\.\d+)?(,|$)", content):
            _blame(notes, "QF304", meta, "the page can't be zoomed", "leave the limit out")


def _charset(page: Markup, notes: Notes) -> None:
    if not any(it.text("charset").lower() == "utf-8" for it in page.all("meta")):
        _lacks(page, notes, "QF305", "the page doesn't say that it is UTF-8")


def _description(page: Markup, notes: Notes) -> None:
    found = [it for it in page.all("meta") if it.text("name").lower() == "description"]
    _once(page, notes, "QF306", found, "description")
    if found and not any(_holds(it.get("content"), "Head.description") for it in found):
        _blame(notes, "QF306", found[0], "the description isn't page.description")


def _canonical(page: Markup, notes: Notes) -> None:
    found = [it for it in page.all("link") if "canonical" in it.words("rel")]
    _once(page, notes, "QF307", found, "canonical link")
    if found and not any(_holds(it.get("href"), "Head.canonical") for it in found):
        _blame(notes, "QF307", found[0], "the canonical link isn't page.canonical")


def _beacon(page: Markup, notes: Notes) -> None:
    found = list(page.printed("Head.beacon"))
    pieces = [it.piece for it in found]
    if not found:
        _lacks(page, notes, "QF308", "the page doesn't print page.beacon")
    elif together(pieces) or any(piece.loops for piece in pieces):
        _at(notes, "QF308", pieces[-1], "page.beacon may be printed more than once")
    elif any(not any(e.tag == "body" for e in it.within) or it.attribute for it in found):
        _at(notes, "QF308", pieces[0], "page.beacon is printed outside of <body>")


def _skip_link(page: Markup, notes: Notes) -> None:
    first = next((it for it in page.all("a") if any(e.tag == "body" for e in it.within)), None)
    if first is None:
        _lacks(page, notes, "QF309", "the page has no link that skips to its content")
        return
    address = first.get("href")
    target = address.text if address and not address.values else ""
    ids = {it.text("id") for it in page.elements}
    if not target.startswith("#"):
        _blame(notes, "QF309", first, "the first link of the page doesn't skip to its content")
    elif target[1:] not in ids:
        _blame(notes, "QF309", first, f"the skip link leads to {target}, and nothing has that id")


def _heading(page: Markup, notes: Notes) -> None:
    headings = list(page.all("h1"))
    _once(page, notes, "QF310", headings, "<h1>")


def _style_sheet(page: Markup, notes: Notes) -> None:
    found = [it for it in page.all("link") if "stylesheet" in it.words("rel")]
    if not found:
        _lacks(page, notes, "QF311", "the page has no style sheet")
    elif together([it.piece for it in found]):
        _blame(notes, "QF311", found[-1], "the page has more than one style sheet")


_Check = Callable[[Markup, Notes], None]
_ALWAYS: Sequence[_Check] = (
    _doctype, _title, _language, _viewport, _charset, _canonical, _heading, _style_sheet,
)  # fmt: skip
_UNLESS_REDIRECT: Sequence[_Check] = (_description, _beacon, _skip_link)


def _once(page: Markup, notes: Notes, code: str, found: Sequence[Element], what: str) -> None:
    if not found:
        _lacks(page, notes, code, f"the page has no {what}")
    elif together([it.piece for it in found]) or any(it.piece.loops for it in found):
        _blame(notes, code, found[-1], f"the page may have more than one {what}")


def _holds(attribute: Attribute | None, field: str) -> bool:
    values = attribute.values if attribute else ()
    return any(value.kind is not None and field in origins(value.kind) for value in values)


def _blame(notes: Notes, code: str, element: Element, message: str, fix: str = "") -> None:
    notes.add(code, element.file, element.line, message, fix)


def _at(notes: Notes, code: str, piece: Piece, message: str) -> None:
    notes.add(code, piece.file, piece.line, message)


def _lacks(page: Markup, notes: Notes, code: str, message: str) -> None:
    notes.add(code, page.file, 0, message)
