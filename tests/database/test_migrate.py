"""Migrations apply once, wholly or not at all, and say where they failed."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import TupleRow

from generator.database import embedded
from generator.database.migrate import (
    MIGRATIONS,
    migrate,
    migrations,
    pending,
    require_current,
    statements,
)
from generator.database.roles import BEACON, PUBLISHER, become
from generator.database.rollup import roll_up
from generator.errors import DatabaseError, MigrationError
from generator.stats.query import Request, read
from tests.conftest import as_role, with_database, with_user
from tests.database.document import OURS, TABLES

pytestmark = pytest.mark.slow

USER = uuid.UUID(int=7)

APP = """
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, encrypted_password text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
"""
APP_POLICIES = """
ALTER TABLE portfolios ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone can look" ON portfolios FOR SELECT TO public USING (published);
ALTER TABLE portfolio_analytics ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone can track" ON portfolio_analytics FOR INSERT TO public WITH CHECK (true);
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the migrations, to be spoilt."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def rows(url: str, query: str, *values: object) -> list[TupleRow]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode(), values).fetchall()


def run(url: str, script: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script.encode())


def tables(url: str) -> set[str]:
    found = rows(url, "SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'qwikfolio')")
    return {name for (name,) in found}


def app_tables() -> str:
    """The app's own v1 tables, with names and an event type of its own."""
    text = (MIGRATIONS / "0002_tables.sql").read_text()
    text = text[: text.index("CREATE UNIQUE INDEX")].replace("'project_view'", "'added_experience'")
    return text.replace(
        "slug text,\n    published",
        "slug text CONSTRAINT apps_slug CHECK (slug <> ''),\n    published",
    )


def test_the_second_run_finds_nothing_to_do(empty_database: str) -> None:
    assert [m.number for m in migrate(empty_database)] == [m.number for m in migrations()]
    assert migrate(empty_database) == ()


def test_a_connection_will_do_and_stays_open(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        assert migrate(connection)
        assert pending(connection) == ()


def test_two_runs_at_once_share_the_work(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(migrate, [empty_database] * 4))
    assert sorted(map(len, results)) == [0, 0, 0, len(migrations())]


def test_an_edited_migration_is_refused(empty_database: str, directory: Path) -> None:
    migrate(empty_database, directory)
    path = directory / "0003_triggers.sql"
    path.write_text(path.read_text() + "-- an afterthought\n")
    with pytest.raises(MigrationError, match="edited after it was applied") as raised:
        migrate(empty_database, directory)
    assert raised.value.where == str(path)


def test_a_database_of_a_newer_version_is_refused(empty_database: str, directory: Path) -> None:
    (directory / "9000_future.sql").write_text("CREATE TABLE public.future ();")
    migrate(empty_database, directory)
    with psycopg.connect(empty_database) as connection:
        for check in (migrate, require_current):
            with pytest.raises(MigrationError, match="newer version: 9000_future is unknown here"):
                check(connection)


@pytest.mark.parametrize(
    ("statement", "message", "line"),
    [
        ("CREATE TABLE public.more ();\nSELECT *\nFROM nowhere;", '"nowhere" does not exist', 6),
        ("SELECT 'a;b';\n\n-- why\nSELECT 1/0;", "division by zero", 7),
        ("DO $$ BEGIN\n  RAISE 'no; never';\nEND $$;", "no; never", 4),
        ("CREATE TABLE public.more (", "syntax error", 4),
    ],
)
def test_a_failing_statement_is_named_and_leaves_nothing(
    empty_database: str, directory: Path, statement: str, message: str, line: int
) -> None:
    path = directory / "9000_bad.sql"
    path.write_text(f"-- One comment.\n\nSELECT 1;\n{statement}\n")
    with pytest.raises(MigrationError, match=message) as raised:
        migrate(empty_database, directory)
    assert raised.value.where == f"{path}:{line}"
    assert tables(empty_database) == set()


def test_two_migrations_of_one_number_are_refused(empty_database: str, directory: Path) -> None:
    (directory / "0003_other.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationError, match="no number of its own"):
        migrate(empty_database, directory)


def test_statements_end_where_they_should() -> None:
    text = "a ';' \"x;\"; -- no;\n/* ; */ b $f$ ; $$ ; $f$;\n\n-- end;\n"
    assert [text[start:][: len(found)] for start, found in statements(text)] == [
        "a ';' \"x;\"",
        " -- no;\n/* ; */ b $f$ ; $$ ; $f$",
    ]


def test_a_database_that_lacks_migrations_is_told_what_to_run(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        with pytest.raises(DatabaseError, match="isn't migrated") as raised:
            require_current(connection)
        assert raised.value.fix == "run `qwikfolio db migrate` as the owner of the tables"
        migrate(connection)
        become(connection, PUBLISHER)
        require_current(connection)


def test_a_user_who_may_not_see_the_ledger_is_told_so(database: str) -> None:
    with (
        as_role(database, "anon") as connection,
        pytest.raises(DatabaseError, match="may not read which migrations"),
    ):
        require_current(connection)


@pytest.mark.parametrize("policies", ["", APP_POLICIES])
def test_the_apps_own_database_is_adopted_with_its_rows(empty_database: str, policies: str) -> None:
    run(empty_database, APP + app_tables() + policies)
    run(
        empty_database,
        f"""
        INSERT INTO auth.users (id) VALUES ('{USER}');
        INSERT INTO portfolios (user_id, name, headline, email, published, settings)
            VALUES ('{USER}', 'A', 'B', 'c@d', true, '{{"isPublic": false}}');
        INSERT INTO portfolio_analytics (user_id, event_type) VALUES ('{USER}', 'added_experience');
        """,
    )
    before = rows(empty_database, "SELECT p, a FROM portfolios p, portfolio_analytics a")
    migrate(empty_database)
    assert rows(empty_database, "SELECT p, a FROM portfolios p, portfolio_analytics a") == before
    assert tables(empty_database) == {*TABLES, *OURS, "migrations"}
    assert rows(empty_database, "SELECT 1 FROM pg_constraint WHERE conname = 'apps_slug'")
    with as_role(empty_database, PUBLISHER) as connection:
        assert connection.execute("SELECT name FROM portfolios").fetchall() == [("A",)]


def test_a_table_with_policies_of_the_apps_gets_none_of_ours_for_its_roles(
    empty_database: str,
) -> None:
    run(empty_database, APP + app_tables() + APP_POLICIES)
    migrate(empty_database)
    found = rows(
        empty_database,
        "SELECT policyname FROM pg_policies WHERE tablename = 'portfolios' "
        "AND policyname NOT LIKE 'qwikfolio%%'",
    )
    assert found == [("Anyone can look",)]


def test_tables_from_before_v1_are_refused_by_name(empty_database: str) -> None:
    run(
        empty_database,
        APP
        + app_tables()
        + "ALTER TABLE portfolios DROP slug; ALTER TABLE skills DROP level; DROP TABLE education;",
    )
    with pytest.raises(MigrationError, match=r"lack portfolios\.slug, skills\.level") as raised:
        migrate(empty_database)
    assert "Tables from before v1" in (raised.value.fix or "")
    assert "education" not in tables(empty_database)


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """The URL of a server that has none of the roles yet."""
    with tempfile.TemporaryDirectory() as state, embedded.server(Path(state)) as url:
        yield url


@pytest.fixture(params=["CREATEROLE", "CREATEROLE BYPASSRLS"])
def owner(fresh_server: str, request: pytest.FixtureRequest) -> str:
    """The URL of an owner of a database who is no superuser; the latter is as on Supabase."""
    run(fresh_server, f"CREATE ROLE owner LOGIN {request.param}")
    run(fresh_server, "ALTER DATABASE qwikfolio OWNER TO owner")
    return with_user(fresh_server, "owner")


def test_databases_of_one_server_can_migrate_at_once(fresh_server: str) -> None:
    urls = [with_database(fresh_server, name) for name in ("one", "two", "three")]
    for name in ("one", "two", "three"):
        run(fresh_server, f"CREATE DATABASE {name}")
    with ThreadPoolExecutor(len(urls)) as pool:
        results = list(pool.map(migrate, urls))
    assert [len(applied) for applied in results] == [len(migrations())] * len(urls)


def test_an_owner_who_is_no_superuser_can_migrate(fresh_server: str, owner: str) -> None:
    migrate(owner)
    run(
        owner,
        f"""
        INSERT INTO auth.users (id) VALUES ('{USER}');
        INSERT INTO portfolios (user_id, name, headline, email) VALUES ('{USER}', 'A', 'B', 'c@d');
        """,
    )
    assert rows(owner, "SELECT name FROM portfolios") == [("A",)]
    for role in (PUBLISHER, BEACON):
        with psycopg.connect(owner) as connection:
            become(connection, role)
            assert connection.execute("SELECT user_id FROM portfolios").fetchall() == []
    with as_role(fresh_server, "service_role") as connection:
        assert connection.execute("SELECT name FROM portfolios").fetchall() == [("A",)]


def test_an_owner_who_is_no_superuser_has_events_summed_up_and_reads_the_sums(owner: str) -> None:
    migrate(owner)
    run(
        owner,
        f"""
        INSERT INTO auth.users (id) VALUES ('{USER}');
        INSERT INTO portfolios (user_id, name, headline, email, slug)
            VALUES ('{USER}', 'A', 'B', 'c@d', 'a');
        INSERT INTO portfolio_analytics (user_id, event_type, created_at)
            SELECT '{USER}', 'view', now() - interval '1 day' * n FROM generate_series(1, 50) n;
        """,
    )
    assert roll_up(owner, 40).forgotten == 10
    request = Request(address="a", days=60, fallback=ZoneInfo("UTC"))
    assert read(owner, request).views == 50


@pytest.mark.parametrize("owner", ["CREATEROLE BYPASSRLS"], indirect=True)
def test_on_supabase_what_is_there_stays_untouched(fresh_server: str, owner: str) -> None:
    """`auth` belongs to another role, and the owner has only the rights Supabase gives."""
    run(
        fresh_server,
        APP
        + """
        CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;
        CREATE ROLE supabase_auth_admin;
        ALTER SCHEMA auth OWNER TO supabase_auth_admin;
        ALTER TABLE auth.users OWNER TO supabase_auth_admin;
        ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
        GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role, owner;
        GRANT SELECT, REFERENCES ON auth.users TO owner;
        """,
    )
    catalog = """SELECT a::text FROM pg_attribute a WHERE attrelid = 'auth.users'::regclass
        UNION ALL SELECT p::text FROM pg_proc p WHERE pronamespace = 'auth'::regnamespace
        UNION ALL SELECT n::text FROM pg_namespace n WHERE nspname = 'auth' ORDER BY 1"""
    before = rows(fresh_server, catalog)
    migrate(owner)
    assert migrate(owner) == ()
    assert rows(fresh_server, catalog) == before


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "EUC_JP"])
def test_a_database_that_cannot_hold_every_text_is_refused_by_name(
    server: str, encoding: str
) -> None:
    """To migrate, and to be read if an earlier version migrated it; nothing is written to it."""
    name = f"encoded_in_{encoding.lower()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        )
        try:
            url = with_database(server, name)
            with pytest.raises(DatabaseError) as caught:
                migrate(url)
            assert f"the database's encoding is {encoding}" in str(caught.value)
            assert name in str(caught.value)
            assert "createdb --encoding=UTF8" in str(caught.value)
            assert rows(url, "SELECT FROM pg_namespace WHERE nspname = 'qwikfolio'") == []
            with psycopg.connect(url) as old, pytest.raises(DatabaseError, match=encoding):
                require_current(old)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
