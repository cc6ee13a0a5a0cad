"""The queries of `portfolios.sql`, and what they say of a person who is beyond the bounds."""

import re
from collections.abc import Iterator, Mapping

import psycopg
from psycopg.rows import TupleRow

from generator.model.problem import Problem
from generator.source.bounds import BOUNDS, NUMBERS, PERSON, Bound
from generator.sql import queries

_ALIASES = {
    "p": "portfolios",
    "u": "profiles",
    "s": "skills",
    "j": "projects",
    "t": "project_tech_stack",
    "e": "experience",
    "d": "education",
    "c": "certifications",
}
_WHOSE = {
    "profiles": "x.id = %(owner)s::uuid",
    "project_tech_stack": (
        "x.project_id IN (SELECT j.id FROM public.projects j WHERE j.user_id = %(owner)s::uuid)"
    ),
}
_PLACE = re.compile(r"\{(\w+)(?: ([\w.]+))?\}")
_ONE_A_PERSON = {"portfolios", "profiles"}
_TOO_MANY_NUMBERS = 2**31 - 1

_SQL = {
    name: re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip()
    for name, text in queries("generator.source", "portfolios.sql").items()
}


def statement(name: str) -> str:
    """A query of `portfolios.sql`, complete."""
    return _complete(_SQL[name], _ALIASES)


def excesses(
    connection: psycopg.Connection[TupleRow], owner: str, portfolio: str
) -> tuple[Problem, ...]:
    """What keeps a person's rows from being published: at least one problem.

    Args:
        connection: Inside the transaction that found them beyond the bounds.
        owner: `portfolios.user_id`.
        portfolio: `portfolios.id`.
    """
    found = [problem for table in BOUNDS for problem in _excesses(connection, owner, table)]
    return tuple(found) or (_too_much(connection, owner, portfolio),)


def _too_much(connection: psycopg.Connection[TupleRow], owner: str, portfolio: str) -> Problem:
    """The excess of all rows together, told of the largest value."""
    largest = (0, "portfolios", "user_id", portfolio)
    for table, bounds in BOUNDS.items():
        for row, sizes in connection.execute(about("largest", table), {"owner": owner}):
            values = zip(sizes, bounds.columns, strict=True)
            largest = max(largest, *((size or 0, table, column, row) for size, column in values))
    size, table, column, row = largest
    reason = (
        f"this person's rows have more than {PERSON:,} bytes together, the most that is "
        f"published; this value is the largest, with {size:,}"
    )
    return Problem(
        kind="too_much", level="error", owner=owner, table=table, column=column, row=row,
        reason=reason,
    )  # fmt: skip


def _excesses(
    connection: psycopg.Connection[TupleRow], owner: str, table: str
) -> Iterator[Problem]:
    of_projects = table == "project_tech_stack"
    most = BOUNDS[table].rows
    if table not in _ONE_A_PERSON:
        name = "crowded_projects" if of_projects else "crowded"
        crowded = connection.execute(about(name, table), {"owner": owner}).fetchall()
        for (project,) in crowded:  # of which no single row is at fault
            whose = f"the project {project}" if of_projects else "this person"
            yield Problem(
                kind="too_many", level="error", owner=owner, table=table,
                column="project_id" if of_projects else "user_id",
                reason=f"{whose} has more than {most:,} rows here, the most that are published",
            )  # fmt: skip
        if crowded:
            return  # as many rows may be large
    for row, sizes in connection.execute(about("oversize", table), {"owner": owner}):
        for (column, bound), size in zip(BOUNDS[table].columns.items(), sizes, strict=True):
            if size is not None and size > bound.bytes:
                yield Problem(
                    kind="too_large", level="error", owner=owner, table=table, column=column,
                    row=row, reason=_reason(size, bound),
                )  # fmt: skip


def _reason(size: int, bound: Bound) -> str:
    if size == _TOO_MANY_NUMBERS:
        return f"it holds more than {NUMBERS} numbers, the most that are published"
    return f"it has {size:,} bytes, and at most {bound.bytes:,} are published"


def about(name: str, table: str, value: str = "") -> str:
    """A query about one person's rows of a table, which it calls x, and perhaps one value."""
    text = (
        _SQL[name]
        .replace("{table}", table)
        .replace("{key}", "x.id")
        .replace("{value}", value)
        .replace("{whose}", _WHOSE.get(table, "x.user_id = %(owner)s::uuid"))
    )
    return _complete(text, {"x": table, "j": "projects"})


def _complete(text: str, aliases: Mapping[str, str]) -> str:
    """Replace what stands in braces, as the head of `portfolios.sql` says."""

    def part(match: re.Match[str]) -> str:
        name, subject = match[1], match[2] or ""
        match name:
            case "moment":
                return f"({_SQL['moment'].replace('{value}', subject).strip()})"
            case "most":
                return str(BOUNDS[aliases[subject]].rows)
            case "sizes":
                return ", ".join(size for size, _bound in _sizes(subject, aliases[subject]))
            case "fits":
                return f"(({' AND '.join(_within(subject, aliases[subject]))}) IS NOT FALSE)"
            case "person":
                return str(PERSON)
        raise ValueError(f"portfolios.sql has an unknown {match[0]}")

    return _PLACE.sub(part, text)


def _within(alias: str, table: str) -> Iterator[str]:
    """Whether each value is within its bound, as SQL; small JSONB needs one look."""
    for (column, bound), (size, most) in zip(
        BOUNDS[table].columns.items(), _sizes(alias, table), strict=True
    ):
        is_small = f'pg_column_size({alias}."{column}") <= 250 OR ' if bound.kind == "json" else ""
        yield f"({is_small}{size} <= {most})"


def _sizes(alias: str, table: str) -> Iterator[tuple[str, int]]:
    """The size of each value, as SQL, and its bound."""
    for column, bound in BOUNDS[table].columns.items():
        size = (
            _SQL[f"{bound.kind}_size"]
            .replace("{value}", f'{alias}."{column}"')
            .replace("{bound}", str(bound.bytes))
            .replace("{numbers}", str(NUMBERS))
            .replace("{too_many_numbers}", str(_TOO_MANY_NUMBERS))
        )
        yield f"({size})", bound.bytes
