"""One state of the site: what stands at which address, made when it is asked for."""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from generator.build.materials import Materials
from generator.build.shard import page_file
from generator.build.sitewide import is_list, list_page, site_pages
from generator.errors import ThemeError
from generator.gallery.edge_cases import EDGE_CASES
from generator.model.content import StaticFile
from generator.model.headers import HeaderRule
from generator.model.portfolio import Portfolio
from generator.preview.failure import FailedPageError, Subject, unreadable
from generator.preview.look import Look, dress, seen, style_in_scheme
from generator.preview.population import Population
from generator.preview.register import Register
from generator.render import wellknown
from generator.render.page import Page
from generator.render.redirects import (
    MOST_REDIRECTS,
    NGINX_REDIRECTS,
    REDIRECTS,
    redirect_lists,
)
from generator.source.portfolio import read_person
from generator.static_files import opened

_PLAIN = Look()


class Showing:
    """The site of these materials and people.

    What can't be made raises a `QwikfolioError`; a person's page, a `FailedPageError`.
    """

    def __init__(self, materials: Materials, population: Population, register: Register) -> None:
        self.materials = materials
        self.register = register
        self._population = population
        self._dressed: dict[str, Materials] = {}

    @cached_property
    def rules(self) -> tuple[HeaderRule, ...]:
        """The headers of its answers."""
        return wellknown.rules(self.materials.site)

    def file(self, file: str, look: Look = _PLAIN) -> bytes | None:
        """The file that a build would write there; None where it would write none.

        Args:
            file: Relative to the output: `ada/index.html`.
            look: Another look at it, for the gallery.
        """
        asset = self.materials.assets.get(file)
        if asset is not None:
            is_style = look.scheme and file.endswith(".css")
            return style_in_scheme(asset, look.scheme) if is_style and look.scheme else asset
        if file in self._static:
            with opened(self._static[file]) as pieces:
                return None if pieces is None else b"".join(pieces)
        page = self._page(file, look)
        return None if page is None else self._seen(page, look)

    def case(self, name: str, look: Look = _PLAIN) -> bytes | None:
        """The page of one of the edge cases, which no build writes."""
        if name not in EDGE_CASES:
            return None
        subject = Subject(EDGE_CASES[name].name, f"the edge case {name}", EDGE_CASES[name])
        return self._seen(self._portfolio(subject, EDGE_CASES[name], name, look), look)

    def _page(self, file: str, look: Look) -> Page | None:
        materials = self._materials(look.theme)
        if file in self._site_files:
            return next(page for page in site_pages(materials) if page.path == file)
        if file in {REDIRECTS, NGINX_REDIRECTS}:
            pairs = self.register.redirects(MOST_REDIRECTS)
            lists = redirect_lists(materials.site.home, pairs)
            return next(page for page in lists if page.path == file)
        if is_list(file):
            node = self.register.list_at(file)
            return None if node is None else list_page(materials, node)
        segment = file.removesuffix("/index.html")
        if file != page_file(segment):
            return None
        return self._person(segment, look)

    def _person(self, segment: str, look: Look) -> Page | None:
        standing = self.register.at(segment)
        person = self._population.person(standing.owner) if standing else None
        if standing is None or person is None:
            return None
        target = self.register.segment_of(person.owner)
        if standing.kind == "redirect" and target is not None:
            return self._materials(look.theme).renderer.redirect(segment, target)
        origin = self._population.origin(person.owner)
        reading = read_person(person, self.materials.picture_addresses)
        if reading.portfolio is None:
            raise FailedPageError(unreadable(reading.problems[-1]), Subject(segment, origin))
        subject = Subject(reading.portfolio.name, origin, reading.portfolio)
        return self._portfolio(subject, reading.portfolio, segment, look)

    def _portfolio(self, subject: Subject, portfolio: Portfolio, segment: str, look: Look) -> Page:
        materials = self._materials(look.theme)
        wanted = look.theme or portfolio.theme.id
        theme = materials.themes[materials.theme_name(wanted)]
        try:
            return materials.renderer.portfolio(dress(portfolio, look, theme), segment)
        except ThemeError as error:
            raise FailedPageError(error, subject) from error

    def _seen(self, page: Page, look: Look) -> bytes:
        is_plain = look == _PLAIN or not page.path.endswith(".html")
        return page.body if is_plain else seen(page.body, look, self._styles)

    def _materials(self, theme: str | None) -> Materials:
        """These, or with another theme as the site's own."""
        materials = self.materials
        if theme is None or theme == materials.settings.theme or theme not in materials.themes:
            return materials
        if theme not in self._dressed:
            settings = msgspec.structs.replace(materials.settings, theme=theme)
            self._dressed[theme] = msgspec.structs.replace(materials, settings=settings)
        return self._dressed[theme]

    @cached_property
    def _styles(self) -> tuple[str, ...]:
        """The addresses of the style sheets."""
        path = self.materials.site.path
        return tuple(path(file) for file in self.materials.assets if file.endswith(".css"))

    @cached_property
    def _static(self) -> dict[str, StaticFile]:
        """The operator's own files, by path."""
        return {file.path: file for file in self.materials.static}

    @cached_property
    def _site_files(self) -> frozenset[str]:
        """The files of the pages that are nobody's own and list nobody."""
        return frozenset(self._names_of_site_files())

    def _names_of_site_files(self) -> Iterator[str]:
        site, favicon = self.materials.site, wellknown.FAVICON
        for page in (
            wellknown.headers(site), wellknown.robots(site), wellknown.site_sitemap(site), favicon
        ):  # fmt: skip
            yield page.path
        for written in self.materials.pages:
            yield written.file
