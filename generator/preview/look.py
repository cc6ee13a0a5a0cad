"""Another look at the same page: another theme, turned knobs, light or dark whatever the browser.

Asked for by the query, as in `/ada/?theme=ocean&radius=xl&scheme=dark`; an address without one
gets exactly what a build writes. Light and dark are a matter of the style sheet, which is served
with its media queries answered.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec

from generator.gallery.knobs import Knobs, choose, without_photo
from generator.model.portfolio import Portfolio, Scalar
from generator.preview.picture import draw_pictures
from generator.theme.schema import Schema
from generator.theme.theme import Theme

Scheme = Literal["light", "dark"]
_SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
_QUESTION = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)")
_PROPERTY = re.compile(r"(?<![-\w])color-scheme\s*:\s*[^;}]+")
_META = re.compile(r'(<meta name="color-scheme" content=")[^"]*')
_OURS = {"theme", "scheme", "photo", "pictures"}
_YES, _NO = "(min-width: 0)", "(max-width: 0)"


class Look(msgspec.Struct, frozen=True):
    """How a page is to be looked at."""

    theme: str | None = None
    """In place of the person's choice, and of the site's."""
    scheme: Scheme | None = None
    """None: as the browser prefers."""
    photo: bool = True
    """False: as if the person had hidden it."""
    draws_pictures: bool = False
    """Whether pictures that are nowhere are drawn (`picture.py`)."""
    knobs: Mapping[str, str] = {}
    """In place of the person's, by the settings' keys."""


def parse_look(query: Mapping[str, str]) -> Look:
    """The look that a query asks for; what isn't one is passed over."""
    scheme = next((it for it in _SCHEMES if it == query.get("scheme")), None)
    knobs = {key: text for key, text in query.items() if key not in _OURS}
    draws_pictures = query.get("pictures") == "drawn"
    return Look(query.get("theme"), scheme, query.get("photo") != "off", draws_pictures, knobs)


def dress(portfolio: Portfolio, look: Look, theme: Theme) -> Portfolio:
    """The person, had they chosen this look."""
    knobs = _typed(look.knobs, theme.schema)
    if look.theme is not None or knobs:
        portfolio = choose(portfolio, theme.name, knobs)
    return portfolio if look.photo else without_photo(portfolio)


def seen(page: bytes, look: Look, styles: Iterable[str]) -> bytes:
    """A page of HTML under a look; `styles` are the addresses of the site's style sheets."""
    text = draw_pictures(page.decode()) if look.draws_pictures else page.decode()
    if look.scheme is not None:
        text = _META.sub(rf"\g<1>{look.scheme}", _answered(text, look.scheme))
        for address in styles:
            text = text.replace(f'"{address}"', f'"{address}?scheme={look.scheme}"')
    return text.encode()


def style_in_scheme(style: bytes, scheme: Scheme) -> bytes:
    """A style sheet that is light or dark whatever the browser prefers."""
    text = _answered(style.decode("utf-8", "replace"), scheme)
    return _PROPERTY.sub(f"color-scheme: {scheme}", text).encode()


def _answered(text: str, scheme: Scheme) -> str:
    return _QUESTION.sub(lambda asked: _YES if asked[1] == scheme else _NO, text)


def _typed(knobs: Mapping[str, str], schema: Schema) -> Knobs:
    """What a query says, as the values that a row would hold."""
    typed: dict[str, Scalar] = {}
    for key, text in knobs.items():
        setting = schema.settings.get(key)
        if setting is not None:
            typed[key] = _value(setting.type, text)
    return typed


def _value(kind: str, text: str) -> Scalar:
    if kind == "boolean":
        return text == "true"
    try:
        return float(text) if kind == "number" else text
    except ValueError:
        return text
