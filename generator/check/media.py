"""What a page asks for: files of the theme, the person's pictures and films, nothing else."""

import re

from generator.check.addresses import OF_PEOPLE
from generator.check.kinds import origins
from generator.check.markup import Attribute, Element, Markup
from generator.check.notes import Notes

_OUTSIDE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_FETCHED = {
    "stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload",
    "manifest", "apple-touch-icon", "mask-icon", "prerender",
}  # fmt: skip
_WITH_SRC = {
    "img", "video", "audio", "source", "track", "script", "iframe", "embed", "input", "frame",
}  # fmt: skip


def check_media(page: Markup, notes: Notes) -> None:
    """Note requests to other hosts, files that asset() doesn't name, and media without care."""
    for element in page.elements:
        for attribute in _asking(element):
            _check_request(attribute, notes)
        if element.tag == "img":
            _check_picture(element, notes)
        elif element.tag == "video":
            _check_film(element, notes)
        leaves = element.tag in {"a", "area", "form"} and "_blank" in element.words("target")
        if leaves and not element.words("rel") & {"noopener", "noreferrer"}:
            _blame(notes, "QF606", element, "the link opens another window without rel")


def _asking(element: Element) -> list[Attribute]:
    """The attributes for which a browser asks a host."""
    names = {"src", "srcset", "poster"} if element.tag in _WITH_SRC else set()
    if element.tag == "link" and element.words("rel") & _FETCHED:
        names = {"href", "imagesrcset"}
    elif element.tag in {"use", "image", "feimage"}:
        names = {"href", "xlink:href"}
    elif element.tag == "object":
        names = {"data"}
    return [it for it in element.attributes if it.name in names]


def _check_request(attribute: Attribute, notes: Notes) -> None:
    for part in attribute.begins:
        text = part.text.strip()
        if part.piece.kind is not None or not text or text.startswith("#"):
            continue
        where = (attribute.file, attribute.line)
        if _OUTSIDE.match(text):
            notes.add("QF601", *where, f"{attribute.name} asks another host: {text[:60]}")
        elif not re.match(r"[a-z]+:", text, re.IGNORECASE):
            notes.add(
                "QF602", *where, f"{attribute.name} names a file without asset(): {text[:60]}"
            )


def _check_picture(element: Element, notes: Notes) -> None:
    if element.get("alt") is None:
        _blame(notes, "QF603", element, "the picture has no alternative text")
    _check_size(element, notes)
    if element.piece.loops and element.text("loading").lower() != "lazy":
        _blame(notes, "QF605", element, "each picture of the list is loaded at once")
    if _is_persons(element) and element.text("referrerpolicy").lower() != "no-referrer":
        _blame(notes, "QF607", element, "the picture's host is told which page is read")


def _check_film(element: Element, notes: Notes) -> None:
    _check_size(element, notes)
    if element.text("preload").lower() != "none" or element.get("autoplay") is not None:
        _blame(notes, "QF605", element, "the film is loaded before anybody plays it")


def _check_size(element: Element, notes: Notes) -> None:
    missing = [it for it in ("width", "height") if element.get(it) is None]
    if missing:
        _blame(notes, "QF604", element, f"<{element.tag}> has no {' and no '.join(missing)}")


def _is_persons(element: Element) -> bool:
    source = element.get("src")
    values = source.values if source else ()
    return any(value.kind is not None and origins(value.kind) & OF_PEOPLE for value in values)


def _blame(notes: Notes, code: str, element: Element, message: str) -> None:
    notes.add(code, element.file, element.line, message)
