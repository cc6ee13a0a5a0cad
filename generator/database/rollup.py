"""Summing events up, and forgetting those that are old: migration 0012, called."""

import msgspec
import psycopg
from psycopg.rows import TupleRow

from generator.database.connection import connect
from generator.database.refusal import in_session
from generator.database.roles import BEACON, become

SHORTEST = 40
"""Days that events are kept at least, where they are not kept for ever."""


class Rolled(msgspec.Struct, frozen=True):
    """What was done, and what could not be."""

    days: int
    """Days of portfolios that were counted, or counted anew."""
    forgotten: int
    """Events that were deleted."""
    until: float
    """Events before this are counted, in seconds since 1970; minus infinity: none are."""
    failing: int = 0
    """Days of portfolios that can't be counted; each is tried again after an hour."""
    reason: str | None = None
    """Why the last of these could not be counted."""


def roll_up(url: str, keep_days: int) -> Rolled:
    """Count every hour that has closed, and delete the events that are older than `keep_days`.

    In many short transactions: it may end at any of them, and be called by several at once. Events
    are deleted also where counting fails.

    Args:
        url: A database, by a user who may become `qwikfolio_beacon`.
        keep_days: 0: they are kept for ever.

    Raises:
        DatabaseError: The database can't be reached, lacks the migration, or goes away.
    """
    with connect(url, application_name="qwikfolio rollup") as connection:
        days = forgotten = 0
        try:
            try:
                while (counted := _call(connection, "SELECT qwikfolio.roll_up()")) is not None:
                    days += counted
            finally:
                while keep_days and (
                    deleted := _call(connection, "SELECT qwikfolio.forget_events(%s)", keep_days)
                ):
                    forgotten += deleted
            until, failing, reason = _row(
                connection,
                "SELECT extract(epoch FROM counted_until)::float8, failing, reason "
                "FROM qwikfolio.roll_up_state()",
            )
        except psycopg.Error as error:
            raise in_session(
                error,
                "events could not be summed up",
                connection,
                role=BEACON,
                fix="see that the server is up; nothing is lost, the next time goes on from here",
            ) from error
    return Rolled(days, forgotten, until, failing, reason)


def _call(connection: psycopg.Connection, statement: str, *values: object) -> int | None:
    """The number that a function gives, in a transaction of its own."""
    number: int | None = _row(connection, statement, *values)[0]
    return number


def _row(connection: psycopg.Connection, statement: str, *values: object) -> TupleRow:
    """The only row of a statement, in a transaction of its own."""
    with connection.transaction():
        become(connection, BEACON)
        row = connection.execute(statement.encode(), values).fetchone()
    if row is None:
        raise AssertionError("a function gives a row")
    return row
