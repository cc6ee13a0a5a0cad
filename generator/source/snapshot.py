"""One moment of the database, which everything of a build is read from (DESIGN, rule 1)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import psycopg
from psycopg import IsolationLevel, sql

from generator.database.connection import connect
from generator.database.migrate import require_current
from generator.database.refusal import in_session
from generator.database.roles import PUBLISHER, become, require_policies
from generator.errors import DatabaseError
from generator.model.identity import DatabaseIdentity
from generator.model.problem import Problem
from generator.source import changes
from generator.source.changes import Change
from generator.source.identity import read_identity
from generator.source.measure import excesses, statement
from generator.source.unreadable import unreadable

_TABLES = (
    "portfolios", "profiles", "skills", "projects", "project_tech_stack", "experience",
    "education", "certifications",
)  # fmt: skip
_ROWS_A_FETCH = 100


_PATIENCE = """
-- Compiling the query costs more than it saves when rows are streamed.
SET LOCAL jit TO off;
-- Rendering goes on between two fetches: no server may take the pause for neglect.
SET LOCAL statement_timeout TO 0;
SET LOCAL idle_in_transaction_session_timeout TO 0
"""


class Position(msgspec.Struct, frozen=True):
    """A moment, as a place among a database's changes."""

    line: str
    """Which line of history: positions of two can't be compared."""
    moment: str
    """A `pg_snapshot`."""


class Claim(msgspec.Struct, frozen=True):
    """What a public person would be addressed by."""

    owner: str
    """`portfolios.user_id`."""
    slug: str | None
    username: str | None
    slug_precedence: int | None = None
    """Of those who claim the address, the smallest has it; None where the database lost count."""
    username_precedence: int | None = None
    row: str = ""
    """`portfolios.id`."""


class Person(msgspec.Struct, frozen=True):
    """A public person's rows, undecoded."""

    owner: str
    """`portfolios.user_id`."""
    theme: str
    """`theme.id` of the portfolio as it stands; empty where there is none, or none was read."""
    document: bytes
    """UTF-8 JSON, for `portfolio.read_portfolio`. The same rows give the same bytes."""
    problems: tuple[Problem, ...] = ()
    """Errors, if the rows were not read; the document then holds only them."""
    row: str = ""
    """`portfolios.id`; empty where the rows were not read."""


class Snapshot:
    """The public rows of one moment, read as `qwikfolio_publisher`."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def export(self) -> str:
        """This moment's name, by which other connections may read it while this one lasts."""
        with reading(self._connection):
            row = self._connection.execute("SELECT pg_export_snapshot()").fetchone()
        return row[0] if row else ""

    def identity(self) -> DatabaseIdentity:
        """Which database this is of.

        Raises:
            DatabaseError: It doesn't know: the row that says so is missing.
        """
        with reading(self._connection):
            return read_identity(self._connection)

    def claims(self, owners: tuple[str, ...] | None = None) -> Iterator[Claim]:
        """Every public person's claim to an address, or those of `owners` only, by owner."""
        with reading(self._connection):
            for row in self._stream("claims", owners):
                yield Claim(*row)

    def people(self, owners: tuple[str, ...] | None = None) -> Iterator[Person]:
        """Every public person's rows, or those of `owners` only, by owner.

        With `owners`, a person whose rows the server can't turn into JSON has that as a problem.
        """
        with reading(self._connection):
            yield from self._people(None) if owners is None else self._isolated(owners)

    def missing_triggers(self) -> tuple[str, ...]:
        """Tables whose changes the database does not log, or not all of them."""
        with reading(self._connection):
            return changes.missing(self._connection)

    def position(self) -> Position:
        """Where this moment is among the changes."""
        with reading(self._connection):
            return Position(changes.line(self._connection), changes.position(self._connection))

    def registered(self, output: str) -> Position | None:
        """Up to where the database remembers this output to have read."""
        with reading(self._connection):
            found = changes.registered(self._connection, output)
        return Position(found[1], found[0]) if found else None

    def changes_since(self, position: Position) -> Iterator[Change]:
        """Whose rows changed after a position of the same line, by owner."""
        with reading(self._connection):
            yield from changes.since(self._connection, position.moment)

    def _isolated(self, owners: tuple[str, ...]) -> Iterator[Person]:
        """These people; where the query fails, those that are left are read again, half by half."""
        waiting = [owners]
        while waiting:
            some = waiting.pop()
            given: set[str] = set()
            self._connection.execute("SAVEPOINT qwikfolio_people")
            try:
                for person in self._people(some):
                    given.add(person.owner)
                    yield person
            except psycopg.Error as error:
                left = tuple(owner for owner in some if owner not in given)
                if not left or not _is_of_a_row(error):
                    raise
                self._connection.execute("ROLLBACK TO SAVEPOINT qwikfolio_people")
                if len(left) == 1:
                    yield _unread(left[0], unreadable(self._connection, left[0], error))
                else:
                    waiting += [left[len(left) // 2 :], left[: len(left) // 2]]
            self._connection.execute("RELEASE SAVEPOINT qwikfolio_people")

    def _people(self, owners: tuple[str, ...] | None) -> Iterator[Person]:
        for owner, theme, document, row in self._stream("people", owners):
            if document is not None:
                yield Person(owner, theme, document.encode(), row=row)
            else:
                yield _unread(owner, excesses(self._connection, owner, row))

    def _stream(self, name: str, owners: tuple[str, ...] | None) -> Iterator[tuple[Any, ...]]:
        """Rows of a query through a server-side cursor: memory stays that of one fetch."""
        with self._connection.cursor(name=f"qwikfolio_{name}") as cursor:
            cursor.itersize = _ROWS_A_FETCH
            cursor.execute(statement(name), {"owners": None if owners is None else list(owners)})
            yield from cursor


def _unread(owner: str, problems: tuple[Problem, ...]) -> Person:
    return Person(owner, "", msgspec.json.encode(problems), problems)


def _is_of_a_row(error: psycopg.Error) -> bool:
    """Whether a value is at fault: it can't be converted, is too large or deep, or damaged."""
    state = error.sqlstate or ""
    return state.startswith(("22", "54")) or state in {"XX000", "XX001"}


class Source:
    """A database that portfolios are read from, one moment at a time."""

    def __init__(self, url: str, connection: psycopg.Connection) -> None:
        self.url = url
        self._connection = connection

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Take a snapshot.

        Raises:
            DatabaseError: It goes away, isn't migrated, lacks the role, or guards no rows.
        """
        with self._moment():
            become(self._connection, PUBLISHER)
            self._connection.execute(_PATIENCE)
            require_current(self._connection)
            require_policies(self._connection, _TABLES)
            yield Snapshot(self._connection)

    @contextmanager
    def imported(self, moment: str) -> Iterator[Snapshot]:
        """The snapshot that another connection took, checked and exported.

        Raises:
            DatabaseError: That connection has ended, or this one does.
        """
        with self._moment():
            try:
                self._connection.execute(
                    sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(moment))
                )
            except (psycopg.errors.UndefinedObject, psycopg.errors.InvalidParameterValue) as error:
                raise DatabaseError(
                    "the connection that holds the build's snapshot has ended",
                    fix="see that the server is up, then build again; what was written stays",
                ) from error
            become(self._connection, PUBLISHER)
            self._connection.execute(_PATIENCE)
            yield Snapshot(self._connection)

    def follow(self, output: str, position: Position) -> bool:
        """Tell the database up to where an output has read, so that it may forget those changes.

        Returns:
            False where it doesn't remember that: its log does not reach back so far, it can't be
            written to, as a standby can't, or somebody else holds it. The next build may then have
            to read everybody.

        Raises:
            DatabaseError: It goes away.
        """
        with (
            reading(self._connection),
            suppress(
                psycopg.errors.FeatureNotSupported,  # a standby, asked to write
                psycopg.errors.ReadOnlySqlTransaction,
                psycopg.errors.LockNotAvailable,
            ),
        ):
            self._connection.isolation_level = IsolationLevel.READ_COMMITTED
            self._connection.read_only = False
            with self._connection.transaction():
                become(self._connection, PUBLISHER)
                return changes.follow(self._connection, output, position.moment, position.line)
        return False

    @contextmanager
    def _moment(self) -> Iterator[None]:
        with reading(self._connection):
            self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
            with self._connection.transaction():
                yield


@contextmanager
def open_source(url: str) -> Iterator[Source]:
    """Connect to the database at `url`.

    Raises:
        DatabaseError: It can't be reached.
    """
    with connect(url, autocommit=True) as connection:
        yield Source(url, connection)


@contextmanager
def open_snapshot(url: str) -> Iterator[Snapshot]:
    """Take one snapshot of the database at `url`.

    Raises:
        DatabaseError: It can't be reached, isn't migrated, or lacks the role.
    """
    with open_source(url) as source, source.snapshot() as snapshot:
        yield snapshot


@contextmanager
def reading(connection: psycopg.Connection | None = None) -> Iterator[None]:
    """Whatever PostgreSQL says while it is read becomes an error that says what to do.

    Args:
        connection: Whose user and database are named; None where that says nothing.

    Raises:
        UnavailableError: It went away.
        DatabaseError: It can't be read.
    """
    try:
        yield
    except psycopg.Error as error:
        raise in_session(
            error,
            "the database could not be read",
            connection,
            role=PUBLISHER,
            fix="see that the server is up, then build again; what was written stays",
        ) from error
