"""The only module of the beacon that speaks to PostgreSQL, as `qwikfolio_beacon`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Self
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from generator.beacon.event import Event
from generator.beacon.left_out import LeftOut
from generator.beacon.owners import Owner
from generator.database.connection import connect, connect_async
from generator.database.migrate import require_current
from generator.database.refusal import in_session
from generator.database.roles import BEACON, become, require_policies
from generator.database.statement import Statement, bigints, texts, uuids
from generator.errors import DatabaseError, UnavailableError
from generator.sql import queries

_SQL = queries("generator.beacon", "store.sql")
_CHANNEL = "qwikfolio_changes"
PATIENCE = 0.5
"""Seconds for an answer; a commit takes a few milliseconds."""
_TABLES = ("portfolio_analytics", "portfolios", "profiles", "projects")
_POLL = 5.0  # seconds: a transaction that began before we listened commits without a word
_POLL_UNHEARD = 0.5  # a writer that was looking whether anybody listens took us for another writer

# Classes of SQLSTATE that are about the values of a row: data exceptions, integrity constraints,
# limits of the program (a value too large for an index), and what a trigger raises. All others are
# about the server, and pass.
_OF_THE_ROW = ("22", "23", "54", "P0")
_TIMEOUT = "57014"  # of the session's own statement_timeout


class AwayError(Exception):
    """The database takes nothing now; says why."""


class UnfitError(AwayError):
    """The database answers, and isn't as it should be; says what to do."""


class RefusedError(Exception):
    """The database refuses a batch because of what is in it; says why."""


class Receipt(msgspec.Struct, frozen=True):
    """What became of a batch. Places count from 0."""

    new: int
    """Events that were not there before."""
    unknown: frozenset[int]
    """Places of events about nobody who is public."""
    foreign: frozenset[int]
    """Places of events about a project that isn't theirs."""


class Session:
    """A connection; one query at a time."""

    def __init__(self, connection: psycopg.AsyncConnection[TupleRow], insert: Statement) -> None:
        self._connection = connection
        self._insert = insert

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect as the beacon's role.

        Raises:
            AwayError: The server can't be reached, refuses, or isn't as it should be; says what to
                do.
        """
        try:
            connection = await connect_async(url, application_name="qwikfolio beacon")
        except DatabaseError as error:
            raise _away(error) from None
        try:
            # Once a server answers: a thread that waits for one can't be called off.
            await asyncio.to_thread(_prove, url)
            with _speaking():
                await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(BEACON)))
                await connection.execute(_SQL["session"].encode())
                insert = await Statement.prepare(connection, "store", _SQL["store"])
        except DatabaseError as error:
            await connection.close()
            raise _away(error) from None
        except RefusedError as error:
            await connection.close()
            raise UnfitError(str(error)) from None
        except BaseException:
            await connection.close()
            raise
        return cls(connection, insert)

    async def close(self) -> None:
        """End it, whatever state it is in."""
        with suppress(psycopg.Error):
            await self._connection.close()

    async def store(self, events: Sequence[Event]) -> Receipt:
        """Add events, each once, and commit. Every one has an owner.

        Raises:
            AwayError: The database can't; whether it has is not known.
            RefusedError: An event of these can't be stored; none was.
        """
        values = (
            uuids(event.id for event in events),
            uuids(event.owner for event in events),
            texts(event.type for event in events),
            texts(event.slug for event in events),
            uuids(event.project for event in events),
            texts(event.data for event in events),
            bigints(event.at for event in events),
        )
        try:
            with _speaking():
                role, new, unknown, foreign = await self._insert.row(values, PATIENCE)
        except TimeoutError:
            raise AwayError(f"the database has not answered for {PATIENCE} s") from None
        _require((role or b"").decode())
        return Receipt(int(new or 0), _places(unknown), _places(foreign))

    async def owners(self, slugs: Sequence[str]) -> Mapping[str, Owner]:
        """Who is at these addresses, of those who are public.

        Raises:
            AwayError: The database can't say.
            RefusedError: It can't read one of them.
        """
        found = {}
        for role, slug, owner, projects in await self._fetch("owners", {"slugs": list(slugs)}):
            _require(role)
            if owner is not None:
                found[slug] = Owner(owner, frozenset(projects))
        return found

    async def leave_out(self, counts: Mapping[LeftOut, int]) -> None:
        """Count what was not stored.

        Raises:
            AwayError: The database can't; whether it has is not known.
        """
        values = {
            "owners": [key.owner for key in counts],
            "days": [key.day for key in counts],
            "reasons": [key.reason for key in counts],
            "events": list(counts.values()),
        }
        with _speaking():
            await self._connection.execute(_SQL["leave_out"].encode(), values, prepare=True)

    async def changes(self) -> AsyncIterator[tuple[Sequence[UUID | None], Sequence[str]]]:
        """Whose address or projects may have changed, and the slugs that are theirs now.

        None is everybody, who come first.

        Raises:
            AwayError: The database has gone away.
        """
        ((is_heard,),) = await self._fetch("listen", None)
        with _speaking():
            await self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_CHANNEL)))
        ((position,),) = await self._fetch("position", None)
        yield (None,), ()
        while True:
            with _speaking():
                pause = _POLL if is_heard else _POLL_UNHEARD
                async for _word in self._connection.notifies(timeout=pause, stop_after=1):
                    pass
            if not is_heard:
                ((is_heard,),) = await self._fetch("listen", None)
            values = {"position": position}
            ((position, owners, slugs),) = await self._fetch("changed", values)
            if owners:
                yield owners, slugs

    async def _fetch(self, name: str, values: Mapping[str, Any] | None) -> list[TupleRow]:
        with _speaking():
            found = await self._connection.execute(_SQL[name].encode(), values, prepare=True)
            return await found.fetchall()


@asynccontextmanager
async def open_session(url: str) -> AsyncIterator[Session]:
    """A session that is closed at the end.

    Raises:
        AwayError: As `Session.open`.
    """
    session = await Session.open(url)
    try:
        yield session
    finally:
        await session.close()


class _speaking:  # noqa: N801 - reads as the context manager it is
    """Whatever PostgreSQL says becomes one of our two errors. A class: this is the hot path."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, psycopg.Error):
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            if (error.sqlstate or "").startswith(_OF_THE_ROW):
                raise RefusedError(line) from None
            said = in_session(error, "the database refuses", role=BEACON)
            if isinstance(said, UnavailableError) or isinstance(
                error, psycopg.errors.QueryCanceled
            ):
                raise AwayError(line) from None
            raise UnfitError(str(said)) from None


def _away(error: DatabaseError) -> AwayError:
    """Whether somebody has to do something about it is another kind."""
    return (AwayError if isinstance(error, UnavailableError) else UnfitError)(str(error))


def _places(array: bytes | None) -> frozenset[int]:
    """Those of an array as text, which counts from 1: `{2,7}`."""
    numbers = (array or b"")[1:-1]
    return frozenset(int(number) - 1 for number in numbers.split(b",")) if numbers else frozenset()


def _require(role: str) -> None:
    if role != BEACON:
        raise UnfitError(
            f"the session is the role {role}'s, not {BEACON}'s: connect without a pooler, or "
            "through one in session mode"
        )


def _prove(url: str) -> None:
    """See that the database is migrated and takes rows, and that policies hold for our role.

    Raises:
        DatabaseError: They don't; says what to do.
    """
    connection = connect(url)
    try:
        with connection:
            become(connection, BEACON)
            require_current(connection)
            require_policies(connection, _TABLES)
            if connection.execute("SHOW transaction_read_only").fetchone() == ("on",):
                raise DatabaseError(
                    "the database is read-only",
                    where=connection.info.dbname,
                    fix="name the primary in the URL, not a standby; "
                    "or turn default_transaction_read_only off",
                )
    except psycopg.Error as error:
        raise in_session(error, "the database can't be used", connection, role=BEACON) from None
