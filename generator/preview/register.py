"""Who stands at which address of the previewed site, and the pages that list them.

The build's own manifest and directory, on a throw-away file: addresses are settled, and lists cut,
by the very code that does it for a build.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Literal

import msgspec

from generator.build.people import entry
from generator.build.sitewide import list_file
from generator.model.address import collision_key
from generator.preview.population import Population
from generator.publish import addresses
from generator.publish.directory import Directory, Entry
from generator.publish.manifest import open_manifest
from generator.publish.node import Home, Node
from generator.publish.sitemaps import Sitemap, SitemapIndex
from generator.source.portfolio import read_person
from generator.sql import queries

_SQL = queries("generator.preview", "register.sql")
_MOST_LISTED = 60
_NO_PICTURES: Mapping[str, str] = MappingProxyType({})


class Standing(msgspec.Struct, frozen=True):
    """What is at an address."""

    segment: str
    owner: str
    kind: Literal["portfolio", "redirect"]


class Register:
    """The addresses of a population. Close it; it is used by one thread."""

    def __init__(
        self,
        population: Population,
        pages: Collection[str],
        people_per_page: int,
        pictures: Mapping[str, str] = _NO_PICTURES,
    ) -> None:
        """Settle who stands where.

        Args:
            population: Whom it is about.
            pages: The keys of the site's hand-written pages.
            people_per_page: Of the directory.
            pictures: The address of each picture that the samples bring, by its name.
        """
        self._population = population
        self._people_per_page = people_per_page
        self._pictures = pictures
        self._directory: Directory | None = None
        self._stack = ExitStack()
        folder = self._stack.enter_context(TemporaryDirectory(prefix="qwikfolio-"))
        self._manifest = self._stack.enter_context(open_manifest(Path(folder) / "register"))
        claims = map(msgspec.structs.astuple, population.claims())
        addresses.settle(self._manifest, claims, pages, everybody=True)

    def close(self) -> None:
        """Throw the file away."""
        self._stack.close()

    def at(self, segment: str) -> Standing | None:
        """What stands at `/<segment>/`."""
        query = _SQL["at"]
        row = self._manifest.connection.execute(query, (collision_key(segment),)).fetchone()
        return Standing(*row) if row and row[0] == segment else None

    def segment_of(self, owner: str) -> str | None:
        """Where somebody's page stands."""
        return addresses.segment_of(self._manifest, owner)

    def redirects(self, most: int) -> list[tuple[str, str]]:
        """The first redirects: the segment that leads elsewhere, and the one it leads to."""
        return self._manifest.connection.execute(_SQL["redirects"], (most,)).fetchall()

    def segments(self) -> list[str]:
        """The first addresses, by name: as many as a person can choose from."""
        rows = self._manifest.connection.execute(_SQL["segments"], (_MOST_LISTED,))
        return [segment for (segment,) in rows]

    def list_at(self, file: str) -> Node | Home | Sitemap | SitemapIndex | None:
        """What a file lists, relative to the output: the home page, say, or a sitemap.

        Everybody is read for the first one, one after the other.
        """
        if self._directory is None:
            self._directory = Directory(self._manifest.connection, self._people_per_page)
            self._directory.enter_all(self._entries())
        return next((it for it in self._directory.stale() if list_file(it) == file), None)

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        for person in self._population.people():
            segment = self.segment_of(person.owner)
            portfolio = read_person(person, self._pictures).portfolio
            if segment is not None and portfolio is not None:
                yield person.owner, entry(portfolio, segment)
