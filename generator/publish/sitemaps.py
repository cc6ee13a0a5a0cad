"""Which sitemaps there are: the leaves of a binary trie over people's dice.

A sitemap holds everybody whose dice begin with its bits. It is cut in two where it would be too
long, and put together again where two are short enough: which there are depends on the set of
people alone, and one person more or less touches one, or the few that are cut or put together.
"""

import sqlite3
from collections.abc import Iterator

import msgspec

from generator.sql import queries

DICE_BITS = 60
URLS_A_SITEMAP = 5_000
"""Well below the protocol's 50,000: one changed person rewrites one sitemap."""


class Sitemap(msgspec.Struct, frozen=True):
    """A sitemap of people."""

    path: str
    """`sitemap-01.xml`, or `sitemap-people.xml` where one is enough."""
    urls: tuple[tuple[str, str], ...]
    """Segment, and the date of the last change (`YYYY-MM-DD`, or empty)."""


class SitemapIndex(msgspec.Struct, frozen=True):
    """The list of the sitemaps of people."""

    paths: tuple[str, ...]


class Sitemaps:
    """The sitemaps of a directory's people."""

    def __init__(self, connection: sqlite3.Connection, urls_a_sitemap: int) -> None:
        self._connection = connection
        self._sql = queries("generator.publish", "sitemaps.sql")
        self._urls_a_sitemap = urls_a_sitemap

    def make_all(self) -> None:
        """Every sitemap is out of date."""
        self._connection.execute(self._sql["make_all"])

    def is_stale(self) -> bool:
        """Whether any sitemap is out of date."""
        return bool(self._connection.execute(self._sql["is_stale"]).fetchone()[0])

    def prepare(self) -> None:
        """Cut and put together what the changes since `settle` ask for.

        Only a sitemap in which something changed can be too long, or short enough to be put
        together with its neighbour.
        """
        for bits, stale in self._leaves():
            if stale or self._has("noted", bits):
                trunk = bits
                while trunk and not self._is_too_long(trunk[:-1]):
                    trunk = trunk[:-1]
                self._connection.execute(self._sql["retire"], {"bits": trunk})
                leaves = [(leaf,) for leaf in self._cut(trunk)]
                self._connection.executemany(self._sql["grow"], leaves)

    def stale(self) -> Iterator[Sitemap | SitemapIndex]:
        """The sitemaps to be written, and the index of all; after `prepare`."""
        for bits, stale in self._leaves():
            if stale and not self._is_empty(bits):
                urls = self._connection.execute(self._sql["urls"], _range(bits)).fetchall()
                yield Sitemap(_path(bits), tuple(urls))
        if self.is_stale():
            leaves = (bits for bits, _stale in self._leaves())
            yield SitemapIndex(tuple(_path(bits) for bits in leaves if not self._is_empty(bits)))

    def dead_paths(self) -> Iterator[str]:
        """Files that are no sitemap any more; after `prepare`."""
        for (bits,) in self._connection.execute(self._sql["retired"]).fetchall():
            yield _path(bits)
        for bits, stale in self._leaves():
            if stale and self._is_empty(bits):
                yield _path(bits)

    def settle(self) -> None:
        """All has been written and removed."""
        for query in ("settle_retired", "settle_stale", "settle_urls"):
            self._connection.execute(self._sql[query])

    def _leaves(self) -> list[tuple[str, int]]:
        return self._connection.execute(self._sql["leaves"]).fetchall()

    def _cut(self, bits: str) -> Iterator[str]:
        if len(bits) < DICE_BITS and self._is_too_long(bits):
            yield from self._cut(f"{bits}0")
            yield from self._cut(f"{bits}1")
        else:
            yield bits

    def _is_too_long(self, bits: str) -> bool:
        return self._has("more", bits, self._urls_a_sitemap)

    def _is_empty(self, bits: str) -> bool:
        return not self._has("more", bits, 0)

    def _has(self, query: str, bits: str, *parameters: int) -> bool:
        row = self._connection.execute(self._sql[query], (*_range(bits), *parameters)).fetchone()
        return row is not None


def _range(bits: str) -> tuple[int, int]:
    """The dice that begin with these bits: from, and up to but not including."""
    rest = DICE_BITS - len(bits)
    low = int(bits or "0", 2) << rest
    return low, low + (1 << rest)


def _path(bits: str) -> str:
    return f"sitemap-{bits or 'people'}.xml"
