"""The migrated database is what docs/database.md says, no more and no less."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.database.document import OURS, TABLES, section, table
from tests.present import present

CATALOG = {
    "columns": """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum""",
    "constraints": """
        SELECT contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'p') ORDER BY 1, 2""",
    "indexes": """
        SELECT c.relname, regexp_replace(pg_get_indexdef(c.oid), ' ON \\S+ ', ' ON it ')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = %s::regclass ORDER BY 1""",
}


def documented(name: str) -> str:
    """The SQL that builds a table as it is documented, in the schema `documented`."""
    columns = [
        f'"{column}" {kind} {"" if null == "yes" else "NOT NULL"} '
        f"{f'DEFAULT {default}' if default else ''} {constraint}"
        for column, kind, null, default, constraint, _ in table(name, "column")
    ]
    indexes = []
    for index, definition, _ in table(name, "index"):
        if definition.startswith("primary key"):
            columns.append(f"CONSTRAINT {index} {definition}")
            continue
        unique = "UNIQUE" if definition.startswith("unique") else ""
        indexes.append(
            f"CREATE {unique} INDEX IF NOT EXISTS {index} "
            f"ON documented.{name} {definition.removeprefix('unique ')};"
        )
    return f"CREATE TABLE documented.{name} ({', '.join(columns)}); {' '.join(indexes)}"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE SCHEMA documented")
        yield connection


@pytest.mark.parametrize(
    "relation", [f"public.{name}" for name in TABLES] + [f"qwikfolio.{name}" for name in OURS]
)
@pytest.mark.parametrize("aspect", CATALOG)
def test_a_table_is_as_documented(
    connection: psycopg.Connection, relation: str, aspect: str
) -> None:
    name = relation.split(".")[1]
    connection.execute(documented(name).encode())
    found = connection.execute(CATALOG[aspect], [relation]).fetchall()
    assert found == connection.execute(CATALOG[aspect], [f"documented.{name}"]).fetchall()


def test_there_are_no_other_tables(connection: psycopg.Connection) -> None:
    found = connection.execute(
        "SELECT relnamespace::regnamespace::text, relname FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace IN ('public'::regnamespace, 'qwikfolio'::regnamespace)"
    ).fetchall()
    ours = {("qwikfolio", name) for name in (*OURS, "migrations")}
    assert set(found) == {("public", name) for name in TABLES} | ours


def test_row_level_security_is_on_everywhere(connection: psycopg.Connection) -> None:
    found = connection.execute(
        "SELECT relname FROM pg_class "
        "WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {name for (name,) in found} == set(TABLES)


def test_triggers_are_as_documented(connection: psycopg.Connection) -> None:
    written = {
        (trigger, name)
        for trigger, names, _ in table("Triggers", "trigger")
        for name in names.split(", ")
    }
    found = connection.execute(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace "
        "AND tgname LIKE '%qwikfolio%'"
    ).fetchall()
    assert set(found) == written


def test_updated_at_is_kept_wherever_it_exists(connection: psycopg.Connection) -> None:
    with_column = connection.execute(
        "SELECT table_name FROM information_schema.columns NATURAL JOIN information_schema.tables "
        "WHERE table_schema = 'public' AND column_name = 'updated_at' "
        "AND table_type = 'BASE TABLE'"
    ).fetchall()
    touched = next(row for row in table("Triggers", "trigger") if row[0] == "qwikfolio_touch")
    assert {name for (name,) in with_column} == set(touched[1].split(", "))


def test_an_update_sets_updated_at(connection: psycopg.Connection) -> None:
    user = add_person(connection)
    connection.execute("UPDATE portfolios SET updated_at = '2001-01-01' WHERE user_id = %s", [user])
    (recent,) = present(connection.execute("SELECT updated_at = now() FROM portfolios").fetchone())
    assert recent


def test_deleting_a_user_deletes_everything_of_theirs(connection: psycopg.Connection) -> None:
    user = add_person(connection)
    (project,) = present(
        connection.execute(
            "INSERT INTO projects (user_id, name, description) VALUES (%s, 'One', 'Ten letters') "
            "RETURNING id",
            [user],
        ).fetchone()
    )
    connection.execute(
        "INSERT INTO project_tech_stack (project_id, tech) VALUES (%s, 'C')", [project]
    )
    connection.execute(
        "INSERT INTO portfolio_analytics (user_id, event_type, project_id) "
        "VALUES (%s, 'project_view', %s)",
        [user, project],
    )
    connection.execute("DELETE FROM auth.users WHERE id = %s", [user])
    for name in TABLES:
        assert connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() == (0,), name


def test_deleting_a_project_keeps_its_events(connection: psycopg.Connection) -> None:
    user = add_person(connection)
    (project,) = present(
        connection.execute(
            "INSERT INTO projects (user_id, name, description) VALUES (%s, 'One', 'Ten letters') "
            "RETURNING id",
            [user],
        ).fetchone()
    )
    connection.execute(
        "INSERT INTO portfolio_analytics (user_id, event_type, project_id) "
        "VALUES (%s, 'project_view', %s)",
        [user, project],
    )
    connection.execute("DELETE FROM projects")
    assert connection.execute("SELECT user_id, project_id FROM portfolio_analytics").fetchall() == [
        (user, None)
    ]


def test_the_documentation_has_every_role_the_migrations_make(
    connection: psycopg.Connection,
) -> None:
    found = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'qwikfolio%' OR rolname IN "
        "('anon', 'authenticated', 'service_role')"
    ).fetchall()
    assert all(f"`{name}`" in section("Roles") for (name,) in found)


def add_person(connection: psycopg.Connection) -> uuid.UUID:
    user = uuid.uuid4()
    connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
    connection.execute("INSERT INTO profiles (id) VALUES (%s)", [user])
    connection.execute(
        "INSERT INTO portfolios (user_id, name, headline, email) VALUES (%s, 'A', 'B', 'c@d')",
        [user],
    )
    return user
