"""Who may do what, as docs/database.md has it.

The grants as the catalog has them, for every role, table, column and command; and the rows, by
trying every command.
"""

import uuid
from itertools import product

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege, UniqueViolation

from generator.database.roles import BEACON, PUBLISHER, STATS
from tests.conftest import as_role, with_user
from tests.database.document import TABLES, table

ROLES = ("anon", "authenticated", "service_role", PUBLISHER, BEACON, STATS)
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ME, PUBLIC, DRAFT, STRANGER = (uuid.UUID(int=n) for n in (1, 2, 3, 4))
OWNERS = {"mine": ME, "somebody's public": PUBLIC, "somebody's draft": DRAFT}
KEYS = {"profiles": "id", "project_tech_stack": "project_id"}
WRITTEN = {  # a column of each that is updated where anything may be
    "portfolios": "headline",
    "profiles": "username",
    "skills": "level",
    "projects": "role",
    "project_tech_stack": "tech",
    "experience": "company",
    "education": "school",
    "certifications": "issuer",
    "portfolio_analytics": "slug",
}
ROWS = {
    "portfolios": {"name": "A", "headline": "B", "email": "c@d"},
    "profiles": {},
    "skills": {"name": "Go", "category": "tool", "level": "beginner"},
    "projects": {"name": "One", "description": "Ten letters"},
    "project_tech_stack": {"tech": "Go"},
    "experience": {"company": "It", "role": "Us", "start_date": "2020-01"},
    "education": {"school": "It", "degree": "BA", "field": "Us", "start_date": "2020-01"},
    "certifications": {"name": "It", "issuer": "Us", "issue_date": "2020-01"},
    "portfolio_analytics": {"event_type": "view"},
}


def permissions() -> dict[tuple[str, str, str], set[str]]:
    """Whose rows a (table, role, command) reaches, as documented."""
    found = {}
    for names, role, *cells in table("Permissions", "tables"):
        for name, (command, cell) in product(names.split(", "), zip(COMMANDS, cells, strict=True)):
            found[name, role, command] = set(cell.split(", ")) - {"—"}
    return found


PERMISSIONS = permissions()


def column_grants() -> set[tuple[str, str, str, str]]:
    """Each (role, command, table, column) that is documented; all but service_role's."""
    found = {
        (role, command, name, column)
        for name, roles, command, columns in table("Columns", "table")
        for role, column in product(roles.replace("`", "").split(", "), columns.split(", "))
    }
    for name, publisher, beacon in table("Permissions", "table"):
        for role, columns in ((PUBLISHER, publisher), (BEACON, beacon)):
            found |= {
                (role, "SELECT", name, column) for column in filter(None, columns.split(", "))
            }
    return found


def insert(name: str, owner: uuid.UUID, **values: object) -> tuple[sql.Composed, list[object]]:
    row = {KEYS.get(name, "user_id"): owner, **ROWS[name], **values}
    statement = sql.SQL("INSERT INTO public.{} ({}) VALUES ({})").format(
        sql.Identifier(name),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    return statement, list(row.values())


def populate(url: str) -> None:
    """Me, a draft; somebody public; somebody else's draft: one row in every table each."""
    with psycopg.connect(url) as connection:
        for owner in OWNERS.values():
            connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [owner])
            for name in TABLES:
                # A project has its owner's id here, so that one key finds every table's rows.
                extra: dict[str, object] = {"id": owner} if name == "projects" else {}
                extra |= {"published": owner == PUBLIC} if name == "portfolios" else {}
                connection.execute(*insert(name, owner, **extra))


def outcome(connection: psycopg.Connection, name: str, command: str, owner: uuid.UUID) -> str:
    """What becomes of the command on the owner's row; nothing of it stays.

    Returns:
        `a row`, `no row`, `no grant` (42501) or `refused by policy` (42501).
    """
    key = sql.Identifier(KEYS.get(name, "user_id"))
    column = sql.Identifier(WRITTEN[name])
    where = sql.SQL("WHERE {} = {}").format(key, sql.Literal(owner))
    statements = {
        "SELECT": sql.SQL("SELECT {} FROM public.{} {}").format(key, sql.Identifier(name), where),
        "UPDATE": sql.SQL("UPDATE public.{} SET {} = {} {}").format(
            sql.Identifier(name), column, column, where
        ),
        "DELETE": sql.SQL("DELETE FROM public.{} {}").format(sql.Identifier(name), where),
    }
    try:
        with connection.transaction(force_rollback=True):
            if command == "INSERT":
                count = connection.execute(*insert(name, owner)).rowcount
            else:
                count = connection.execute(statements[command]).rowcount
            return "a row" if count == 1 else "no row"
    except InsufficientPrivilege as error:
        missing = str(error).startswith("permission denied")
        return "no grant" if missing else "refused by policy"
    except UniqueViolation:
        return "a row"  # the policies let it through


def reaches(connection: psycopg.Connection, name: str, command: str, owner: uuid.UUID) -> bool:
    return outcome(connection, name, command, owner) == "a row"


def expected(name: str, role: str, command: str, owner: uuid.UUID, token: object) -> str:
    """What `outcome` is, as documented."""
    allowed = PERMISSIONS.get((name, role, command), set())
    if not allowed:
        return "no grant"
    if (
        "all" in allowed
        or ("own" in allowed and owner == token)
        or ("public" in allowed and owner == PUBLIC)
    ):
        return "a row"
    return "refused by policy" if command == "INSERT" else "no row"


@pytest.mark.parametrize(
    ("role", "token"),
    [
        ("anon", None),
        ("authenticated", None),
        ("authenticated", ME),
        ("authenticated", PUBLIC),
        ("authenticated", STRANGER),
        ("service_role", None),
        (PUBLISHER, None),
        (BEACON, None),
        (STATS, None),
    ],
)
def test_each_role_reaches_the_rows_the_documentation_says(
    database: str, role: str, token: uuid.UUID | None
) -> None:
    populate(database)
    surprises = []
    with as_role(database, role, token) as connection:
        for name, command, (whose, owner) in product(TABLES, COMMANDS, OWNERS.items()):
            documented = expected(name, role, command, owner, token)
            found = outcome(connection, name, command, owner)
            if found != documented:
                surprises.append(f"{command} {name}, {whose}: {found}, documented: {documented}")
    assert surprises == []


def test_exactly_the_documented_columns_are_granted(database: str) -> None:
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT role, command, table_name, column_name FROM information_schema.columns, "
            "unnest(%s::text[]) AS role, "
            "unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS command "
            "WHERE table_schema IN ('public', 'auth') AND table_name NOT LIKE 'my\\_%%' "
            "AND has_column_privilege(role, "
            "format('%%I.%%I', table_schema, table_name)::regclass, column_name, command)",
            [[role for role in ROLES if role != "service_role"]],
        ).fetchall()
        every = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = 'portfolio_analytics'"
        ).fetchall()
    adds = {(BEACON, "INSERT", "portfolio_analytics", name) for (name,) in every}
    assert set(found) == column_grants() | adds


def test_nothing_is_granted_on_whole_tables_but_what_is_documented(database: str) -> None:
    """TRUNCATE, which no policy governs, TRIGGER and MAINTAIN are nobody's."""
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT coalesce(grantee::regrole::text, 'PUBLIC'), privilege_type, relname "
            "FROM pg_class, aclexplode(relacl) "
            "WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner"
        ).fetchall()
    documented = {
        (role, command, name)
        for (name, role, command), rows in PERMISSIONS.items()
        if rows
        and (role == "service_role" or command == "DELETE" or role == BEACON)
        and (role, command) != (BEACON, "SELECT")
    }
    views = {("authenticated", "SELECT", "my_portfolio"), ("authenticated", "SELECT", "my_profile")}
    assert set(found) == documented | views


def test_the_documentation_covers_every_role_and_table() -> None:
    assert {(name, role) for name, role, _ in PERMISSIONS} == set(product(TABLES, ROLES))


@pytest.mark.parametrize("name", [name for name in TABLES if name != "portfolio_analytics"])
def test_a_user_cannot_give_a_row_away(database: str, name: str) -> None:
    """No grant lets them; and with one, a policy doesn't."""
    populate(database)
    key = KEYS.get(name, "user_id")
    statement = f"UPDATE public.{name} SET {key} = %s".encode()
    with as_role(database, "authenticated", ME) as connection:
        with pytest.raises(InsufficientPrivilege, match="permission denied"):
            connection.execute(statement, [PUBLIC])
        with psycopg.connect(database) as owner:
            owner.execute(f"GRANT UPDATE ({key}) ON public.{name} TO authenticated".encode())
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            connection.execute(statement, [PUBLIC])


def test_an_event_names_only_a_project_of_the_person_it_is_about(database: str) -> None:
    populate(database)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE portfolios SET published = true WHERE user_id = %s", [ME])
    with as_role(database, BEACON) as connection:
        connection.execute(*insert("portfolio_analytics", PUBLIC, project_id=PUBLIC))
        for stranger in (ME, DRAFT):
            with pytest.raises(InsufficientPrivilege, match="row-level security"):
                connection.execute(*insert("portfolio_analytics", PUBLIC, project_id=stranger))


def test_an_event_is_one_the_page_knows(database: str) -> None:
    populate(database)
    with as_role(database, BEACON) as connection, pytest.raises(CheckViolation):
        connection.execute(*insert("portfolio_analytics", PUBLIC, event_type="purchase"))


@pytest.mark.parametrize("published", [True, False])
def test_public_also_means_a_setting_that_says_so_in_an_older_row(
    database: str, published: bool
) -> None:
    populate(database)
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE portfolios DISABLE TRIGGER a_qwikfolio_visibility")
        connection.execute(
            "UPDATE portfolios SET published = %s, settings = %s WHERE user_id = %s",
            [published, '{"isPublic": "true"}' if not published else '{"isPublic": ""}', DRAFT],
        )
    for role in ("anon", PUBLISHER, BEACON):
        with as_role(database, role) as connection:
            assert reaches(connection, "portfolios", "SELECT", DRAFT), role


@pytest.mark.parametrize("role", [PUBLISHER, BEACON])
def test_no_policy_of_the_app_shows_our_roles_a_draft(database: str, role: str) -> None:
    populate(database)
    with psycopg.connect(database) as connection:
        for name in TABLES:
            connection.execute(f"GRANT SELECT ON {name} TO {role}".encode())
            connection.execute(
                f'CREATE POLICY "everything" ON {name} TO public USING (true)'.encode()
            )
    with as_role(database, role) as connection:
        for name in ("portfolios", "profiles", "projects"):
            assert reaches(connection, name, "SELECT", PUBLIC), name
            assert not reaches(connection, name, "SELECT", DRAFT), name
        assert not reaches(connection, "portfolio_analytics", "INSERT", DRAFT)


def test_a_policy_that_asks_who_the_user_is_does_not_stop_the_publisher(database: str) -> None:
    populate(database)
    with psycopg.connect(database) as connection:
        connection.execute(
            'CREATE POLICY "own" ON portfolios TO public USING (auth.uid() = user_id)'
        )
    with as_role(database, PUBLISHER) as connection:
        assert reaches(connection, "portfolios", "SELECT", PUBLIC)


def test_a_login_with_the_publishers_role_sees_what_the_publisher_sees(database: str) -> None:
    populate(database)
    with psycopg.connect(database) as connection:
        connection.execute(
            "DO $$ BEGIN CREATE ROLE site LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        connection.execute(f"GRANT {PUBLISHER} TO site".encode())
    with psycopg.connect(with_user(database, "site"), autocommit=True) as connection:
        assert reaches(connection, "portfolios", "SELECT", PUBLIC)
        assert not reaches(connection, "portfolios", "SELECT", DRAFT)
        with pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT phone FROM public.portfolios")


def test_the_older_setting_of_a_token_counts_as_well(database: str) -> None:
    populate(database)
    with as_role(database, "authenticated") as connection:
        assert not reaches(connection, "skills", "SELECT", ME)
        connection.execute("SELECT set_config('request.jwt.claim.sub', %s, false)", [str(ME)])
        assert reaches(connection, "skills", "SELECT", ME)
