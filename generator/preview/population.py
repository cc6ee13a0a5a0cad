"""Who is on the site that is previewed: the samples, or the people of a database."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from generator.gallery.documents import Stored
from generator.source.snapshot import Claim, Person, open_snapshot


class Population(Protocol):
    """Public people, as their rows stand; nobody is read before they are asked for."""

    def claims(self) -> Iterable[Claim]:
        """What everybody would be addressed by."""

    def people(self) -> Iterator[Person]:
        """Everybody's rows."""

    def person(self, owner: str) -> Person | None:
        """One person's rows; None where they are not public any more."""

    def origin(self, owner: str) -> str:
        """Where a person's rows can be mended."""


class Samples:
    """The people of `content/portfolios`."""

    def __init__(self, people: Iterable[Stored], root: Path) -> None:
        """`root` is the folder that messages name files from."""
        self._root = root
        self._people = {it.person.owner: it for it in people}

    def claims(self) -> Iterable[Claim]:
        """In the order of their ids."""
        return [it.claim for it in self._people.values()]

    def people(self) -> Iterator[Person]:
        """In the same order."""
        return (it.person for it in self._people.values())

    def person(self, owner: str) -> Person | None:
        """As the file had them when it was read."""
        return self._people[owner].person if owner in self._people else None

    def origin(self, owner: str) -> str:
        """The file."""
        path = self._people[owner].path
        return str(path.relative_to(self._root) if path.is_relative_to(self._root) else path)


class DatabasePeople:
    """The people of a database, read anew whenever one is asked for.

    Every method raises `DatabaseError` where the database can't be read.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def claims(self) -> Iterable[Claim]:
        """A stream."""
        with open_snapshot(self._url) as snapshot:
            yield from snapshot.claims()

    def people(self) -> Iterator[Person]:
        """A stream; the connection is closed at its end."""
        with open_snapshot(self._url) as snapshot:
            yield from snapshot.people()

    def person(self, owner: str) -> Person | None:
        """As the rows stand now."""
        with open_snapshot(self._url) as snapshot:
            return next(snapshot.people((owner,)), None)

    def origin(self, owner: str) -> str:
        """The row."""
        return f"portfolios.user_id = {owner}"
