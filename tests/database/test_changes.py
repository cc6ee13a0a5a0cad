"""Whose rows a statement wrote stands in the change log, whatever the statement and the writer."""

import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from generator.database import embedded
from generator.database.migrate import MIGRATIONS, migrate
from generator.database.roles import BEACON, PUBLISHER
from generator.source import changes
from tests.conftest import as_role, with_user
from tests.database.log import (
    ADA,
    BOB,
    KEYS,
    LOGGED,
    entries,
    populate,
    position,
    reading,
    row,
    since,
)

SKILL = "INSERT INTO skills (user_id, name, category, level) VALUES (%s, %s, 'tool', 'beginner')"
PROFILE_VALUES = {
    "full_name": "'Ada L.'",
    "username": "'countess'",
    "avatar_url": "'https://images.example/ada'",
    "onboarding_completed": "true",
    "last_seen_at": "now()",
    "plan": "'pro'",
    "created_at": "now()",
    "updated_at": "now()",
}


@pytest.fixture
def people(database: str) -> str:
    """The URL of a database in which Ada and Bob are public."""
    populate(database)
    return database


@pytest.fixture
def app(people: str) -> Iterator[psycopg.Connection]:
    """The app's connection: autocommit, nobody's policies."""
    with psycopg.connect(people, autocommit=True) as connection:
        yield connection


@pytest.fixture
def start(people: str) -> str:
    return position(people)


def key(name: str) -> str:
    return KEYS.get(name, "user_id")


@pytest.mark.parametrize("name", LOGGED)
def test_who_gets_a_row_is_logged(people: str, app: psycopg.Connection, name: str) -> None:
    app.execute(f"DELETE FROM {name} WHERE {key(name)} = %s".encode(), [ADA])
    start = position(people)
    app.execute(*row(name, ADA))
    assert since(people, start) == {ADA: {name}}


@pytest.mark.parametrize("name", [name for name in LOGGED if name != "profiles"])
def test_whose_row_is_updated_is_logged(
    people: str, app: psycopg.Connection, start: str, name: str
) -> None:
    app.execute(f"UPDATE {name} SET created_at = now() WHERE {key(name)} = %s".encode(), [ADA])
    assert since(people, start) == {ADA: {name}}


@pytest.mark.parametrize("name", LOGGED)
def test_whose_row_is_deleted_is_logged(
    people: str, app: psycopg.Connection, start: str, name: str
) -> None:
    app.execute(f"DELETE FROM {name} WHERE {key(name)} = %s".encode(), [ADA])
    # With the project its technologies go, but the project's entry names the owner.
    assert since(people, start) == {ADA: {name}}


@pytest.mark.parametrize("name", LOGGED)
def test_a_row_that_changes_hands_logs_both(
    people: str, app: psycopg.Connection, start: str, name: str
) -> None:
    app.execute(f"DELETE FROM {name} WHERE {key(name)} = %s".encode(), [BOB])
    start = position(people)
    if name == "projects":  # the id stays: an event or a technology may hang on it
        app.execute("UPDATE projects SET user_id = %s WHERE id = %s", [BOB, ADA])
    else:
        app.execute(f"UPDATE {name} SET {key(name)} = %s".encode(), [BOB])
    assert since(people, start) == {ADA: {name}, BOB: {name}}


@pytest.mark.parametrize("name", LOGGED)
def test_an_emptied_table_is_everybodys(
    people: str, app: psycopg.Connection, start: str, name: str
) -> None:
    app.execute(f"TRUNCATE {name} CASCADE".encode())
    found = since(people, start)
    assert set(found) == {None}
    assert name in found[None]


def test_a_truncation_that_cascades_names_every_table(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("TRUNCATE auth.users CASCADE")
    assert since(people, start) == {None: set(LOGGED)}


def test_everybodys_change_comes_first_and_the_others_by_owner(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("DELETE FROM skills")
    app.execute("TRUNCATE experience")
    with reading(people) as connection:
        owners = [change.owner for change in changes.since(connection, start)]
    assert owners == [None, str(ADA), str(BOB)]


def test_who_is_deleted_with_all_they_have_is_logged(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("DELETE FROM auth.users WHERE id = %s", [ADA])
    # Whose the technologies were, nobody can say any more; the project's own entry does.
    assert since(people, start) == {ADA: set(LOGGED) - {"project_tech_stack"}}


def test_many_deleted_at_once_are_all_logged(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("DELETE FROM auth.users")
    assert set(since(people, start)) == {ADA, BOB}


def test_a_statement_that_writes_no_row_logs_nothing(
    people: str, app: psycopg.Connection, start: str
) -> None:
    nobody = "00000000-0000-0000-0000-00000000ffff"
    for name in LOGGED:
        app.execute(f"UPDATE {name} SET {key(name)} = {key(name)} WHERE id = '{nobody}'".encode())
        app.execute(f"DELETE FROM {name} WHERE id = '{nobody}'".encode())
        app.execute(f"INSERT INTO {name} SELECT * FROM {name} WHERE id = '{nobody}'".encode())
    assert since(people, start) == {}


def test_of_a_profile_only_what_a_page_reads_is_logged(
    people: str, app: psycopg.Connection
) -> None:
    granted = {
        name
        for name in PROFILE_VALUES
        if app.execute(
            "SELECT WHERE has_column_privilege(%s, 'profiles', %s, 'SELECT')", [PUBLISHER, name]
        ).rowcount
    }
    logged = set()
    for name, value in PROFILE_VALUES.items():
        start = position(people)
        app.execute(f"UPDATE profiles SET {name} = {value} WHERE id = '{ADA}'".encode())
        if since(people, start):
            logged.add(name)
    assert logged == granted


def test_rows_of_one_owner_are_one_entry(people: str, app: psycopg.Connection) -> None:
    for number in range(50):
        app.execute(SKILL, [ADA, f"skill {number}"])
        app.execute(SKILL, [BOB, f"skill {number}"])
    before = entries(people)
    app.execute("UPDATE skills SET level = 'advanced'")
    assert entries(people) - before <= 4


@pytest.mark.parametrize("name", ["skills", "project_tech_stack"])
def test_every_owner_of_a_statements_rows_is_logged(
    people: str, app: psycopg.Connection, name: str
) -> None:
    others = [uuid.UUID(int=n) for n in range(10, 16)]
    for owner in others:
        app.execute("INSERT INTO auth.users (id) VALUES (%s)", [owner])
        for table in ("portfolios", "projects", name):
            app.execute(*row(table, owner))
    for statement in (f"UPDATE {name} SET created_at = now()", f"DELETE FROM {name}"):
        start = position(people)
        app.execute(statement.encode())
        assert set(since(people, start)) == {ADA, BOB, *others}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "INSERT INTO skills (user_id, name, category, level) SELECT user_id, name, 'tool', "
            f"'advanced' FROM skills WHERE user_id = '{ADA}' "
            "ON CONFLICT (user_id, name) DO UPDATE SET level = 'advanced'",
            {ADA},
        ),
        (
            "INSERT INTO skills (user_id, name, category, level) SELECT user_id, name, 'tool', "
            "'advanced' FROM skills ON CONFLICT DO NOTHING",
            set(),
        ),
        (
            "MERGE INTO skills s USING auth.users u ON s.user_id = u.id "
            f"WHEN MATCHED AND u.id = '{ADA}' THEN DELETE "
            "WHEN MATCHED THEN UPDATE SET level = 'advanced'",
            {ADA, BOB},
        ),
        (
            "MERGE INTO skills s USING auth.users u ON s.user_id = u.id AND s.name = 'C' "
            "WHEN NOT MATCHED THEN INSERT (user_id, name, category, level) "
            "VALUES (u.id, 'C++', 'tool', 'advanced')",
            {ADA, BOB},
        ),
        (
            f"WITH gone AS (DELETE FROM skills WHERE user_id = '{ADA}' RETURNING *) "
            f"UPDATE skills SET level = 'advanced' WHERE user_id = '{BOB}'",
            {ADA, BOB},
        ),
    ],
    ids=["ON CONFLICT UPDATE", "ON CONFLICT NOTHING", "MERGE", "MERGE INSERT", "WITH"],
)
def test_statements_of_several_kinds_in_one_log_all_of_them(
    people: str, app: psycopg.Connection, start: str, statement: str, expected: set[uuid.UUID]
) -> None:
    app.execute(statement.encode())
    assert set(since(people, start)) == expected


def test_copied_rows_are_logged(people: str, app: psycopg.Connection, start: str) -> None:
    with app.cursor().copy("COPY skills (user_id, name, category, level) FROM STDIN") as copy:
        for number, owner in enumerate((ADA, BOB, ADA, BOB)):
            copy.write_row((owner, f"skill {number}", "tool", "beginner"))
    assert since(people, start) == {ADA: {"skills"}, BOB: {"skills"}}


def test_what_is_rolled_back_is_not_logged(people: str, start: str) -> None:
    with psycopg.connect(people) as connection:
        connection.execute(SKILL, [ADA, "Zig"])
        with connection.transaction(force_rollback=True):
            connection.execute("DELETE FROM skills WHERE user_id = %s", [BOB])
    assert since(people, start) == {ADA: {"skills"}}
    start = position(people)
    with psycopg.connect(people) as connection:
        connection.execute("DELETE FROM skills")
        connection.rollback()
    assert since(people, start) == {}


def test_a_write_after_a_savepoint_counts_with_its_transaction(people: str, start: str) -> None:
    with psycopg.connect(people) as connection, connection.transaction():
        with connection.transaction():
            connection.execute(SKILL, [ADA, "Zig"])
        assert since(people, start) == {}
    assert since(people, start) == {ADA: {"skills"}}


def test_the_replication_role_loses_no_change(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("SET session_replication_role = replica")
    app.execute("DELETE FROM skills WHERE user_id = %s", [ADA])
    app.execute("UPDATE profiles SET username = 'robert' WHERE id = %s", [BOB])
    assert since(people, start) == {ADA: {"skills"}, BOB: {"profiles"}}


def test_a_user_of_the_app_logs_through_the_policies(people: str, start: str) -> None:
    with as_role(people, "authenticated", ADA) as connection:
        connection.execute("UPDATE skills SET level = 'advanced'")
        connection.execute("UPDATE project_tech_stack SET tech = 'Rust'")
        connection.execute("UPDATE profiles SET username = 'ada'")
    assert since(people, start) == {ADA: {"skills", "project_tech_stack", "profiles"}}


def test_whose_a_technology_is_is_asked_when_it_is_read(people: str) -> None:
    """The project changes hands, unseen by a transaction that adds a technology and ends later."""
    with psycopg.connect(people) as slow:
        slow.execute("INSERT INTO project_tech_stack (project_id, tech) VALUES (%s, 'C')", [ADA])
        with psycopg.connect(people) as quick:
            quick.execute("UPDATE projects SET user_id = %s WHERE id = %s", [BOB, ADA])
        between = position(people)
    assert since(people, between) == {BOB: {"project_tech_stack"}}


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", BEACON])
def test_the_apps_roles_neither_read_nor_write_the_log(people: str, role: str) -> None:
    with as_role(people, role, ADA) as connection:
        for statement in (
            "SELECT * FROM qwikfolio.changes",
            "INSERT INTO qwikfolio.changes (origin) VALUES ('skills')",
            "SELECT qwikfolio.follow(gen_random_uuid(), pg_current_snapshot(), '')",
            "SELECT qwikfolio.line()",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())


def test_the_publisher_reads_the_log_and_writes_it_by_following_only(people: str) -> None:
    with as_role(people, PUBLISHER) as connection:
        for table in ("changes", "outputs"):
            connection.execute(f"SELECT * FROM qwikfolio.{table}".encode())
        for table in ("changes", "outputs", "horizon"):
            for command in ("DELETE FROM", "TRUNCATE", "INSERT INTO"):
                rest = "DEFAULT VALUES" if command == "INSERT INTO" else ""
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"{command} qwikfolio.{table} {rest}".encode())


@pytest.mark.parametrize(
    "function", ["log_owners", "log_projects", "log_profiles", "log_everybody", "log_profile"]
)
def test_nobody_fills_the_log_through_a_table_of_their_own(people: str, function: str) -> None:
    with as_role(people, "authenticated", ADA) as connection:
        connection.execute("CREATE TEMP TABLE skills (user_id uuid)")
        with pytest.raises(InsufficientPrivilege, match="permission denied"):
            connection.execute(
                "CREATE TRIGGER mine AFTER INSERT ON skills REFERENCING NEW TABLE AS written "
                f"FOR EACH STATEMENT EXECUTE FUNCTION qwikfolio.{function}()".encode()
            )


def test_no_schema_of_the_writers_is_searched(
    people: str, app: psycopg.Connection, start: str
) -> None:
    app.execute("CREATE SCHEMA trap")
    app.execute("CREATE TABLE trap.changes (LIKE qwikfolio.changes)")
    app.execute(
        "CREATE FUNCTION trap.pg_try_advisory_lock(bigint) RETURNS boolean "
        "LANGUAGE plpgsql AS $$ BEGIN RAISE 'caught'; END $$"
    )
    app.execute(
        "CREATE FUNCTION trap.more(integer, integer) RETURNS boolean "
        "LANGUAGE plpgsql AS $$ BEGIN RAISE 'caught'; END $$"
    )
    app.execute(
        "CREATE OPERATOR trap.> (FUNCTION = trap.more, LEFTARG = integer, RIGHTARG = integer)"
    )
    app.execute("SET search_path = trap, public, pg_catalog")
    app.execute("DELETE FROM public.skills WHERE user_id = %s", [ADA])
    assert since(people, start) == {ADA: {"skills"}}


def test_a_change_is_as_old_as_its_commit(people: str, start: str) -> None:
    with psycopg.connect(people) as connection:
        connection.execute(SKILL, [ADA, "Zig"])
        time.sleep(1)
        before_commit = time.monotonic()
    with reading(people) as connection:
        (change,) = changes.since(connection, start)
    assert 0 <= change.age < time.monotonic() - before_commit + 0.5


def test_where_commits_are_not_timed_a_change_is_as_old_as_its_first_write() -> None:
    with tempfile.TemporaryDirectory() as state:
        with (
            embedded.server(Path(state)) as url,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = off")
        with embedded.server(Path(state)) as url:
            migrate(url)
            populate(url)
            start = position(url)
            with psycopg.connect(url) as connection:
                before_write = time.monotonic()
                connection.execute(SKILL, [ADA, "Zig"])
                time.sleep(0.3)
                connection.execute(SKILL, [ADA, "C++"])
            with reading(url) as connection:
                (change,) = changes.since(connection, start)
    assert 0.3 <= change.age < time.monotonic() - before_write + 0.5


def missing(url: str) -> tuple[str, ...]:
    with reading(url) as connection:
        return changes.missing(connection)


def test_after_migrating_nothing_is_missing(people: str) -> None:
    assert missing(people) == ()


@pytest.mark.parametrize("name", LOGGED)
@pytest.mark.parametrize("spoil", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_trigger_that_may_not_fire_is_missing(
    people: str, app: psycopg.Connection, name: str, spoil: str
) -> None:
    app.execute(f"ALTER TABLE {name} {spoil} TRIGGER qwikfolio_log_update".encode())
    assert missing(people) == (name,)
    app.execute("CALL qwikfolio.log_changes()")
    assert missing(people) == ()


def test_a_table_without_triggers_is_missing_and_so_is_none_at_all(
    people: str, app: psycopg.Connection
) -> None:
    app.execute("DROP TRIGGER qwikfolio_log_delete ON skills")
    app.execute("ALTER TABLE education RENAME TO schooling")
    app.execute("CREATE TABLE education (LIKE schooling INCLUDING ALL)")
    app.execute("ALTER TABLE education ENABLE ROW LEVEL SECURITY")
    assert missing(people) == ("education", "skills")


def test_a_table_that_can_be_written_past_its_triggers_is_missing(
    people: str, app: psycopg.Connection
) -> None:
    app.execute("CREATE TABLE old_skills () INHERITS (skills)")
    assert missing(people) == ("skills",)


def test_who_may_make_no_triggers_migrates_all_the_same(
    empty_database: str, tmp_path: Path
) -> None:
    earlier = tmp_path / "migrations"
    earlier.mkdir()
    for path in MIGRATIONS.glob("000[1-5]_*.sql"):
        (earlier / path.name).write_text(path.read_text())
    migrate(empty_database, earlier)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE ROLE keeper LOGIN")
        try:
            connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO keeper")
            connection.execute("ALTER SCHEMA qwikfolio OWNER TO keeper")
            connection.execute("ALTER TABLE qwikfolio.migrations OWNER TO keeper")
            # As an app's own role has them, whose tables refer to its users.
            connection.execute("GRANT USAGE ON SCHEMA auth TO keeper")
            connection.execute("GRANT REFERENCES ON auth.users TO keeper")
            for name in (*LOGGED, "portfolio_analytics"):
                if name != "skills":
                    connection.execute(
                        sql.SQL("ALTER TABLE {} OWNER TO keeper").format(sql.Identifier(name))
                    )
            assert [m.number for m in migrate(with_user(empty_database, "keeper"))][:1] == [6]
            assert missing(empty_database) == ("skills",)
            connection.execute("CALL qwikfolio.log_changes()")
            assert missing(empty_database) == ()
        finally:
            connection.execute("REASSIGN OWNED BY keeper TO CURRENT_USER")
            connection.execute("DROP OWNED BY keeper")
            connection.execute("DROP ROLE keeper")
