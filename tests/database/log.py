"""Two people with a row in every table, and what the change log says of them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from generator.database.roles import PUBLISHER, become
from generator.source import changes
from generator.source.snapshot import open_snapshot
from tests.database.document import TABLES
from tests.database.test_policies import insert
from tests.present import present

ADA, BOB = (uuid.UUID(int=n) for n in (1, 2))
LOGGED = tuple(name for name in TABLES if name != "portfolio_analytics")
KEYS = {"profiles": "id", "project_tech_stack": "project_id"}

Connection = psycopg.Connection[tuple[object, ...]]
Found = dict[object, set[str]]


def populate(url: str) -> None:
    """Ada and Bob, both public. A project has its owner's id, so one key finds every row."""
    with psycopg.connect(url) as connection:
        for owner in (ADA, BOB):
            connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [owner])
            for name in LOGGED:
                connection.execute(*row(name, owner))


def row(name: str, owner: uuid.UUID) -> tuple[sql.Composed, list[object]]:
    """The statement that inserts a row of a table, with its values."""
    extra: dict[str, object] = {"id": owner} if name == "projects" else {}
    extra |= {"published": True} if name == "portfolios" else {}
    return insert(name, owner, **extra)


@contextmanager
def reading(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A build's connection in its snapshot."""
    with open_snapshot(url) as snapshot:
        yield snapshot._connection


def position(url: str) -> str:
    with reading(url) as connection:
        return changes.position(connection)


def line(url: str) -> str:
    with reading(url) as connection:
        return changes.line(connection)


def since(url: str, start: str) -> Found:
    """What was written of whom since a position, everybody's under None."""
    with reading(url) as connection:
        return found(connection, start)


def found(connection: psycopg.Connection, start: str) -> Found:
    result: Found = {}
    for change in changes.since(connection, start):
        assert change.owner not in result, "an owner came twice"
        result[change.owner and uuid.UUID(change.owner)] = set(change.tables)
    return result


def follow(url: str, output: object, start: str, on: str | None = None) -> bool:
    """Register an output, as a build does: on a connection of its own, as the publisher."""
    on = on or line(url)
    with psycopg.connect(url) as connection:
        become(connection, PUBLISHER)
        return changes.follow(connection, str(output), start, on)


def entries(url: str) -> int:
    """How many the log holds."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM qwikfolio.changes").fetchone()
        count: int = present(found)[0]
        return count
