"""The pages that a theme is judged by: everybody of the gallery, and the site's own."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import msgspec

from generator.check.subject import Subject
from generator.config import Settings
from generator.content import load_pages
from generator.errors import ThemeError
from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.gallery import portfolios
from generator.gallery.knobs import Knobs, axes, choose, combinations, covering
from generator.model.portfolio import Portfolio
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Page
from generator.render.renderer import Renderer
from generator.render.site import Site, make_site
from generator.theme.words import ENGLISH

ORIGIN = "https://people.example"
_ENDPOINT = "https://forms.example/send"
_LAYOUT = "layout"


class Look(msgspec.Struct, frozen=True):
    """One page, and what it shows."""

    what: str
    """In words: `ada, layout one-column, primaryColor cyan`."""
    template: str
    page: Page
    pictures: frozenset[str] = frozenset()
    """What the page may ask other hosts for."""
    is_variation: bool = False
    """Whether it differs in its colours only from a page that is looked at whole."""


class Failed(msgspec.Struct, frozen=True):
    """A page that could not be made."""

    what: str
    template: str
    error: ThemeError


def looks(subject: Subject, settings: Settings) -> Iterator[Look | Failed]:
    """Every page, each once: pages that differ in nothing are the same page."""
    seen: set[bytes] = set()
    for look in _all(subject, settings):
        if isinstance(look, Failed) or look.page.body not in seen:
            yield look
        if isinstance(look, Look):
            seen.add(look.page.body)


def _all(subject: Subject, settings: Settings) -> Iterator[Look | Failed]:
    theme = subject.theme
    people = portfolios(settings.samples)
    renderer = _renderer(subject, settings, ENGLISH)
    for who, (name, portfolio) in enumerate(people.items()):
        for knobs in _in_every_layout(subject, who):
            yield _person(renderer, name, choose(portfolio, theme.name, knobs), knobs)
    typical = EDGE_CASES["typical"]
    colors = axes(theme.schema).keys() - {_LAYOUT, "radius"}
    for knobs in (*covering(theme.schema), *combinations(theme.schema, colors)):
        look = _person(renderer, "typical", choose(typical, theme.name, knobs), knobs)
        yield msgspec.structs.replace(look, is_variation=True) if isinstance(look, Look) else look
    for language in theme.strings.languages:
        if language != ENGLISH:
            speaking = _renderer(subject, settings, language)
            person = choose(typical, theme.name, {})
            yield _person(speaking, f"typical in {language}", person, {})
    yield from _site(renderer, people, settings)


def site_of(settings: Settings, language: str) -> Site:
    """A site with everything a page can show: a contact form, pages of its own.

    Visits to it aren't counted: what does that isn't the theme's.
    """
    site = msgspec.structs.replace(
        settings.site, url=ORIGIN, language=language, contact_endpoint=_ENDPOINT, beacon_url=""
    )
    return make_site(site, (("About", "about/"), ("Privacy", "privacy/")))


def _renderer(subject: Subject, settings: Settings, language: str) -> Renderer:
    theme = subject.theme
    return Renderer({theme.name: theme}, site_of(settings, language), theme.name)


def _in_every_layout(subject: Subject, turn: int) -> Iterator[Knobs]:
    """Each layout, with the other knobs turned further from person to person."""
    found = axes(subject.theme.schema)
    for at, layout in enumerate(found.get(_LAYOUT, ("",))):
        others = {
            key: values[(turn + at) % len(values)]
            for key, values in found.items()
            if key != _LAYOUT
        }
        yield {_LAYOUT: layout, **others} if layout else others


def _person(renderer: Renderer, name: str, portfolio: Portfolio, knobs: Knobs) -> Look | Failed:
    what = ", ".join([name, *(f"{key} {value}" for key, value in knobs.items())])
    try:
        page = renderer.portfolio(portfolio, "ada")
    except ThemeError as error:
        return Failed(what, "portfolio.html", error)
    return Look(what, "portfolio.html", page, _pictures(portfolio))


def _pictures(portfolio: Portfolio) -> frozenset[str]:
    media = (it.url for project in portfolio.projects for it in project.media)
    return frozenset(filter(None, (portfolio.photo, *media)))


def _site(
    renderer: Renderer, people: Mapping[str, Portfolio], settings: Settings
) -> Iterator[Look | Failed]:
    site = renderer.site
    listed = [
        Listed(it.name, it.headline, site.path(f"{name}/"), it.photo, it.location)
        for name, it in people.items()
    ]
    photos = frozenset(it.photo for it in listed if it.photo)
    names = [it.name for it in listed]
    ranges = [
        Range(site.path(f"people/{n}/"), first, last)
        for n, (first, last) in enumerate(zip(names[::2], names[1::2], strict=False))
    ]
    beside = Pagination(site.path("people/1/"), site.path("people/3/"))
    first = ranges[0] if ranges else Range(site.path("people/2/"), names[0], names[0])
    pages: list[tuple[str, str, Callable[[], Page]]] = [
        ("home, everybody", "home.html", lambda: renderer.home(listed, ())),
        ("home, the latest", "home.html", lambda: renderer.home(listed[:12], ranges)),
        ("home, nobody", "home.html", lambda: renderer.home((), ())),
        (
            "directory, people",
            "directory.html",
            lambda: renderer.directory("people/2/", first, beside, listed, ()),
        ),
        (
            "directory, ranges",
            "directory.html",
            lambda: renderer.directory("people/", first, Pagination(None, None), (), ranges),
        ),
        ("redirect", "redirect.html", lambda: renderer.redirect("lovelace", "ada")),
    ]
    contents = load_pages(settings.content / "pages")
    pages += [(it.path, "page.html", partial(renderer.content, it)) for it in contents]
    for what, template, make in pages:
        try:
            yield Look(what, template, make(), photos)
        except ThemeError as error:
            yield Failed(what, template, error)
