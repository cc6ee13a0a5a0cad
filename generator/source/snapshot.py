"""One moment of the database, which everything of a build is read from (DESIGN, rule 1)."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psycopg
from psycopg import IsolationLevel

from generator.database.connection import connect
from generator.database.migrate import require_current
from generator.database.roles import PUBLISHER, become, require_policies
from generator.errors import DatabaseError
from generator.sql import queries

_TABLES = (
    "portfolios", "profiles", "skills", "projects", "project_tech_stack", "experience",
    "education", "certifications",
)  # fmt: skip
_ROWS_A_FETCH = 100


class Claim(msgspec.Struct, frozen=True):
    """What a public person would be addressed by."""

    owner: str
    """`portfolios.user_id`."""
    slug: str | None
    username: str | None
    since: str
    """When the portfolio was created, in digits that sort; the elder wins a collision."""


class Person(msgspec.Struct, frozen=True):
    """A public person's rows, undecoded."""

    owner: str
    """`portfolios.user_id`."""
    theme: str
    """`theme.id` of the portfolio as it stands; empty where there is none."""
    document: bytes
    """UTF-8 JSON, for `portfolio.read_portfolio`. The same rows give the same bytes."""


class Snapshot:
    """The public rows of one moment, read as `qwikfolio_publisher`."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._sql = queries("generator.source", "portfolios.sql")

    def claims(self) -> Iterator[Claim]:
        """Every public person's claim to an address, by owner."""
        for row in self._stream("claims"):
            yield Claim(*row)

    def people(self, owners: tuple[str, ...] | None = None) -> Iterator[Person]:
        """Every public person's rows, or those of `owners` only, by owner."""
        for owner, theme, document in self._stream("people", {"owners": owners and list(owners)}):
            yield Person(owner, theme, document.encode())

    def _stream(
        self, name: str, parameters: dict[str, object] | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Rows of a query through a server-side cursor: memory stays that of one fetch."""
        with _reading(), self._connection.cursor(name=f"qwikfolio_{name}") as cursor:
            cursor.itersize = _ROWS_A_FETCH
            cursor.execute(self._sql[name], parameters)
            yield from cursor


@contextmanager
def open_snapshot(url: str) -> Iterator[Snapshot]:
    """Take a snapshot of the database at `url`.

    Raises:
        DatabaseError: It can't be reached, isn't migrated, or lacks the role.
    """
    with connect(url) as connection, _reading():
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        become(connection, PUBLISHER)
        require_current(connection)
        require_policies(connection, _TABLES)
        # Compiling the query costs more than it saves when rows are streamed.
        connection.execute("SET LOCAL jit TO off")
        # Rendering goes on between two fetches: no server may take the pause for neglect.
        connection.execute("SET LOCAL statement_timeout TO 0")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout TO 0")
        yield Snapshot(connection)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise DatabaseError(
            f"the database went away while it was read: {str(error).splitlines()[0]}",
            fix="see that the server is up, then build again; what was written stays",
        ) from error
    except psycopg.Error as error:
        raise DatabaseError(
            f"the database could not be read: {str(error).splitlines()[0]}",
            fix="run `qwikfolio db migrate`, and read as a role that may become "
            "qwikfolio_publisher",
        ) from error
