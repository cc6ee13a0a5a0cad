"""Every template that a theme must have, with what it is given."""

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from generator.contract.structs import Struct, example, reached
from generator.model.content import ContentPage
from generator.model.portfolio import Portfolio
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Page
from generator.render.renderer import Renderer
from generator.render.site import Site
from generator.theme.about import About
from generator.theme.schema import Schema
from generator.theme.theme import Theme
from generator.theme.words import Strings

VARIABLES = {
    "portfolio": "The person.",
    "page": "What the page says of itself, for `<head>`.",
    "people": "The people on the page, by name; the latest first on a home page that has `ranges`.",
    "ranges": "The pages of the directory that this one leads to; may be empty.",
    "here": "This page of the directory itself.",
    "pagination": "What stands beside this page of the directory.",
    "content": "The page's text as HTML, without its title; a heading `##` is an `<h2>`.",
    "target": "The address to send on to, from the root of the host.",
    "site": "What every page of the site shares.",
    "settings": "What the owner chose of the theme's settings; their defaults on the site's pages.",
    "words": "The interface's words in the site's language, from the theme's `strings/`.",
}
"""Every variable that some template is given."""


class Given(msgspec.Struct, frozen=True):
    """A template, and what it is given."""

    template: str
    method: str
    """The method of `Renderer` that draws it."""
    context: Mapping[str, object]
    """By name, each holding an example of its type."""


def templates(portfolio: Portfolio | None = None, site: Site | None = None) -> tuple[Given, ...]:
    """Every template of a theme; in the examples nothing is none and no list is empty.

    Args:
        portfolio: Another example of a person.
        site: Another example of a site.
    """
    renderer = _Recorder(site or example(Site))
    renderer.portfolio(portfolio or example(Portfolio), "ada")
    people, ranges = (example(Listed),), (example(Range),)
    renderer.home(people, ranges)
    renderer.directory("people/1/", example(Range), example(Pagination), people, ranges)
    renderer.content(example(ContentPage))
    renderer.redirect("lovelace", "ada")
    return tuple(renderer.given)


def structs(given: tuple[Given, ...]) -> tuple[Struct, ...]:
    """Every struct that a template can reach, but for the theme's own `settings` and `words`."""
    return reached(*(type(value) for value in _values(given) if isinstance(value, msgspec.Struct)))


def _values(given: tuple[Given, ...]) -> Iterator[object]:
    for item in given:
        for name, value in item.context.items():
            if name not in {"settings", "words"}:
                yield value[0] if isinstance(value, tuple) else value


class _Recorder(Renderer):
    """A renderer that notes what it would have drawn."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.given: list[Given] = []
        self._default = ""
        self._templates = {}
        self._themes = {"": _NO_THEME}

    def _page(
        self, path: str, name: str, context: Mapping[str, object], _theme: str | None = None
    ) -> Page:
        method = inspect.stack()[1].function
        words = _NO_THEME.strings.struct("en")
        settings = _NO_THEME.schema.defaults
        shared = {"site": self.site, "settings": settings, "words": words}
        self.given.append(Given(name, method, {**context, **shared}))
        return Page(path, b"")


_NO_THEME = Theme(
    about=About(name="none", version="1"),
    folder=Path(),
    chain=("none",),
    templates={},
    assets=(),
    schema=Schema({}),
    strings=Strings(()),
    digest=b"",
)
