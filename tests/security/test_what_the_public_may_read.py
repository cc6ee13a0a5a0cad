"""What `anon`, and everybody who signs up, may read and write: what a page shows, and one's own."""

import shutil
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from generator.database.migrate import MIGRATIONS, migrate
from tests.conftest import as_role
from tests.database.document import TABLES
from tests.database.test_migrate import APP, app_tables, rows, run

ADA, EVE, DAN = (uuid.UUID(int=n) for n in (1, 2, 3))
"""Ada is public, Dan is a draft, and Eve has signed up."""

PEOPLE = f"""
INSERT INTO auth.users (id) VALUES ('{ADA}'), ('{EVE}'), ('{DAN}');
INSERT INTO profiles (id, full_name, username, avatar_url, plan) VALUES
    ('{ADA}', 'Ada Lovelace', 'ada', 'https://photo.example/ada.jpg', 'pro'),
    ('{DAN}', 'Dan Draft', 'dan', 'https://photo.example/dan.jpg', 'pro');
INSERT INTO profiles (id) VALUES ('{EVE}');
INSERT INTO portfolios (user_id, name, headline, email, phone, published, settings) VALUES
    ('{ADA}', 'Ada', 'Engineer', 'ada@private.example', '+44 1', true,
        '{{"isPublic": true, "showContactForm": false, "contactEmail": "ada@contact.example"}}'),
    ('{DAN}', 'Dan', 'Engineer', 'dan@private.example', '+44 2', false, '{{"isPublic": false}}');
INSERT INTO skills (user_id, name, category, level) VALUES
    ('{ADA}', 'Engines', 'tool', 'advanced'), ('{DAN}', 'Drafts', 'tool', 'advanced');
"""
AS_SUPABASE = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
"""
APP_ACCESS = """
GRANT USAGE ON SCHEMA auth TO anon, authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated;
GRANT SELECT (plan) ON profiles TO PUBLIC;
ALTER TABLE portfolios ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone can look" ON portfolios FOR SELECT USING (published);
ALTER TABLE skills ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone can look" ON skills FOR SELECT USING (EXISTS (
    SELECT FROM portfolios p WHERE p.user_id = skills.user_id AND p.settings ->> 'isPublic' = 'true'
));
"""
ACCESS = """
SELECT relname::text, relacl::text FROM pg_class WHERE relname = ANY (%s)
UNION ALL SELECT attrelid::regclass || '.' || attname, attacl::text FROM pg_attribute
    WHERE attrelid::regclass::text = ANY (%s)
UNION ALL SELECT p.tablename || '.' || p.policyname, p::text FROM pg_policies p
    WHERE policyname NOT LIKE 'qwikfolio%%'
ORDER BY 1
"""
ATTACKERS = [("anon", None), ("authenticated", EVE), ("authenticated", DAN)]
READ = [
    "SELECT phone FROM portfolios",
    "SELECT email FROM portfolios",
    "SELECT settings ->> 'contactEmail' FROM portfolios",
    "SELECT hourly_rate, salary_range FROM portfolios",
    "SELECT profile_photo_url FROM portfolios",
    "SELECT * FROM portfolios",
    "SELECT p FROM portfolios p",
    "SELECT to_jsonb(p) FROM portfolios p",
    "SELECT name FROM portfolios WHERE phone LIKE '+44%'",
    "SELECT name FROM portfolios ORDER BY email",
    "SELECT count(phone) FROM portfolios",
    "SELECT s.name FROM skills s JOIN portfolios p ON p.user_id = s.user_id AND p.email <> ''",
    "COPY portfolios (phone) TO STDOUT",
    "SELECT full_name FROM profiles",
    "SELECT avatar_url FROM profiles",
    "SELECT plan, last_seen_at, created_at, onboarding_completed FROM profiles",
    "SELECT * FROM profiles",
    "SELECT email FROM auth.users",
]
WRITE = [
    "UPDATE profiles SET plan = 'pro'",
    "UPDATE profiles SET created_at = '2001-01-01'",
    "UPDATE profiles SET updated_at = '2001-01-01'",
    "UPDATE profiles SET id = gen_random_uuid()",
    "UPDATE portfolios SET created_at = '2001-01-01'",
    "UPDATE portfolios SET updated_at = '2001-01-01'",
    "UPDATE portfolios SET id = gen_random_uuid()",
    f"UPDATE portfolios SET user_id = '{ADA}'",
    "UPDATE skills SET created_at = '2001-01-01'",
    f"INSERT INTO profiles (id, plan) VALUES ('{EVE}', 'pro') ON CONFLICT (id) DO UPDATE "
    "SET plan = 'pro'",
    "INSERT INTO skills (user_id, name, category, level, created_at) "
    f"VALUES ('{EVE}', 'Time', 'tool', 'advanced', '2001-01-01')",
    "UPDATE my_profile SET plan = 'pro'",
    "UPDATE my_portfolio SET created_at = '2001-01-01'",
    f"INSERT INTO my_profile (id, plan) VALUES ('{EVE}', 'pro')",
    "DELETE FROM my_portfolio",
    "TRUNCATE skills",
    "CREATE TRIGGER mine BEFORE INSERT ON skills FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
]


def allowed(connection: psycopg.Connection[tuple[object, ...]], statements: list[str]) -> list[str]:
    """Which of the statements no missing grant refuses; nothing of them stays."""
    found = []
    for statement in statements:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(statement.encode())
        except InsufficientPrivilege as error:
            if str(error).startswith("permission denied"):
                continue
        found.append(statement)
    return found


def migrate_to(url: str, last: int, folder: Path) -> None:
    """Migrate as a version did that had no migration after `last`."""
    shutil.copytree(MIGRATIONS, folder)
    for path in folder.glob("*.sql"):
        if int(path.name[:4]) > last:
            path.unlink()
    migrate(url, folder)


@pytest.fixture
def people(database: str) -> str:
    """The URL of a migrated database with Ada, Eve and Dan."""
    run(database, PEOPLE)
    return database


@pytest.fixture
def supabase(empty_database: str, template: str) -> str:
    """The same where new tables are granted to everybody by default."""
    run(empty_database, AS_SUPABASE)
    migrate(empty_database)
    run(empty_database, PEOPLE)
    return empty_database


@pytest.fixture
def apps(empty_database: str, template: str) -> str:
    """The URL of a database with the app's own tables, not migrated."""
    run(empty_database, APP + app_tables() + APP_ACCESS)
    return empty_database


@pytest.mark.parametrize("kind", ["people", "supabase"])
def test_no_attacker_reads_what_no_page_shows_nor_writes_what_is_not_theirs(
    request: pytest.FixtureRequest, kind: str
) -> None:
    url = request.getfixturevalue(kind)
    for role, user in ATTACKERS:
        with as_role(url, role, user) as connection:
            assert allowed(connection, READ + WRITE) == [], (role, user)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT * FROM qwikfolio.wide_grants").fetchall() == []


@pytest.mark.parametrize(("role", "user"), ATTACKERS[:2])
def test_what_a_page_shows_can_be_read_of_public_people_only(
    people: str, role: str, user: uuid.UUID | None
) -> None:
    with as_role(people, role, user) as connection:
        found = connection.execute("SELECT name, headline, slug, theme -> 'id' FROM portfolios")
        assert found.fetchall() == [("Ada", "Engineer", None, "emerald")]
        assert connection.execute("SELECT name FROM skills").fetchall() == [("Engines",)]
        names = connection.execute("SELECT id, username FROM profiles WHERE username = 'dan'")
        assert names.fetchall() == [(DAN, "dan")]


def test_owners_read_and_write_their_own_row(people: str) -> None:
    with as_role(people, "authenticated", DAN) as connection:
        connection.execute("UPDATE portfolios SET phone = '+44 3', settings = '{\"a\": 1}'")
        connection.execute("UPDATE profiles SET full_name = 'Daniel', last_seen_at = now()")
        found = connection.execute("SELECT user_id, phone, email, settings FROM my_portfolio")
        assert found.fetchall() == [
            (DAN, "+44 3", "dan@private.example", {"a": 1, "isPublic": False})
        ]
        found = connection.execute("SELECT id, full_name, plan FROM my_profile")
        assert found.fetchall() == [(DAN, "Daniel", "pro")]
        found = connection.execute("UPDATE skills SET level = 'beginner' RETURNING *")
        assert len(found.fetchall()) == 1
    unchanged = rows(people, "SELECT phone FROM portfolios WHERE user_id = %s", ADA)
    assert unchanged == [("+44 1",)]


def test_an_owner_s_view_tells_nobody_else_anything(people: str) -> None:
    with as_role(people, "anon") as connection:
        assert allowed(connection, ["SELECT FROM my_portfolio", "SELECT FROM my_profile"]) == []
    for user in (None, EVE):
        with as_role(people, "authenticated", user) as connection:
            # A condition that fails on somebody's value would tell it; it is asked of no such row.
            for condition in ("1 / (char_length(phone) - 5) = 1", "email::integer = 1"):
                query = f"SELECT user_id FROM my_portfolio WHERE {condition}"
                assert connection.execute(query.encode()).fetchall() == []


def test_a_new_column_is_nobody_s(people: str) -> None:
    run(people, "ALTER TABLE skills ADD COLUMN notes text; ALTER TABLE portfolios ADD age integer")
    for role, user in ATTACKERS:
        with as_role(people, role, user) as connection:
            statements = ["SELECT notes FROM skills", "UPDATE portfolios SET age = 3"]
            assert allowed(connection, statements) == []


@pytest.mark.parametrize("kind", ["people", "supabase"])
def test_nothing_in_our_schema_is_open_to_the_app_s_roles(
    request: pytest.FixtureRequest, kind: str
) -> None:
    found = rows(
        request.getfixturevalue(kind),
        """
        WITH roles (role) AS (VALUES ('anon'), ('authenticated'))
        SELECT role, oid::regclass::text FROM pg_class, roles
        WHERE relnamespace = 'qwikfolio'::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p')
            AND (has_table_privilege(role, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege(role, oid, 'SELECT, INSERT, UPDATE'))
        UNION ALL
        SELECT role, oid::regprocedure::text FROM pg_proc, roles
        WHERE pronamespace = 'qwikfolio'::regnamespace
            AND has_function_privilege(role, oid, 'EXECUTE')
        UNION ALL
        SELECT role, 'schema' FROM roles WHERE has_schema_privilege(role, 'qwikfolio', 'USAGE')
        """,
    )
    assert found == []


@pytest.mark.parametrize("restored", [False, True])
def test_a_database_that_an_older_version_migrated_is_narrowed(
    empty_database: str, template: str, tmp_path: Path, restored: bool
) -> None:
    migrate_to(empty_database, 12, tmp_path / "older")
    run(empty_database, PEOPLE + "REVOKE SELECT ON skills FROM anon")
    if restored:  # the catalog forgets which transaction made a table
        run(empty_database, "ALTER TABLE portfolios RENAME TO p")
        run(empty_database, "ALTER TABLE p RENAME TO portfolios")
    with as_role(empty_database, "anon") as connection:
        assert len(allowed(connection, READ[:2])) == 2
    migrate(empty_database)
    for role, user in ATTACKERS:
        with as_role(empty_database, role, user) as connection:
            assert allowed(connection, READ + WRITE) == [], (role, user)
    with as_role(empty_database, "anon") as connection:
        assert connection.execute("SELECT name FROM portfolios").fetchall() == [("Ada",)]
        # What somebody had revoked is not given back.
        assert allowed(connection, ["SELECT name FROM skills"]) == []


def test_a_database_whose_tables_got_policies_of_the_app_s_meanwhile_is_left_alone(
    empty_database: str, template: str, tmp_path: Path
) -> None:
    migrate_to(empty_database, 12, tmp_path / "older")
    run(empty_database, 'CREATE POLICY "Anyone" ON projects FOR SELECT TO anon USING (true)')
    before = rows(empty_database, ACCESS, list(TABLES), list(TABLES))
    migrate(empty_database)
    assert rows(empty_database, ACCESS, list(TABLES), list(TABLES)) == before


@pytest.mark.parametrize("policies", ["of the app's", "none"])
def test_nothing_is_taken_from_an_app_that_has_its_own_tables(apps: str, policies: str) -> None:
    if policies == "none":
        run(apps, 'DROP POLICY "Anyone can look" ON skills; DROP POLICY "Anyone can look" ON '
            "portfolios")  # fmt: skip
    granted = """
        SELECT grantee::text, table_name, column_name, privilege_type
        FROM information_schema.column_privileges
        WHERE table_schema = 'public' AND grantee IN ('anon', 'authenticated', 'PUBLIC')"""
    before = set(rows(apps, granted))
    migrate(apps)
    assert set(rows(apps, granted)) == before
    assert rows(apps, "SELECT to_regclass('public.my_portfolio')") == [(None,)]
    run(apps, PEOPLE)
    with as_role(apps, "anon") as connection:
        assert connection.execute("SELECT phone FROM portfolios").fetchall() == [("+44 1",)]


def test_each_wide_grant_of_an_app_s_is_listed_with_the_statement_that_mends_it(apps: str) -> None:
    migrate(apps)
    run(apps, PEOPLE)
    wide = {
        (relation, grantee, privilege): (columns, read_by, statement)
        for relation, grantee, privilege, columns, read_by, statement in rows(
            apps, "SELECT * FROM qwikfolio.wide_grants"
        )
    }
    columns, read_by, statement = wide["portfolios", "anon", "SELECT"]
    assert {"phone", "email", "settings"} < set(columns)
    assert '"Anyone can look" on skills' in read_by
    assert statement.startswith("REVOKE SELECT ON public.portfolios FROM anon; GRANT SELECT (id, ")
    assert wide["profiles", "PUBLIC", "SELECT"] == (
        ["plan"], [], "REVOKE SELECT (plan) ON public.profiles FROM PUBLIC;"
    )  # fmt: skip
    assert wide["profiles", "authenticated", "UPDATE"][0] == [
        "id", "plan", "created_at", "updated_at"
    ]  # fmt: skip
    assert wide["portfolio_analytics", "anon", "INSERT"][2] == (
        "REVOKE INSERT ON public.portfolio_analytics FROM anon;"
    )
    assert ("skills", "anon", "TRUNCATE") in wide
    assert ("skills", "authenticated", "DELETE") not in wide

    run(apps, " ".join(statement for _columns, _read_by, statement in wide.values()))
    assert rows(apps, "SELECT * FROM qwikfolio.wide_grants") == []
    views = [statement for statement in WRITE if "my_" in statement]
    for role, user in ATTACKERS:
        with as_role(apps, role, user) as connection:
            statements = [s for s in READ + WRITE if s not in views]
            assert allowed(connection, statements) == [], (role, user)
    with as_role(apps, "anon") as connection:
        assert connection.execute("SELECT name FROM portfolios").fetchall() == [("Ada",)]
