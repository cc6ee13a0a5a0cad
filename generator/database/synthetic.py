"""Synthetic people, by the thousand: for measuring, and for seeing a site that is full.

They are written as COPY text, one table after the other, so memory doesn't grow with their number.
"""

from uuid import UUID

import psycopg
from psycopg import sql

from generator.database.connection import connect
from generator.database.invented import TABLES, user_id
from generator.database.refusal import in_session
from generator.sql import queries

_SQL = queries("generator.database", "seed.sql")
_PEOPLE_A_WRITE = 25  # small enough that PostgreSQL stores some while the next are made up


def add_synthetic(url: str, count: int) -> int:
    """See to it that the database holds the synthetic people 1 to `count`; how many it added.

    A person is public, with 12 skills, 5 projects of 5 technologies each, 3 jobs, 2 degrees and 2
    certificates. Those already there are left alone, and who was deleted from among them stays
    deleted. All in one transaction, with fresh statistics for the planner.

    Raises:
        DatabaseError: The database can't be reached, isn't migrated, or forbids it.
    """
    with connect(url) as connection:
        try:
            with connection.transaction():
                return _add(connection, count)
        except psycopg.Error as error:
            raise in_session(error, "the synthetic people can't be written", connection) from None


def _add(connection: psycopg.Connection, count: int) -> int:
    connection.execute(_SQL["one_at_a_time"])
    last = connection.execute(
        _SQL["last_synthetic"], {"first": UUID(user_id(0)), "last": UUID(user_id(0xFFFF_FFFF))}
    ).fetchone()
    first = int(last[0].hex[-12:-4], 16) + 1 if last else 1
    if count < first:
        return 0
    cursor = connection.cursor()
    for relation, (columns, lines) in TABLES.items():
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(*relation.split(".")),
            sql.SQL(", ").join(map(sql.Identifier, columns.split())),
        )
        with cursor.copy(statement) as copy:
            for start in range(first, count + 1, _PEOPLE_A_WRITE):
                stop = min(start + _PEOPLE_A_WRITE, count + 1)
                copy.write("".join(line for person in range(start, stop) for line in lines(person)))
    for relation in TABLES:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(*relation.split("."))))
    return count - first + 1
