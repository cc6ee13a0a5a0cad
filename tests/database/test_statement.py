"""A prepared statement on an event loop: what it carries, and how it fails."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.database.connection import connect_async
from generator.database.statement import Statement, bigints, texts, uuids

_T = TypeVar("_T")
LARGE = 5_000_000  # characters: more than a socket takes at once
ECHO = "SELECT to_jsonb($1::uuid[])::text, to_jsonb($2::text[])::text, to_jsonb($3::bigint[])::text"

storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1)


def with_statement(
    url: str,
    query: str,
    use: Callable[[Statement, psycopg.AsyncConnection], Awaitable[_T]],
) -> _T:
    async def work() -> _T:
        connection = await connect_async(url)
        try:
            return await use(await Statement.prepare(connection, "tried", query), connection)
        finally:
            await connection.close()

    return asyncio.run(work())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.none() | st.uuids(), max_size=5),
    st.lists(storable, max_size=5),
    st.lists(numbers, max_size=5),
)
def test_arrays_arrive_as_they_were_sent(
    server: str, keys: list[UUID | None], words: list[str], counts: list[int]
) -> None:
    values = (uuids(keys), texts(words), bigints(counts))
    row = with_statement(server, ECHO, lambda it, _connection: it.row(values, 5))
    sent = [[None if key is None else str(key) for key in keys], words, counts]
    assert [json.loads(value or b"") for value in row] == sent


def test_more_than_a_socket_takes_at_once_arrives(server: str) -> None:
    row = with_statement(
        server,
        "SELECT length(($1::text[])[1])",
        lambda it, _connection: it.row((texts(["x" * LARGE]),), 20),
    )
    assert row == (b"%d" % LARGE,)


def test_one_follows_another_and_ordinary_queries_in_between(server: str) -> None:
    async def use(
        statement: Statement, connection: psycopg.AsyncConnection
    ) -> list[tuple[bytes | None, ...]]:
        rows = [await statement.row((bigints([1]),), 5)]
        await connection.execute("SELECT 1")
        return [*rows, await statement.row((bigints([2]),), 5)]

    rows = with_statement(server, "SELECT ($1::bigint[])[1], NULL::text", use)
    assert rows == [(b"1", None), (b"2", None)]


def test_what_the_server_refuses_is_its_error_and_the_next_one_goes_on(server: str) -> None:
    async def use(statement: Statement, _connection: psycopg.AsyncConnection) -> bytes | None:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await statement.row((bigints([0]),), 5)
        return (await statement.row((bigints([3]),), 5))[0]

    assert with_statement(server, "SELECT 6 / ($1::bigint[])[1]", use) == b"2"


def test_who_waits_too_long_is_told_in_time(server: str) -> None:
    async def use(statement: Statement, _connection: psycopg.AsyncConnection) -> float:
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await statement.row((), 0.2)
        return time.monotonic() - begun

    assert with_statement(server, "SELECT pg_sleep(20)", use) < 15


def test_a_session_that_is_ended_is_an_error_at_once(server: str) -> None:
    async def use(statement: Statement, connection: psycopg.AsyncConnection) -> None:
        waiting = asyncio.create_task(statement.row((), 20))
        await asyncio.sleep(0.1)
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as other:
            await other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(psycopg.Error):
            await waiting

    begun = time.monotonic()
    with_statement(server, "SELECT pg_sleep(20)", use)
    assert time.monotonic() - begun < 15
