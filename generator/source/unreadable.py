"""Which value of a person it is that PostgreSQL can't turn into JSON."""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg.rows import TupleRow

from generator.model.problem import Problem, quote
from generator.source.bounds import BOUNDS, Bound
from generator.source.measure import about


def unreadable(
    connection: psycopg.Connection[TupleRow], owner: str, error: psycopg.Error
) -> tuple[Problem, ...]:
    """The value that one person's rows could not be read for.

    Each column of each table is read by itself, and then half of its rows, and half of these: a few
    dozen short queries, for somebody whose page can't be built.

    Args:
        connection: Inside the transaction that could not read them, rolled back to before.
        owner: `portfolios.user_id`.
        error: What PostgreSQL said.
    """
    for table in BOUNDS:
        keys, refused = _rows(connection, owner, table)
        if refused:
            # A policy fails, so that no row of the table can be seen.
            column = "project_id" if table == "project_tech_stack" else "user_id"
            column = {"portfolios": "id", "profiles": "id"}.get(table, column)
            reason = _reason("this person's rows here", refused)
            return (_problem(owner, table, column, "", reason),)
        for column in BOUNDS[table].columns:
            if fault := _fault(connection, owner, table, column, keys):
                row, refused = fault
                return (_problem(owner, table, column, row, _reason("it", refused)),)
    return (_problem(owner, "portfolios", "user_id", "", _reason("this person's rows", error)),)


def _problem(owner: str, table: str, column: str, row: str, reason: str) -> Problem:
    return Problem(
        kind="unreadable", level="error", owner=owner, table=table, column=column, row=row,
        reason=reason,
    )  # fmt: skip


def _reason(what: str, error: psycopg.Error) -> str:
    message = quote(error.diag.message_primary or str(error))
    return f"the database can't turn {what} into JSON: {message}"


def _rows(
    connection: psycopg.Connection[TupleRow], owner: str, table: str
) -> tuple[list[str], psycopg.Error | None]:
    """The keys of the person's rows, or why they can't be had."""
    try:
        with connection.transaction():
            found = connection.execute(about("unreadable_rows", table), {"owner": owner})
            return [key for (key,) in found], None
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return [], error


def _fault(
    connection: psycopg.Connection[TupleRow],
    owner: str,
    table: str,
    column: str,
    keys: Sequence[str],
) -> tuple[str, psycopg.Error] | None:
    """The row whose value of a column can't be read, and why."""
    query = about("unreadable_values", table, _as_json(column, BOUNDS[table].columns[column]))
    some = list(keys)
    fault: psycopg.Error | None = None
    while some:
        tried = _refusal(connection, query, {"owner": owner, "keys": some})
        if tried is None:
            return None
        fault = tried
        if len(some) == 1:
            return some[0], fault
        half = some[: len(some) // 2]
        lower = _refusal(connection, query, {"owner": owner, "keys": half})
        some = half if lower else some[len(some) // 2 :]
    return None


def _as_json(column: str, bound: Bound) -> str:
    """A value of x as JSON, as SQL."""
    value = f'x."{column}"'
    if bound.kind == "json":
        return f"(CASE WHEN pg_column_size({value}) <= {bound.bytes} THEN to_jsonb({value}) END)"
    return f"(CASE WHEN octet_length({value}::text) <= {bound.bytes} THEN to_json({value}) END)"


def _refusal(
    connection: psycopg.Connection[TupleRow], query: str, parameters: Mapping[str, object]
) -> psycopg.Error | None:
    try:
        with connection.transaction():
            connection.execute(query, parameters)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return error
    return None
