"""Whose rows were written since a build last read: the change log of migration 0006.

A build's *position* is the snapshot it read from. The functions below take a connection inside the
transaction of `snapshot.open_snapshot`, as `qwikfolio_publisher`, so what they say is of the very
moment that the rows are read from. Only `follow` writes, on a connection of its own. All raise
`psycopg.Error` where the database refuses or goes away.
"""

from collections.abc import Iterator

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from generator.sql import queries

CHANNEL = "qwikfolio_changes"
"""Where a transaction that logged something notifies, once, when it commits; see `listen`."""
TABLES = (
    "portfolios", "profiles", "skills", "projects", "project_tech_stack", "experience",
    "education", "certifications",
)  # fmt: skip
"""Those that a page reads, in the schema `public`."""

_SQL = queries("generator.source", "changes.sql")
_ROWS_A_FETCH = 1000


class Change(msgspec.Struct, frozen=True):
    """What was written of one person's."""

    owner: str | None
    """`portfolios.user_id`; None for everybody's, when a table was emptied."""
    tables: tuple[str, ...]
    """Which tables, by name, in order."""
    age: float
    """Seconds from the first of the writes (its commit, where the server keeps the time of commits)
    to this reading, by the database's clock."""


def missing(connection: psycopg.Connection[TupleRow]) -> tuple[str, ...]:
    """The tables whose writes the log may not hold; where there are none, it can be trusted."""
    rows = connection.execute(_SQL["missing"], {"tables": list(TABLES)}).fetchall()
    return tuple(name for (name,) in rows)


def position(connection: psycopg.Connection[TupleRow]) -> str:
    """What the transaction sees, for `since` and `follow` of a later one."""
    return _text(connection, "position")


def line(connection: psycopg.Connection[TupleRow]) -> str:
    """Where positions may be compared: the same text means that `since` misses nothing.

    Another server, database, restored state or standby has another line, and so has one whose
    tables, policies or triggers were altered in between.
    """
    return _text(connection, "line")


def registered(connection: psycopg.Connection[TupleRow], output: str) -> tuple[str, str] | None:
    """The position and line that the database remembers of an output, a UUID; None if it doesn't.

    The log is kept from there. Trust it where both are what the output itself remembers: a database
    put back to an earlier state on the same line remembers another position.
    """
    row = connection.execute(_SQL["registered"], {"output": output}).fetchone()
    return (row[0], row[1]) if row else None


def since(connection: psycopg.Connection[TupleRow], position: str) -> Iterator[Change]:
    """Whose rows were committed after `position` and before this transaction's: one an owner.

    By owner, everybody first. Read through a cursor: a million owners take no memory.
    """
    with connection.cursor(name="qwikfolio_since") as cursor:
        cursor.itersize = _ROWS_A_FETCH
        cursor.execute(_SQL["since"], {"position": position})
        for owner, tables, age in cursor:
            yield Change(owner, tuple(tables), age)


def follow(connection: psycopg.Connection[TupleRow], output: str, position: str, line: str) -> bool:
    """Register what an output has read, and let the log forget what every output has.

    A build that reads everything calls it right after it opened its snapshot, so that the log is
    kept from there; one that reads by the log, when it is done. Either passes the position and the
    line of its snapshot, and remembers both itself only when it is done.

    Args:
        connection: Not the build's: one that may write, as `qwikfolio_publisher`.
        output: A UUID of the output's own.
        position: From `position`.
        line: From `line`, in the same transaction.

    Returns:
        False where the log no longer reaches back to the position, or the line is another by now:
        the output is not registered, and its next build has to read everything.
    """
    row = connection.execute(
        _SQL["follow"], {"output": output, "position": position, "line": line}
    ).fetchone()
    return row is not None and bool(row[0])


def listen(connection: psycopg.Connection[TupleRow]) -> None:
    """Have `connection` notified on `CHANNEL` of what is committed from now on, while it lasts.

    Transactions begun before may commit without a word: read once more after a while, too. A
    session of its own, in autocommit: a pooler in transaction mode can't carry notifications. While
    somebody listens, writing transactions commit one after the other, as with every NOTIFY.
    """
    connection.execute(_SQL["listen"])
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))


def _text(connection: psycopg.Connection[TupleRow], name: str) -> str:
    row = connection.execute(_SQL[name]).fetchone()
    if row is None:
        raise AssertionError("a SELECT without FROM gives one row")
    return str(row[0])
