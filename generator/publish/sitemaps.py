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
URLS_A_SITEMAP = 1_000
"""Far below the protocol's 50,000, since one changed person rewrites one sitemap."""


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

    def remake(self, path: str) -> None:
        """The sitemap at a path is out of date, if it is one of these."""
        bits = path.removeprefix("sitemap-").removesuffix(".xml").replace("people", "")
        query = "remake_index" if path == "sitemap.xml" else "remake"
        self._connection.execute(self._sql[query], {"bits": bits})

    def is_stale(self) -> bool:
        """Whether any sitemap is out of date; after `prepare`."""
        return bool(self._connection.execute(self._sql["is_stale"]).fetchone()[0])

    def prepare(self) -> None:
        """Cut and put together what the changes since `settle` ask for.

        Only a sitemap in which something changed can be too long, or short enough to be put
        together with its neighbour.
        """
        self._connection.execute(self._sql["index_dice"])
        for bits in self._changed():
            trunk = bits
            while trunk and not self._has_more(trunk[:-1], self._urls_a_sitemap):
                trunk = trunk[:-1]
            self._connection.execute(self._sql["retire"], {"bits": trunk})
            leaves = [(leaf, self._has_more(leaf, 0)) for leaf in self._cut(trunk)]
            self._connection.executemany(self._sql["grow"], leaves)

    def stale(self) -> Iterator[Sitemap | SitemapIndex]:
        """The sitemaps to be written, and the index of all; after `prepare`."""
        for bits in self._bits("to_write"):
            urls = self._connection.execute(self._sql["urls"], _range(bits)).fetchall()
            yield Sitemap(_path(bits), tuple(urls))
        if self.is_stale():
            yield SitemapIndex(tuple(map(_path, self._bits("filled"))))

    def dead_paths(self) -> list[str]:
        """Files that are no sitemap any more; after `prepare`."""
        return list(map(_path, self._bits("to_remove")))

    def settle(self) -> None:
        """All has been written and removed."""
        for query in ("settle_retired", "settle_stale", "settle_urls"):
            self._connection.execute(self._sql[query])

    def _changed(self) -> Iterator[str]:
        """The sitemaps that are out of date, and those in which something changed."""
        yield from self._bits("stale_leaves")
        dice = 0
        while (
            found := self._connection.execute(self._sql["next_url"], (dice,)).fetchone()[0]
        ) is not None:
            (bits,) = self._bits("leaf_of", f"{found:0{DICE_BITS}b}")
            yield bits
            dice = _range(bits)[1]

    def _cut(self, bits: str) -> Iterator[str]:
        if len(bits) < DICE_BITS and self._has_more(bits, self._urls_a_sitemap):
            yield from self._cut(f"{bits}0")
            yield from self._cut(f"{bits}1")
        else:
            yield bits

    def _has_more(self, bits: str, people: int) -> bool:
        """Whether more than so many people's dice begin with the bits."""
        query = self._sql["more"]
        row = self._connection.execute(query, (*_range(bits), people)).fetchone()
        return row is not None

    def _bits(self, query: str, *parameters: str) -> list[str]:
        return [bits for (bits,) in self._connection.execute(self._sql[query], parameters)]


def _range(bits: str) -> tuple[int, int]:
    """The dice that begin with these bits: from, and up to but not including."""
    rest = DICE_BITS - len(bits)
    low = int(bits or "0", 2) << rest
    return low, low + (1 << rest)


def _path(bits: str) -> str:
    return f"sitemap-{bits or 'people'}.xml"
