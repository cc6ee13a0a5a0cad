"""A prepared statement that is sent at once, and whose answer is there in the loop's next turn.

By `AsyncConnection.execute` both take several turns, and in each of them a busy loop does whatever
else there is to do: the server waits for it, and then it for the server.
"""

import asyncio
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors, sql
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

_UUID, _TEXT, _BIGINT = 2950, 25, 20  # pg_type.oid
_HEAD = Struct(">iiIii").pack
_LENGTH = Struct(">i").pack
_NUMBER = Struct(">q").pack
_NULL = _LENGTH(-1)


class Statement:
    """One statement of one connection, which nothing else may be asked of meanwhile."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], name: str) -> None:
        """`name`: as it was prepared."""
        self._pgconn = connection.pgconn
        self._name = name.encode()
        self._result: PGresult | None = None

    @classmethod
    async def prepare(
        cls, connection: psycopg.AsyncConnection[Any], name: str, query: str
    ) -> "Statement":
        """Prepare a query with `$1` for a parameter.

        Raises:
            psycopg.Error: The server refuses it, or has gone away.
        """
        head = sql.SQL("PREPARE {} AS ").format(sql.Identifier(name)).as_string(connection)
        await connection.execute((head + query).encode())
        return cls(connection, name)

    async def row(self, values: Sequence[bytes], patience: float) -> tuple[bytes | None, ...]:
        """The first row of its result, as text.

        Args:
            values: The parameters, in PostgreSQL's binary format.
            patience: Seconds to wait; after that the connection is of no use but to be closed.

        Raises:
            TimeoutError: There is no answer so far.
            psycopg.Error: The server refuses, or has gone away.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[PGresult] = loop.create_future()
        socket = self._pgconn.socket
        formats = [Format.BINARY] * len(values)
        self._pgconn.send_query_prepared(self._name, values, param_formats=formats)
        timer = loop.call_later(patience, _fail, answered, TimeoutError())
        loop.add_reader(socket, self._receive, answered)
        try:
            self._flush(loop, socket, answered)
            result = await answered
        finally:
            timer.cancel()
            loop.remove_reader(socket)
            loop.remove_writer(socket)
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result)
        return tuple(result.get_value(0, column) for column in range(result.nfields))

    def _flush(
        self, loop: asyncio.AbstractEventLoop, socket: int, answered: asyncio.Future[PGresult]
    ) -> None:
        """Send what the socket takes; the rest when it takes more."""
        try:
            if self._pgconn.flush():
                loop.add_writer(socket, self._flush, loop, socket, answered)
            else:
                loop.remove_writer(socket)
        except psycopg.Error as error:
            _fail(answered, error)

    def _receive(self, answered: asyncio.Future[PGresult]) -> None:
        """Take what has come, until it is the end of the answer."""
        try:
            self._pgconn.consume_input()
            while not answered.done() and not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is not None:
                    self._result = result
                elif self._result is not None:
                    answered.set_result(self._result)
                    self._result = None
        except psycopg.Error as error:
            _fail(answered, error)


def _fail(answered: asyncio.Future[PGresult], error: Exception) -> None:
    if not answered.done():
        answered.set_exception(error)


def uuids(values: Iterable[UUID | None]) -> bytes:
    """A `uuid[]`, in PostgreSQL's binary format."""
    return _array(_UUID, [None if value is None else value.bytes for value in values])


def texts(values: Iterable[str]) -> bytes:
    """A `text[]`, in PostgreSQL's binary format; the client's encoding is UTF-8."""
    return _array(_TEXT, [value.encode() for value in values])


def bigints(values: Iterable[int]) -> bytes:
    """A `bigint[]`, in PostgreSQL's binary format."""
    return _array(_BIGINT, [_NUMBER(value) for value in values])


def _array(kind: int, items: Sequence[bytes | None]) -> bytes:
    """One dimension, from 1 on, perhaps with NULLs (array_recv)."""
    parts = [_HEAD(1, 1, kind, len(items), 1)]
    for item in items:
        if item is None:
            parts.append(_NULL)
        else:
            parts += (_LENGTH(len(item)), item)
    return b"".join(parts)
