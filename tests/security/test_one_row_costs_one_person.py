"""Whatever a person stores: they alone have no new page, and nobody else's build pays for it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from generator.database.roles import BEACON, PUBLISHER
from generator.source.bounds import BOUNDS, NUMBERS, PERSON
from generator.source.rows import RowError, decode
from generator.source.snapshot import Person, open_snapshot
from tests.conftest import as_role, temporary
from tests.site import ROOT, Site

FIXED_SIZE = {"boolean", "integer", "uuid", "timestamp with time zone"}
ADDRESSES = {("portfolios", "slug"), ("profiles", "username")}
"""Cut short where they are read: `test_a_long_address_is_not_read`."""
COLUMNS = [(table, column) for table, bounds in BOUNDS.items() for column in bounds.columns]
REQUIRED: dict[str, dict[str, object]] = {
    "skills": {"name": "Rust", "category": "language", "level": "advanced"},
    "projects": {"name": "Engine", "description": "It computes, and prints."},
    "project_tech_stack": {"tech": "Rust"},
    "experience": {"company": "Works", "role": "Engineer", "start_date": "2020-01"},
    "education": {"school": "School", "degree": "BSc", "field": "Maths", "start_date": "2010-01"},
    "certifications": {"name": "Paper", "issuer": "Office", "issue_date": "2020-01"},
}
MANY = [table for table, bounds in BOUNDS.items() if bounds.rows > 1]
HUGE_NUMBERS = f"'[{', '.join(['1e131071'] * 9_000)}]'"
"""JSONB of 130 KB whose text is longer than any that PostgreSQL can make."""


def test_every_column_that_is_read_has_a_bound(site: Site) -> None:
    """A new column needs one in `bounds.py`, unless its type has a fixed size."""
    with psycopg.connect(site.url) as connection:
        granted = connection.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges"
            " JOIN information_schema.columns USING (table_schema, table_name, column_name)"
            " WHERE grantee = 'qwikfolio_publisher' AND table_schema = 'public'"
            " AND data_type <> ALL (%s)",
            [list(FIXED_SIZE)],
        ).fetchall()
    assert set(granted) == {*COLUMNS, *ADDRESSES}


@pytest.fixture(scope="module")
def people(server: str, template: str) -> Iterator[dict[tuple[str, str], list[Person]]]:
    """Somebody for each column: read with the column at its bound, then one byte beyond it."""
    with temporary(server, template) as url, psycopg.connect(url, autocommit=True) as connection:
        _admit_everything(connection)
        owners = {}
        for table, column in COLUMNS:
            owners[table, column] = _person_with(connection, table)
        read: dict[tuple[str, str], list[Person]] = {it: [] for it in COLUMNS}
        for excess in (0, 1):
            for (table, column), (_owner, key) in owners.items():
                _fill(connection, table, column, key, BOUNDS[table].columns[column].bytes + excess)
            with open_snapshot(url) as snapshot:
                found = {UUID(person.owner): person for person in snapshot.people()}
            for it, (owner, _key) in owners.items():
                read[it].append(found[owner])
        yield read


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_value_beyond_its_bound_is_named_and_not_read(
    people: dict[tuple[str, str], list[Person]], table: str, column: str
) -> None:
    within, beyond = people[table, column]
    bound = BOUNDS[table].columns[column].bytes
    assert within.problems == ()
    (problem,) = beyond.problems
    assert (problem.level, problem.table, problem.column) == ("error", table, column)
    assert problem.reason == (f"it has {bound + 1:,} bytes, and at most {bound:,} are published")
    assert len(beyond.document) < 1_000


@pytest.mark.parametrize("table", MANY)
def test_rows_beyond_their_number_are_named_and_not_read(site: Site, table: str) -> None:
    most = BOUNDS[table].rows
    with psycopg.connect(site.url, autocommit=True) as connection:
        owner, key = _person_with(connection, table)
        _copies(connection, table, key, most - 1)
        assert _read(site, owner).problems == ()
        _copies(connection, table, key, 1)
    (problem,) = _read(site, owner).problems
    assert (problem.level, problem.table) == ("error", table)
    assert f"has more than {most:,} rows here, the most that are published" in problem.reason


def test_rows_that_are_too_large_together_are_named_and_not_read(site: Site) -> None:
    user = site.person("ada")
    for number in range(PERSON // 60_000 + 1):
        site.insert("projects", user_id=user, name=f"Engine {number}", description="x" * 60_000)
    largest = site.insert("projects", user_id=user, name="Large", description="x" * 60_001)
    (problem,) = _read(site, user).problems
    assert (problem.table, problem.column, problem.row) == ("projects", "description", str(largest))
    assert "more than 524,288 bytes together" in problem.reason


def test_numbers_that_would_be_megabytes_of_text_are_not_written_out(site: Site) -> None:
    """Without a bound the query fails, and with it the page of everybody."""
    ada, bob = site.person("ada"), site.person("bob")
    site.execute(f"UPDATE portfolios SET theme = {HUGE_NUMBERS}::jsonb WHERE user_id = %s", ada)
    (problem,) = _read(site, ada).problems
    assert problem.column == "theme"
    assert problem.reason.startswith(f"it holds more than {NUMBERS} numbers")
    assert _read(site, bob).problems == ()


@pytest.mark.parametrize("number", range(5))
def test_a_row_that_the_database_cannot_give_is_one_persons_error(site: Site, number: int) -> None:
    """A policy of the app's fails on it; wherever among the others the person stands."""
    owners = sorted(site.person(f"p{it}") for it in range(5))
    site.insert("skills", user_id=owners[number], **{**REQUIRED["skills"], "name": "boom"})
    site.execute(
        "CREATE POLICY fails ON skills AS RESTRICTIVE FOR SELECT TO qwikfolio_publisher"
        " USING (1 / (name <> 'boom')::integer = 1)"
    )
    with open_snapshot(site.url) as snapshot:
        read = list(snapshot.people(tuple(map(str, owners))))
    assert [UUID(it.owner) for it in read] == owners
    assert [it.owner for it in read if it.problems] == [str(owners[number])]
    assert "division by zero" in read[number].problems[0].reason


def test_a_long_address_is_not_read(site: Site) -> None:
    """Who has it is found at the username, and told."""
    site.execute("DROP INDEX idx_portfolios_slug, idx_portfolios_slug_unique")
    user = site.person("ada", username="lovelace")
    site.execute("UPDATE portfolios SET slug = repeat('a', 1000000) WHERE user_id = %s", user)
    with open_snapshot(site.url) as snapshot:
        (claim,) = snapshot.claims()
    assert claim.slug == "a" * 512
    site.build()
    assert site.has("lovelace")
    assert "can't be an address: it is longer" in site.problems("portfolios.slug")[0]


def test_a_long_theme_id_is_not_read(site: Site) -> None:
    user = site.person("ada")
    site.execute("UPDATE portfolios SET theme = jsonb_build_object('id', repeat('a', 60000))")
    assert _read(site, user).theme == "a" * 256


def test_a_document_beyond_the_bound_is_not_parsed() -> None:
    """Should the query ever give one."""
    with pytest.raises(RowError, match=f"at most {PERSON:,} are published"):
        decode("owner", b"[" * (PERSON + 1))


def test_a_bio_of_50_megabytes_takes_no_memory(site: Site) -> None:
    """With little memory to be had the others' pages are built, and the reason is told."""
    user = site.person("mallory")
    site.person("ada")
    site.execute("UPDATE portfolios SET bio = repeat('a', 52428800) WHERE user_id = %s", user)
    source = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
from pathlib import Path
import msgspec
from generator import config
from generator.build import Request, build
from tests.site import Notes
settings = config.load(Path(sys.argv[1]), {})
site = msgspec.structs.replace(settings.site, url="https://people.example")
notes = Notes()
report = build(msgspec.structs.replace(settings, site=site), sys.argv[2], Request(), notes)
print(json.dumps([report.failed, report.metrics.peak_memory, [it.reason for it in notes.problems]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", source, site.root, site.url],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.stderr == ""
    failed, peak, reasons = json.loads(done.stdout)
    assert failed == [str(user)]
    assert reasons == ["it has 52,428,800 bytes, and at most 65,536 are published"]
    assert peak < 150 << 20
    assert site.has("ada")


@pytest.mark.parametrize("role", [BEACON, PUBLISHER])
def test_no_large_settings_are_read_to_see_who_is_public(site: Site, role: str) -> None:
    """A draft's would be read for each line of the change log, and for any address asked."""
    user = site.person("mallory", published=False)
    site.execute("ALTER TABLE portfolios DISABLE TRIGGER USER")  # which set `published`, too
    with as_role(site.url, role) as connection:
        for count, public in ((1, 1), (10_000, 0)):
            site.execute(
                "UPDATE portfolios SET settings = jsonb_build_object('isPublic', 'true', 'x',"
                " (SELECT string_agg(md5(n::text), '') FROM generate_series(1, %s) AS n))"
                " WHERE user_id = %s",
                count, user,
            )  # fmt: skip
            found = connection.execute("SELECT count(user_id) FROM portfolios").fetchone()
            assert found == (public,), count


def _read(site: Site, owner: UUID) -> Person:
    with open_snapshot(site.url) as snapshot:
        (person,) = snapshot.people((str(owner),))
    return person


def _admit_everything(connection: psycopg.Connection) -> None:
    """Other databases have neither our checks nor our limits of numbers."""
    checks = connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    ).fetchall()
    for table, name in checks:
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                sql.Identifier(table), sql.Identifier(name)
            )
        )
    for table, column in (
        ("portfolios", "hourly_rate"), ("skills", "years_experience"), ("education", "gpa"),
    ):  # fmt: skip
        connection.execute("DROP VIEW IF EXISTS my_portfolio")  # which has its columns, too
        connection.execute(f"ALTER TABLE {table} ALTER {column} TYPE numeric")
    connection.execute("DROP INDEX idx_certifications_issue_date, idx_experience_employment_type")


def _person_with(connection: psycopg.Connection, table: str) -> tuple[UUID, UUID]:
    """Somebody public, with a row in the table; its key, and for technologies the project's."""
    user, project, row = uuid4(), uuid4(), uuid4()
    connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
    _insert(
        connection, "portfolios", user_id=user, name="Ada", headline="Engineer",
        email="a@example.org", published=True,
    )  # fmt: skip
    if table == "portfolios":
        return user, user
    if table == "profiles":
        connection.execute("INSERT INTO profiles (id) VALUES (%s) ON CONFLICT DO NOTHING", [user])
        return user, user
    owner: dict[str, object] = {"user_id": user}
    if table == "project_tech_stack":
        _insert(connection, "projects", id=project, user_id=user, **REQUIRED["projects"])
        owner = {"project_id": project}
    _insert(connection, table, id=row, **owner, **REQUIRED[table])
    return user, row


def _copies(connection: psycopg.Connection, table: str, key: UUID, count: int) -> None:
    """More rows like the one with this id, which differ in their name only."""
    (name, *others) = REQUIRED[table]
    whose = "project_id" if table == "project_tech_stack" else "user_id"
    columns = ", ".join([whose, *others])
    connection.execute(
        f"INSERT INTO {table} ({columns}, {name})"
        f" SELECT {columns}, {name} || gen_random_uuid() FROM {table}, generate_series(1, %s)"
        " WHERE id = %s",
        [count, key],
    )


def _fill(connection: psycopg.Connection, table: str, column: str, key: UUID, size: int) -> None:
    """Give a column a value of so many bytes."""
    value: object = "a" * size
    if BOUNDS[table].columns[column].kind == "json":
        value = Jsonb("a" * (size - len('""')))
    elif column in {"hourly_rate", "years_experience", "gpa"}:
        value = f"1e{size - 1}"
    name = {"portfolios": "user_id"}.get(table, "id")
    connection.execute(f"UPDATE {table} SET {column} = %s WHERE {name} = %s", [value, key])


def _insert(connection: psycopg.Connection, table: str, **columns: object) -> None:
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))
