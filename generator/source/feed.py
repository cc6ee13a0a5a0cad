"""Word of what is committed, as PostgreSQL sends it (LISTEN)."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from generator.database.connection import connect
from generator.source import changes
from generator.source.snapshot import reading


class Feed:
    """A connection that listens. What it says is only that there is something to read."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def fileno(self) -> int:
        """The socket, to be waited on.

        Raises:
            DatabaseError: The database has gone away.
        """
        with reading(self._connection):
            return self._connection.fileno()

    def drain(self) -> bool:
        """Take what has arrived; whether anything had.

        Raises:
            DatabaseError: The database has gone away.
        """
        with reading(self._connection):
            return len(list(self._connection.notifies(timeout=0))) > 0


@contextmanager
def open_feed(url: str) -> Iterator[Feed]:
    """Listen to the database at `url`.

    Raises:
        DatabaseError: It can't be reached.
    """
    with connect(url, autocommit=True) as connection:
        with reading(connection):
            changes.listen(connection)
        yield Feed(connection)
