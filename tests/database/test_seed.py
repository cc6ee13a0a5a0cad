"""The sample people: what their files may say, and that the database then holds it."""

import re
from pathlib import Path

import psycopg
import pytest

from generator.database.samples import MANY, SINGLE
from generator.database.seed import seed
from generator.errors import ContentError, DatabaseError
from tests.site import ROOT
from tests.site import TEST_PEOPLE as SAMPLES

DOCS = ROOT / "docs" / "samples.md"
CONTENT_TABLES = [
    "portfolios", "profiles", "skills", "projects", "project_tech_stack", "experience", "education",
    "certifications", "portfolio_analytics",
]  # fmt: skip

Contents = dict[str, list[tuple[object, ...]]]

GOOD = """\
[user]
email = "eve@example.com"

[profile]
username = "eve"

[portfolio]
name = "Eve"
headline = "Carpenter"
email = "eve@example.com"
slug = "eve"
published = true

[[skills]]
name = "Oak"
category = "tool"
level = "advanced"

[[projects]]
name = "A table"
description = "Four legs, one top."
tech_stack = ["Oak", "Wax"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "eve", GOOD)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, "utf-8")


def ask(url: str, query: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def one(url: str, query: str, *values: object) -> object:
    return ask(url, query, *values)[0][0]


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, and which transaction wrote it where."""
    tables = [f"public.{name}" for name in CONTENT_TABLES] + ["auth.users"]
    return {name: ask(url, f"SELECT xmin, ctid, * FROM {name} ORDER BY id") for name in tables}


def contents(url: str) -> Contents:
    return {name: [row[2:] for row in rows] for name, rows in everything(url).items()}


# The samples we ship


def test_every_sample_becomes_a_person(database: str) -> None:
    report = seed(database, SAMPLES)

    names = tuple(sorted(path.stem for path in SAMPLES.glob("*.toml")))
    assert report.added == names
    assert 12 <= len(names) <= 14
    assert one(database, "SELECT count(*) FROM portfolios") == len(names)


def test_seeding_again_writes_nothing(database: str) -> None:
    first = seed(database, SAMPLES)
    before = everything(database)

    again = seed(database, SAMPLES)

    assert again.unchanged == first.added
    assert (again.added, again.changed, again.removed) == ((), (), 0)
    assert everything(database) == before


def test_two_databases_hold_the_same(database: str, server: str, template: str) -> None:
    seed(database, SAMPLES)
    first = contents(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DELETE FROM auth.users")

    seed(database, SAMPLES)

    def ours(rows: Contents) -> Contents:
        return {name: rows[name] for name in rows if name != "auth.users"}

    assert ours(contents(database)) == ours(first)


def test_the_samples_use_every_column(database: str) -> None:
    seed(database, SAMPLES)

    unused = []
    for table in CONTENT_TABLES:
        columns = ask(
            database,
            """
            SELECT attname, coalesce(pg_get_expr(adbin, adrelid), 'NULL')
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
            """,
            table,
        )
        used = ", ".join(f'bool_or("{name}" IS DISTINCT FROM ({d}))' for name, d in columns)
        (answers,) = ask(database, f"SELECT {used} FROM {table}")
        unused += [f"{table}.{columns[n][0]}" for n, is_used in enumerate(answers) if not is_used]
    assert unused == []


def test_the_samples_use_every_value_that_a_check_lists(database: str) -> None:
    seed(database, SAMPLES)
    checks = ask(
        database,
        """
        SELECT c.conrelid::regclass::text, a.attname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.contype = 'c' AND pg_get_constraintdef(c.oid) LIKE '%%ARRAY[%%'
            AND c.connamespace = 'public'::regnamespace
        """,
    )

    for table, column, definition in checks:
        listed = set(re.findall(r"'(\w+)'::text", str(definition)))
        used = {value for (value,) in ask(database, f'SELECT DISTINCT "{column}" FROM {table}')}
        assert listed <= used, f"{table}.{column}"
    assert len(checks) >= 7


@pytest.mark.parametrize(
    ("guide", "folder"),
    [(DOCS, ROOT / "content" / "portfolios" / "samples"), (SAMPLES / "README.md", SAMPLES)],
)
def test_the_guide_names_every_sample(guide: Path, folder: Path) -> None:
    named = re.findall(r"^\| `(\w+)` \|", guide.read_text("utf-8"), re.MULTILINE)

    assert sorted(named) == sorted(path.stem for path in folder.glob("*.toml"))


def test_the_guide_s_example_is_a_sample(database: str, tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example
    write(tmp_path, "example", example[1])

    assert seed(database, tmp_path).added == ("example",)


# What a file says is what the database holds


def test_the_order_of_the_file_is_the_order_of_creation(database: str, folder: Path) -> None:
    write(folder, "eve", GOOD.replace('"Oak", "Wax"', '"Wax", "Oil", "Oak"'))

    seed(database, folder)

    query = "SELECT tech FROM project_tech_stack ORDER BY created_at, tech"
    assert ask(database, query) == [("Wax",), ("Oil",), ("Oak",)]


def test_a_changed_file_changes_its_rows_and_no_others(database: str, folder: Path) -> None:
    write(folder, "bob", GOOD.replace('"eve"', '"bob"'))
    seed(database, folder)
    before = everything(database)

    write(folder, "eve", GOOD.replace("Carpenter", "Joiner"))
    report = seed(database, folder)

    after = everything(database)
    assert (report.added, report.changed, report.unchanged) == ((), ("eve",), ("bob",))
    assert one(database, "SELECT headline FROM portfolios WHERE slug = 'eve'") == "Joiner"
    differing = {
        table: len(set(map(repr, after[table])) - set(map(repr, before[table]))) for table in after
    }
    assert {table for table, count in differing.items() if count} == {"public.portfolios"}
    assert differing["public.portfolios"] == 1


def test_what_left_the_file_leaves_the_database(database: str, folder: Path) -> None:
    seed(database, folder)

    write(folder, "eve", GOOD[: GOOD.index("[[skills]]")].replace('slug = "eve"\n', ""))
    report = seed(database, folder)

    assert report.changed == ("eve",)
    assert one(database, "SELECT count(*) FROM skills") == 0
    assert one(database, "SELECT count(*) FROM projects") == 0
    assert one(database, "SELECT slug FROM portfolios") is None


def test_a_technology_alone_can_leave(database: str, folder: Path) -> None:
    seed(database, folder)

    write(folder, "eve", GOOD.replace(', "Wax"', ""))

    assert seed(database, folder).changed == ("eve",)
    assert ask(database, "SELECT tech FROM project_tech_stack") == [("Oak",)]


def test_a_person_whose_file_is_gone_is_removed(database: str, folder: Path) -> None:
    write(folder, "bob", GOOD.replace('"eve"', '"bob"'))
    seed(database, folder)

    (folder / "bob.toml").unlink()
    report = seed(database, folder)

    assert (report.removed, report.unchanged) == (1, ("eve",))
    assert ask(database, "SELECT slug FROM portfolios") == [("eve",)]
    assert one(database, "SELECT count(*) FROM auth.users") == 1


def test_others_are_never_touched(database: str, folder: Path) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "WITH u AS (INSERT INTO auth.users (email) VALUES ('real@example.org') RETURNING id)"
            " INSERT INTO portfolios (user_id, name, headline, email, slug)"
            " SELECT id, 'Real', 'Person', 'real@example.org', 'real' FROM u"
        )
    real = "SELECT xmin, * FROM portfolios WHERE slug = 'real'"
    before = ask(database, real)
    seed(database, folder)
    (folder / "eve.toml").unlink()
    seed(database, folder)

    assert ask(database, real) == before


def test_a_visit_to_a_sample_person_stays(database: str, folder: Path) -> None:
    seed(database, folder)
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO portfolio_analytics (user_id, event_type) SELECT user_id, 'view'"
            " FROM portfolios"
        )

    assert seed(database, folder).unchanged == ("eve",)
    assert one(database, "SELECT count(*) FROM portfolio_analytics") == 1


def test_two_people_can_swap_their_addresses(database: str, folder: Path) -> None:
    write(folder, "bob", GOOD.replace('"eve"', '"bob"'))
    seed(database, folder)

    write(folder, "bob", GOOD)
    write(folder, "eve", GOOD.replace('"eve"', '"bob"'))

    assert seed(database, folder).changed == ("bob", "eve")


def test_a_json_column_can_hold_what_toml_can_t_say(database: str, folder: Path) -> None:
    more = "social_links = { json = '[null, null]' }\ntheme = { null = true }\n[portfolio.settings]"
    write(folder, "eve", GOOD.replace("published = true\n", f"published = true\n{more}\na = 0.5\n"))

    seed(database, folder)

    query = "SELECT social_links::text, theme, settings->>'a' FROM portfolios"
    assert ask(database, query) == [("[null, null]", None, "0.5")]


def test_an_event_names_a_project_of_the_file(database: str, folder: Path) -> None:
    event = '[[analytics]]\nevent_type = "project_view"\nproject_id = "A table"\n'
    write(folder, "eve", f"{GOOD}\n{event}")

    seed(database, folder)

    query = "SELECT p.name FROM portfolio_analytics a JOIN projects p ON p.id = a.project_id"
    assert ask(database, query) == [("A table",)]


# A file that can't be used


BAD_FILES = [  # what is replaced in GOOD by what, the line of the error, and words it must say
    ("syntax", 'name = "Eve"', "name = Eve", 8, ["not TOML"]),
    ("unclosed", '"Oak", "Wax"]\n', '"Oak"', 22, ["not TOML"]),
    ("unknown table", "[[skills]]", "[[skill]]", 14, ["skill", "did you mean skills"]),
    ("table for list", "[[skills]]", "[skills]", 14, ["[[skills]]"]),
    ("list for table", "[profile]", "[[profile]]", 4, ["[profile]"]),
    ("no portfolio", "[portfolio]", "[profile.x]", 1, ["[portfolio]"]),
    ("unknown column", "headline", "headlin", 9, ["headlin", "did you mean headline"]),
    ("id", 'slug = "eve"', 'user_id = "eve"', 11, ["no column user_id"]),
    ("wrong type", "published = true", 'published = "true"', 12, ["published", "or false"]),
    ("number for text", 'name = "Oak"', "name = 7", 15, ["skills.name", "quotes"]),
    ("bad json", 'slug = "eve"', "theme = { json = '{' }", 11, ["theme", "not JSON"]),
    ("bad tech", '["Oak", "Wax"]', '"Oak"', 22, ["tech_stack"]),
    ("missing", 'headline = "Carpenter"\n', "", 7, ["headline", "missing"]),
    ("null", '"Carpenter"', "{ null = true }", 7, ["headline", "missing"]),
    ("check", '"advanced"', '"expert"', 17, ["skills.level", "beginner", "expert"]),
    ("too short", 'name = "Oak"', 'name = "C"', 15, ["skills.name", "char_length"]),
    ("unique slug", 'slug = "eve"', 'slug = "taken"', 11, ["portfolios.slug", "taken"]),
    ("unique username", 'username = "eve"', 'username = "taken"', 5, ["profiles.username"]),
    ("twice", '"Oak", "Wax"', '"Oak", "Oak"', 22, ["project_tech_stack.tech", "Oak"]),
    ("overflow", "slug =", "hourly_rate = 1e8\nslug =", 11, ["hourly_rate", "100000000"]),
    ("out of range", "tech_stack", "order = 9876543210\ntech_stack", 19, ["out of range"]),
    ("not finite", "slug =", "hourly_rate = nan\nslug =", 11, ["hourly_rate", "number"]),
    ("NUL", "Carpenter", "Car\\u0000penter", 9, ["headline", "NUL"]),
    ("NUL in JSON", "slug =", "theme = [\"\\u0000\"]\nslug =", 7, ["portfolios", "\\u0000"]),
    ("date", "slug =", "created_at = 2025-01-01T00:00:00\nslug =", 11, ["created_at", "zone"]),
    ("project", "[[skills]]", '[[analytics]]\nevent_type = "view"\nproject_id = "Chair"\n'
     "\n[[skills]]", 16, ["Chair", "A table"]),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_FILES, ids=[bad[0] for bad in BAD_FILES])
def test_a_bad_file_is_refused_at_its_line(
    database: str, folder: Path, bad: tuple[str, str, str, int, list[str]]
) -> None:
    _, old, new, line, words = bad
    write(folder, "a-taken", GOOD.replace('"eve"', '"taken"'))
    assert old in GOOD
    write(folder, "eve", GOOD.replace(old, new, 1))

    with pytest.raises(ContentError) as refusal:
        seed(database, folder)

    assert refusal.value.where == f"{folder / 'eve.toml'}:{line}"
    assert refusal.value.fix
    assert [word for word in words if word not in str(refusal.value)] == []
    assert one(database, "SELECT count(*) FROM auth.users") == 0, "something was left half done"


def test_a_line_is_found_behind_multi_line_text(database: str, folder: Path) -> None:
    bio = 'bio = """\n[[skills]]\nname = 1\n"""\n\n[portfolio.settings]\nname = "not a column"\n\n'
    write(folder, "eve", GOOD.replace("[[skills]]", f"{bio}[[skills]]").replace('"Oak"', "1", 1))

    with pytest.raises(ContentError) as refusal:
        seed(database, folder)

    assert refusal.value.where == f"{folder / 'eve.toml'}:23"


def test_a_file_that_is_not_text_is_refused(database: str, folder: Path) -> None:
    (folder / "eve.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ContentError, match=r"UTF-8"):
        seed(database, folder)


def test_a_missing_folder_is_named(database: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no-such-folder"):
        seed(database, tmp_path / "no-such-folder")


# A database that can't be used


def test_an_unmigrated_database_is_refused(empty_database: str, folder: Path) -> None:
    with pytest.raises(DatabaseError, match="qwikfolio db migrate"):
        seed(empty_database, folder)


def test_a_login_without_rights_is_told_so(database: str, folder: Path) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS seed_nobody")
        connection.execute("CREATE ROLE seed_nobody LOGIN")

    with pytest.raises(DatabaseError) as refusal:
        seed(database.replace("postgres@", "seed_nobody@"), folder)

    assert "auth" in str(refusal.value)
    assert "owner" in str(refusal.value)


def test_a_login_service_may_require_columns_of_its_own(database: str, folder: Path) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE auth.users ADD COLUMN aud text NOT NULL")

    with pytest.raises(ContentError) as refusal:
        seed(database, folder)

    assert refusal.value.where == f"{folder / 'eve.toml'}:1"
    assert "aud" in str(refusal.value)

    write(folder, "eve", GOOD.replace("[user]", '[user]\naud = "authenticated"'))
    assert seed(database, folder).added == ("eve",)


def test_what_a_sign_up_trigger_made_becomes_the_sample_s(database: str, folder: Path) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            """
            CREATE FUNCTION new_user() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO profiles (id, full_name) VALUES (NEW.id, 'New user');
                INSERT INTO portfolios (user_id, name, headline, email)
                VALUES (NEW.id, 'New user', 'Nobody yet', NEW.email);
                RETURN NEW;
            END $$;
            CREATE TRIGGER new_user AFTER INSERT ON auth.users
                FOR EACH ROW EXECUTE FUNCTION new_user();
            """
        )

    seed(database, folder)

    assert ask(database, "SELECT name, slug FROM portfolios") == [("Eve", "eve")]
    assert ask(database, "SELECT full_name, username FROM profiles") == [(None, "eve")]
    assert seed(database, folder).unchanged == ("eve",)


def test_the_tables_a_file_can_name_are_the_database_s(database: str) -> None:
    named = {name.split(".")[1] for name in (*SINGLE.values(), *MANY.values())}

    assert named | {"project_tech_stack"} == {*CONTENT_TABLES, "users"}
