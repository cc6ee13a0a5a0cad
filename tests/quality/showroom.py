"""Every theme a person can choose, everybody it is tried on, and the pages that come of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from generator import config
from generator.build.materials import Materials, load_materials
from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.knobs import choose
from generator.gallery.samples import sample_portfolios
from generator.model.portfolio import Portfolio, Scalar
from generator.render import wellknown
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Page
from generator.theme.find import find_folders
from tests.site import TEST_PEOPLE

ROOT = Path(__file__).parents[2]
ORIGIN = "https://people.example"
SETTINGS = config.load(ROOT, {"QWIKFOLIO_PRIVACY_CONTROLLER": "Harbour Works, Lisbon"})
THEMES = tuple(
    sorted(
        name
        for name, folder in find_folders(SETTINGS.themes).items()
        if not folder.about.abstract and folder.path.parent == ROOT / "themes"
    )
)
LAYOUTS = ("sidebar-left", "sidebar-top", "one-column")
LANGUAGES = ("en", "de", "es", "ar", "ja")

SAMPLES = sample_portfolios(TEST_PEOPLE)
PEOPLE = {**EDGE_CASES, **SAMPLES}
TYPICAL = EDGE_CASES["typical"]
BARE = EDGE_CASES["bare"]


@cache
def materials(theme: str, *, origin: str = ORIGIN, **site: str) -> Materials:
    """What the pages are made of, on a site whose own pages have this theme too.

    Args:
        theme: The theme's name.
        origin: `site.url`.
        **site: Other settings of the site, such as its language.
    """
    fields = {"theme": theme, "url": origin, "language": "en", **site}
    return load_materials(
        msgspec.structs.replace(SETTINGS, site=msgspec.structs.replace(SETTINGS.site, **fields))
    )


def dressed(portfolio: Portfolio, theme: str, /, **knobs: Scalar) -> Portfolio:
    """The same person, had they chosen this theme and turned these knobs."""
    return choose(portfolio, theme, knobs)


def page_of(portfolio: Portfolio, theme: str, /, **knobs: Scalar) -> Page:
    """Their page then, at `/ada/`."""
    return materials(theme).renderer.portfolio(dressed(portfolio, theme, **knobs), "ada")


def site_files(of: Materials, theme: str) -> dict[str, bytes]:
    """What stands on a host beside the pages themselves, by path: files of the theme, headers."""
    pages = (wellknown.headers(of.site), wellknown.robots(of.site))
    assets = {it.path: it.body for it in of.themes[theme].assets}
    return assets | {it.path: it.body for it in pages}


def site_pages(of: Materials) -> Iterator[Page]:
    """One page of every kind that is nobody's own."""
    renderer, path = of.renderer, of.site.path
    people = [
        Listed(it.name, it.headline, path(f"{n}/"), it.photo, it.location)
        for n, it in enumerate(PEOPLE.values())
    ]
    ranges = [
        Range(path(f"people/{n}/"), first.name, last.name)
        for n, (first, last) in enumerate(zip(people[::2], people[1::2], strict=False))
    ]
    here = Range(path("people/"), people[0].name, people[-1].name)
    both = Pagination(path("people/1/"), path("people/2/"))
    yield renderer.home(people, ())
    yield msgspec.structs.replace(renderer.home((), ranges), path="ranges/index.html")
    yield renderer.directory("people/", here, both, people, ())
    yield renderer.directory("people/1/", here, Pagination(None, None), (), ranges)
    yield renderer.redirect("adele", "ada")
    yield from map(renderer.content, of.pages)
