"""Figures from the database, everything of one moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from psycopg import IsolationLevel

from generator.database.connection import connect
from generator.database.migrate import require_current
from generator.database.refusal import in_session
from generator.database.roles import STATS, become
from generator.errors import DatabaseError
from generator.model.problem import quote
from generator.sql import queries
from generator.stats.figures import Counted, Figures, Person, figures
from generator.stats.span import Span, zone

_SQL = queries("generator.stats", "stats.sql")
_sums = msgspec.json.Decoder(dict[str, dict[str, int]])


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    address: str
    """Slug or username; a draft's, too."""
    days: int
    """How many, today included."""
    fallback: ZoneInfo
    """The time zone of who has set none."""
    zone: ZoneInfo | None = None
    """The time zone to use, whatever the owner has set."""


def read(url: str, request: Request, now: datetime | None = None) -> Figures:
    """What visitors did on a portfolio, up to today.

    Args:
        url: A database, by a member of `qwikfolio_stats` or by who migrated it.
        request: Of whom, and which days.
        now: Any moment of the last day, with its time zone; None for this one.

    Raises:
        DatabaseError: There is no such portfolio, or the database can't be read.
    """
    with connect(url, application_name="qwikfolio stats") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            _gain_access(connection)
            require_current(connection)
            person = find(connection, request.address)
            its_zone = request.zone or zone(person.timezone) or request.fallback
            today = (now or datetime.now(its_zone)).astimezone(its_zone).date()
            return count(connection, person, Span(today, request.days, its_zone))
        except psycopg.Error as error:
            raise in_session(error, "the figures can't be read", connection, role=STATS) from error


def _gain_access(connection: psycopg.Connection) -> None:
    """Become `qwikfolio_stats`, unless this role may ask as it is.

    Raises:
        DatabaseError: It may not: which grant is missing.
        psycopg.Error: The database refuses, or goes away.
    """
    allowed = connection.execute(_SQL["access"]).fetchone()
    if allowed is not None and not allowed[0]:
        become(connection, STATS)


def count(connection: psycopg.Connection, person: Person, span: Span) -> Figures:
    """The figures of one person, in the transaction of `find`.

    Raises:
        psycopg.Error: The database refuses, or goes away.
    """
    asked = {"owner": person.owner, "starts": list(span.starts)}
    counted = Counted(
        views=connection.execute(_SQL["views"], asked).fetchall(),
        sums=[_sums.decode(text) for (text,) in connection.execute(_SQL["sums"], asked)],
        counts=connection.execute(_SQL["counts"], asked).fetchall(),
        filtered=connection.execute(_SQL["filtered"], asked).fetchall(),
        projects=dict(connection.execute(_SQL["projects"], asked).fetchall()),
    )
    return figures(person, span, counted)


def find(connection: psycopg.Connection, address: str) -> Person:
    """Whose address it is.

    Args:
        connection: In a transaction that sees one moment.
        address: Slug or username.

    Raises:
        DatabaseError: Nobody's.
        psycopg.Error: The database refuses, or goes away.
    """
    # What the command line took from bytes that are no UTF-8 is nobody's.
    known = address.isprintable()
    row = connection.execute(_SQL["person"], {"address": address}).fetchone() if known else None
    if row is None:
        raise DatabaseError(
            f"nobody's portfolio is at {quote(address)}",
            where="portfolios.slug, profiles.username",
            fix="give the last part of the page's address, as in /ada/: its slug, or else the "
            "username, in upper and lower case as it is stored",
        )
    return Person(*row)
