"""The directory: everybody by name, cut into pages so that one change touches few of them.

A page of level 1 lists people; a page of level 2 lists pages of level 1; and so on, up to the level
that the home page can list. `Beginnings` says where they begin. So which pages there are depends on
the set of people alone, not on the order in which they came, and somebody who comes or goes touches
the pages they are on, and those beside a page that begins elsewhere now.

What became of date is noted by triggers, in the transaction that changes an entry, and stays noted
until the pages have been written: a build that dies leaves its work to the next.
"""

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from generator.publish.beginnings import Beginnings
from generator.publish.node import Card, Child, Home, Node
from generator.publish.sitemaps import DICE_BITS, URLS_A_SITEMAP, Sitemap, SitemapIndex, Sitemaps
from generator.sql import queries

RECENT = 12
"""How many people a home page shows that can't show everybody."""

_Place = tuple[str, str] | tuple[bytes, bytes]
_Begin = tuple[str, str, str]  # sort_key, owner and segment of whom a page begins with
_HEAD: _Begin = ("", "", "")  # of a level's first page, which begins before everybody
_END: _Place = (b"", b"")  # SQLite sorts every blob after every text


class Entry(Card, frozen=True):
    """What the site's own pages say of a person."""

    updated: str
    """`YYYY-MM-DD`, or empty."""


def create(connection: sqlite3.Connection) -> None:
    """Make the directory's tables in a manifest that is new."""
    for file in ("directory.sql", "sitemaps.sql"):
        connection.executescript(queries("generator.publish", file)["schema"])


class Directory:
    """Whom the site's own pages name. Nothing is durable before the connection commits."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        people_per_page: int,
        urls_a_sitemap: int = URLS_A_SITEMAP,
    ) -> None:
        """Take up the directory of a manifest.

        Args:
            connection: To a manifest that has been through `create`.
            people_per_page: At least 2.
            urls_a_sitemap: How many people a sitemap lists at most.
        """
        self._connection = connection
        self._sql = queries("generator.publish", "directory.sql")
        self._size = people_per_page
        self._beginnings = Beginnings(connection, people_per_page // 2)
        self._sitemaps = Sitemaps(connection, urls_a_sitemap)
        if self._state()[0] != people_per_page:
            self.make_all()
            connection.execute(self._sql["set_size"], (people_per_page,))

    def stand_on(self, grounds: bytes) -> None:
        """Say what the pages are made from besides people: a hash of templates and settings.

        With another than last time every page is out of date.
        """
        if self._state()[1] != grounds:
            self.make_all()
            self._connection.execute(self._sql["set_grounds"], (grounds,))

    def move(self, owner: str, segment: str) -> None:
        """Say where a person stands now, if anything was said of them."""
        self._connection.execute(self._sql["move"], {"owner": owner, "segment": segment})

    def enter(self, owner: str, entry: Entry) -> None:
        """Say of a person what the site's own pages need."""
        self.enter_all([(owner, entry)])

    def enter_all(self, rows: Iterable[tuple[str, Entry]]) -> None:
        """Say of people what the site's own pages need, in place of what was said before."""
        self._connection.executemany(
            self._sql["enter"], (_row(owner, entry) for owner, entry in rows)
        )

    def leave(self, owner: str) -> None:
        """Take a person off the site's own pages."""
        self._connection.execute(self._sql["leave"], (owner,))

    def make_all(self) -> None:
        """Every page is out of date."""
        self._connection.execute(self._sql["make_all"])
        self._sitemaps.make_all()

    def remake(self, path: str) -> None:
        """The page at a path is out of date, if it is one of these."""
        if path.startswith("sitemap"):
            self._sitemaps.remake(path)
        elif path == "index.html":
            self._connection.execute(self._sql["remake_first"])
        elif path.startswith("people/") and path != "people/index.html":  # which is people.md
            _people, level, *segments, _file = path.split("/")
            node = {"level": int(level), "segment": "".join(segments)}
            self._connection.execute(self._sql["remake" if segments else "remake_first"], node)

    def stale(self) -> Iterator[Node | Home | Sitemap | SitemapIndex]:
        """The pages to be written for all that changed since `settle`.

        Pages may be written, and committed, while this is read; nobody may enter or leave.
        """
        self._prepare()
        if not (self._is_stale() or self._sitemaps.is_stale()):
            return
        _size, _ground, top, _whole = self._state()
        for level in range(1, top + 1):
            for begin in self._stale_begins(level):
                yield self._node(level, begin)
        yield self._home(top)
        yield from self._sitemaps.stale()

    def dead_paths(self) -> list[str]:
        """Files that are no page any more since `settle`; some of them never were written."""
        self._prepare()
        gone = self._connection.execute(self._sql["gone"]).fetchall()
        pages = [f"{_address(level, segment)}index.html" for level, segment in gone]
        return [*pages, *self._sitemaps.dead_paths()]

    def settle(self) -> None:
        """All that is stale has been written, all that is dead removed."""
        for query in ("settle_whole", "settle_stale", "settle_gone"):
            self._connection.execute(self._sql[query])
        self._sitemaps.settle()

    def _prepare(self) -> None:
        """Note which levels have pages now, and what follows from it."""
        for query in ("index_names", "index_dates"):
            self._connection.execute(self._sql[query])
        _size, _ground, before, whole = self._state()
        if whole:
            self._beginnings.draw()
        else:
            self._beginnings.redraw()
        top = self._top()
        if top != before:
            levels = {"before": before, "top": top}
            self._connection.execute(self._sql["rise" if top > before else "fall"], levels)
            self._connection.execute(self._sql["set_top"], (top,))
        self._sitemaps.prepare()

    def _top(self) -> int:
        """The lowest level of which the home page can list everything; people are level 0."""
        if not self._has("more_people", self._size):
            return 0
        level = 1
        while self._has("more_nodes", level, self._size - 1):  # and the first
            level += 1
        return level

    def _stale_begins(self, level: int) -> list[_Begin]:
        """The pages of a level that are out of date, by where they begin."""
        if self._state()[3]:
            return self._begins(level, _HEAD[:2], _END)
        begins: dict[_Begin, None] = {}
        for sort_key, owner, changed in self._connection.execute(self._sql["stale"]).fetchall():
            begin = self._node_query("node_at", level, (sort_key, owner)) or _HEAD
            found: list[_Begin | None] = [begin]
            if changed >= level:  # the neighbours may end, or lead, elsewhere now
                found = [self._before(level, begin), begin, self._after(level, begin)]
            begins |= dict.fromkeys(filter(None, found))
        return list(begins)

    def _node(self, level: int, begin: _Begin) -> Node:
        before, after = self._before(level, begin), self._after(level, begin)
        end = after[:2] if after else _END
        lists_people = level == 1
        return Node(
            address=_address(level, begin[2]),
            people=self._people(begin[:2], end) if lists_people else (),
            children=() if lists_people else self._children(level - 1, begin[:2], end),
            first=self._name("name_from", begin[:2]),
            last=self._name("name_before", end),
            previous=_address(level, before[2]) if before else None,
            next=_address(level, after[2]) if after else None,
        )

    def _home(self, top: int) -> Home:
        if top == 0:
            return Home(self._people(_HEAD[:2], _END), ())
        recent = self._connection.execute(self._sql["recent"], (RECENT,))
        people = tuple(Card(*row) for row in recent)
        return Home(people, self._children(top, _HEAD[:2], _END))

    def _people(self, start: _Place, end: _Place) -> tuple[Card, ...]:
        rows = self._connection.execute(self._sql["people"], (*start, *end))
        return tuple(Card(*row) for row in rows)

    def _children(self, level: int, start: _Place, end: _Place) -> tuple[Child, ...]:
        begins = self._begins(level, start, end)
        ends = [*(begin[:2] for begin in begins[1:]), end]
        return tuple(
            Child(
                address=_address(level, begin[2]),
                first=self._name("name_from", begin[:2]),
                last=self._name("name_before", stop),
            )
            for begin, stop in zip(begins, ends, strict=True)
        )

    def _begins(self, level: int, start: _Place, end: _Place) -> list[_Begin]:
        """The pages of a level that begin in a range, in order."""
        rows = self._connection.execute(self._sql["nodes"], (level, *start, *end)).fetchall()
        return [_HEAD, *rows] if start == _HEAD[:2] else rows

    def _before(self, level: int, begin: _Begin) -> _Begin | None:
        if begin == _HEAD:
            return None
        return self._node_query("node_before", level, begin[:2]) or _HEAD

    def _after(self, level: int, begin: _Begin) -> _Begin | None:
        return self._node_query("node_after", level, begin[:2])

    def _node_query(self, query: str, level: int, place: _Place) -> _Begin | None:
        row: _Begin | None = self._connection.execute(self._sql[query], (level, *place)).fetchone()
        return row

    def _name(self, query: str, place: _Place) -> str:
        name: str = self._connection.execute(self._sql[query], place).fetchone()[0]
        return name

    def _has(self, query: str, *parameters: int) -> bool:
        return self._connection.execute(self._sql[query], parameters).fetchone() is not None

    def _is_stale(self) -> bool:
        return bool(self._connection.execute(self._sql["is_stale"]).fetchone()[0])

    def _state(self) -> tuple[int, bytes, int, int]:
        """people_per_page, ground, top, whole."""
        state: tuple[int, bytes, int, int] = self._connection.execute(self._sql["lists"]).fetchone()
        return state


def _row(owner: str, entry: Entry) -> tuple[str | int | None, ...]:
    dice = int.from_bytes(blake2b(owner.encode(), digest_size=8).digest()) >> 64 - DICE_BITS
    return (
        owner, _sort_key(entry.name), entry.name, entry.headline, entry.location, entry.photo,
        entry.updated, entry.segment, dice,
    )  # fmt: skip


def _sort_key(name: str) -> str:
    """Where a name stands in the order of people: `Élodie` beside `Elodie`, not after `Zoe`."""
    folded = name.casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _address(level: int, segment: str) -> str:
    return f"people/{level}/{segment}/" if segment else f"people/{level}/"
