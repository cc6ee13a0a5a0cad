"""Each problem names the table, the column, and the id of the very row.

The columns come from the database's catalogue: each that the publisher may read is spoiled in every
way its type allows, in a row of a person of its own. A new column is spoiled too, or the last test
says that it is not.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg import sql

from generator.model.problem import Problem
from generator.publish import addresses
from generator.publish.manifest import open_manifest
from generator.publish.readings import disputes
from generator.source import rows
from generator.source.bounds import BOUNDS
from generator.source.portfolio import read_person
from generator.source.snapshot import open_snapshot
from tests.conftest import temporary
from tests.security.test_one_row_costs_one_person import REQUIRED
from tests.site import Site

KEYS = {"id", "user_id", "project_id"}
SOUND = {"created_at", "updated_at", "published", "order"}
"""Whatever these hold can be shown, or says nothing on a page."""
ADDRESSES = {("portfolios", "slug"), ("profiles", "username")}
STRUCTS: dict[str, type[msgspec.Struct]] = {
    "portfolios": rows.PersonRow, "profiles": rows.PersonRow, "skills": rows.SkillRow,
    "projects": rows.ProjectRow, "project_tech_stack": rows.TechRow,
    "experience": rows.ExperienceRow, "education": rows.EducationRow,
    "certifications": rows.CertificationRow,
}  # fmt: skip
URL_BOUNDS = {2_048, 262_144}
DEEP = 3_000


class Column(NamedTuple):
    """A column that the publisher may read."""

    table: str
    name: str
    type: str
    required: bool
    choices: bool
    """Whether a CHECK lists what it may hold."""


class Spoilt(NamedTuple):
    """A value that can't be shown as it stands, and whose row it is in."""

    table: str
    column: str
    way: str
    kind: str
    owner: UUID
    row: UUID


def ways(column: Column) -> Iterator[tuple[str, object, str]]:
    """How a column is spoiled: what to call it, the value, and the kind of problem."""
    bound = BOUNDS[column.table].columns.get(column.name)
    struct = STRUCTS[column.table]
    if column.type == "jsonb":
        yield "of the wrong type", "7", "json"
        yield "nested too deep", "[" * DEEP + "]" * DEEP, "json"
        yield "with a number out of range", "[1e400]", "json"
        yield "too large", f'["{"a" * 70_000}"]', "too_large"
    elif column.type == "numeric":
        yield "no number", "NaN", "number"
    elif column.type == "text" and (column.table, column.name) not in ADDRESSES:
        assert bound is not None, column
        yield "too large", "a" * (bound.bytes + 1), "too_large"
        if column.required:
            yield "blank", "\u200b\u200b", ""
        if struct.__annotations__[column.name] is str:
            yield "NULL", None, "schema"
        if bound.bytes in URL_BOUNDS:
            yield "no address", "javascript:alert(1)", "url"
        if column.name.endswith("_date"):
            yield "no date", "soon", "date"
        if column.choices:
            yield "no choice", "nonsense", "choice"


@pytest.fixture(scope="module")
def open_to_all(server: str, template: str) -> Iterator[str]:
    """A database without our checks, which others don't have either."""
    with temporary(server, template) as url:
        yield url


@pytest.fixture(scope="module")
def columns(open_to_all: str) -> list[Column]:
    with psycopg.connect(open_to_all) as connection:
        found = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable = 'NO', EXISTS ("
            "   SELECT FROM pg_constraint"
            "   WHERE conrelid = format('public.%I', table_name)::regclass AND contype = 'c'"
            "   AND pg_get_constraintdef(oid) ~ ('\\(' || column_name || ' = ANY'))"
            " FROM information_schema.column_privileges"
            " JOIN information_schema.columns USING (table_schema, table_name, column_name)"
            " WHERE grantee = 'qwikfolio_publisher' AND table_schema = 'public'"
            " ORDER BY table_name, ordinal_position"
        ).fetchall()
    return [Column(*row) for row in found if row[1] not in KEYS | SOUND]


@pytest.fixture(scope="module")
def spoilt(open_to_all: str, columns: list[Column]) -> list[Spoilt]:
    """Everybody whose rows are spoiled."""
    people = []
    with psycopg.connect(open_to_all, autocommit=True) as connection:
        admit_everything(connection)
        for column in columns:
            for way, value, kind in ways(column):
                owner, row = person_with(connection, column.table)
                connection.execute(
                    sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(
                        sql.Identifier(column.table), sql.Identifier(column.name)
                    ),
                    [value, row],
                )
                people.append(Spoilt(column.table, column.name, way, kind, owner, row))
    return people


@pytest.fixture(scope="module")
def problems(open_to_all: str, spoilt: list[Spoilt]) -> dict[UUID, tuple[Problem, ...]]:
    """What is said of each of them."""
    with open_snapshot(open_to_all) as snapshot:
        return {UUID(it.owner): read_person(it).problems for it in snapshot.people()}


def test_every_column_that_can_be_spoiled_is(columns: list[Column], spoilt: list[Spoilt]) -> None:
    """What is read but can't hold anything unfit: times, the order, and switches."""
    untried = {
        (column.table, column.name, column.type)
        for column in columns
        if (column.table, column.name) not in {(it.table, it.column) for it in spoilt} | ADDRESSES
    }
    assert {type_ for _table, _name, type_ in untried} <= {"boolean"}
    assert len(spoilt) > 100


def test_each_problem_names_the_column_and_its_row(
    spoilt: list[Spoilt], problems: dict[UUID, tuple[Problem, ...]]
) -> None:
    for it in spoilt:
        found = problems[it.owner]
        said = {(p.table, p.column.partition(".")[0], p.row) for p in found}
        assert said == {(it.table, it.column, str(it.row))}, it
        assert not it.kind or {p.kind for p in found} == {it.kind}, it
        assert {p.owner for p in found} == {str(it.owner)}, it
        assert all(p.reason and p.fix for p in found), it


@pytest.mark.parametrize(("table", "column"), sorted(ADDRESSES))
def test_an_address_that_is_none_names_its_row(site: Site, table: str, column: str) -> None:
    user = site.person("ada", username="lovelace")
    site.execute(f"UPDATE {table} SET {column} = '..'")
    with open_snapshot(site.url) as snapshot, open_manifest(site.root / "manifest") as manifest:
        claims = list(map(msgspec.structs.astuple, snapshot.claims()))
        addresses.settle(manifest, claims, (), everybody=True)
        (problem,) = disputes(manifest)
    row = str(user) if table == "profiles" else site.portfolio_of(user)
    assert (problem.table, problem.column, problem.row) == (table, column, row)


def test_a_value_that_the_database_cannot_turn_into_json_is_found(site: Site) -> None:
    """NUL can stand in a column of type `json`, and not in JSONB: the query fails on it."""
    site.execute("DROP VIEW IF EXISTS my_portfolio")
    expected = set()
    with psycopg.connect(site.url, autocommit=True) as connection:
        for table, bounds in BOUNDS.items():
            for column, bound in bounds.columns.items():
                if bound.kind != "json" or column == "settings":  # which the policies read
                    continue
                connection.execute(
                    f"ALTER TABLE {table} ALTER {column} DROP DEFAULT,"
                    f" ALTER {column} TYPE json USING {column}::json"
                )
                owner, row = person_with(connection, table)
                for _time in range(3 if table == "projects" else 0):  # rows that are sound
                    site.insert("projects", user_id=owner, name=str(uuid4()), description="d" * 10)
                connection.execute(
                    f"UPDATE {table} SET {column} = %s WHERE id = %s",
                    ['["\\u0000' + "".join(uuid4().hex for _ in range(90)) + '"]', row],
                )
                expected.add((str(owner), table, column, str(row)))
    with open_snapshot(site.url) as snapshot:
        owners = tuple(owner for owner, *_rest in expected)
        found = [problem for it in snapshot.people(owners) for problem in it.problems]
    assert {(p.owner, p.table, p.column, p.row) for p in found} == expected
    assert {p.kind for p in found} == {"unreadable"}


def test_a_switch_of_another_type_is_located(site: Site) -> None:
    site.execute(
        "ALTER TABLE education ALTER current DROP DEFAULT,"
        " ALTER current TYPE text USING current::text, ALTER current SET DEFAULT 'perhaps'"
    )
    with psycopg.connect(site.url, autocommit=True) as connection:
        _owner, row = person_with(connection, "education")
    with open_snapshot(site.url) as snapshot:
        ((problem,),) = (read_person(person).problems for person in snapshot.people())
    assert (problem.kind, problem.table, problem.column, problem.row) == (
        "schema", "education", "current", str(row),
    )  # fmt: skip
    assert re.search("expected `bool", problem.reason)


def admit_everything(connection: psycopg.Connection) -> None:
    """Other databases have neither our checks nor our indexes, and admit NULL."""
    checks = connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    ).fetchall()
    for table, name in checks:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'text' AND is_nullable = 'NO'"
        " AND table_name = ANY (%s)",
        [list(BOUNDS)],
    ).fetchall():
        connection.execute(f'ALTER TABLE {table} ALTER "{column}" DROP NOT NULL')
    connection.execute("DROP INDEX idx_certifications_issue_date, idx_experience_employment_type")


def person_with(connection: psycopg.Connection, table: str) -> tuple[UUID, UUID]:
    """Somebody public who has a row in the table; its id."""
    user, portfolio, project, row = uuid4(), uuid4(), uuid4(), uuid4()
    connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
    connection.execute("INSERT INTO profiles (id) VALUES (%s) ON CONFLICT DO NOTHING", [user])
    insert(
        connection, "portfolios", id=portfolio, user_id=user, name="Ada", headline="Engineer",
        email="a@example.org", published=True,
    )  # fmt: skip
    if table in {"portfolios", "profiles"}:
        return user, portfolio if table == "portfolios" else user
    owner: dict[str, object] = {"user_id": user}
    if table == "project_tech_stack":
        insert(connection, "projects", id=project, user_id=user, **REQUIRED["projects"])
        owner = {"project_id": project}
    insert(connection, table, id=row, **owner, **REQUIRED[table])
    return user, row


def insert(connection: psycopg.Connection, table: str, **values: object) -> None:
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))
