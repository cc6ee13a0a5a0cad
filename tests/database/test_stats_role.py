"""What the role of figures may do, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from generator.database.roles import STATS
from generator.errors import DatabaseError
from generator.stats.figures import Figures
from generator.stats.query import Request, read
from tests.conftest import as_role
from tests.database.document import OURS, TABLES
from tests.database.test_refusals import login
from tests.site import Site
from tests.stats.test_query import UTC_ZONE

FUNCTIONS = {
    "stats_person": ("'ada'",),
    "stats_views": ("gen_random_uuid()", "ARRAY[now(), now()]"),
    "stats_sums": ("gen_random_uuid()", "ARRAY[now(), now()]"),
    "stats_counts": ("gen_random_uuid()", "ARRAY[now(), now()]"),
    "stats_filtered": ("gen_random_uuid()", "ARRAY[now(), now()]"),
    "stats_projects": ("gen_random_uuid()",),
}
EACH = tuple(f"SELECT * FROM qwikfolio.{name}({', '.join(of)})" for name, of in FUNCTIONS.items())


@pytest.fixture
def visited(site: Site) -> Site:
    """Ada, who is a draft, has been looked at once."""
    ada = site.person("ada", published=False)
    site.insert(
        "portfolio_analytics", user_id=ada, event_type="view", event_data={"visitor": "a"},
        created_at=datetime.now(UTC),
    )  # fmt: skip
    return site


@pytest.fixture
def stats(database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with as_role(database, STATS) as connection:
        yield connection


def figures(url: str) -> Figures:
    return read(url, Request(address="ada", days=3, fallback=UTC_ZONE))


def test_it_executes_what_tells_figures_and_no_other_function(
    database: str, stats: psycopg.Connection[tuple[object, ...]]
) -> None:
    for statement in EACH:
        stats.execute(statement.encode())
    found = stats.execute(
        "SELECT DISTINCT proname::text FROM pg_proc "
        "WHERE pronamespace = 'qwikfolio'::regnamespace AND has_function_privilege(oid, 'EXECUTE')"
    ).fetchall()
    assert {name for (name,) in found} == set(FUNCTIONS)


def test_it_reads_and_writes_no_table(stats: psycopg.Connection[tuple[object, ...]]) -> None:
    ours = (f"qwikfolio.{it}" for it in (*OURS, "visits", "counts"))
    for relation in (*(f"public.{it}" for it in TABLES), *ours):
        with pytest.raises(InsufficientPrivilege, match="permission denied"):
            stats.execute(f"SELECT count(*) FROM {relation}".encode())
        privileges = stats.execute(
            "SELECT has_any_column_privilege(%s, 'SELECT, INSERT, UPDATE')"
            " OR has_table_privilege(%s, 'DELETE, TRUNCATE, TRIGGER')",
            [relation, relation],
        ).fetchone()
        assert privileges == (False,), relation


def test_nobody_else_is_told_figures(database: str) -> None:
    for role in ("anon", "authenticated", "qwikfolio_publisher", "qwikfolio_beacon"):
        with as_role(database, role) as connection:
            for statement in EACH:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement.encode())


@pytest.mark.parametrize("how", ["INHERIT", "NOINHERIT"])
def test_a_login_that_is_a_member_reads_figures_of_drafts_too(visited: Site, how: str) -> None:
    with login(visited.url, "analyst", f"{how} IN ROLE {STATS}") as url:
        found = figures(url)
    assert (found.name, found.public, found.views, found.visitors) == ("Ada", False, 1, 1)


def test_so_does_whoever_migrated(visited: Site) -> None:
    assert figures(visited.url).views == 1


@pytest.mark.parametrize("role", ["", "IN ROLE qwikfolio_publisher"])
def test_whoever_is_no_member_is_told_the_grant(visited: Site, role: str) -> None:
    with login(visited.url, "analyst", role) as url:
        with pytest.raises(DatabaseError, match="analyst may not become qwikfolio_stats") as caught:
            figures(url)
        assert 'GRANT qwikfolio_stats TO "analyst";' in str(caught.value.fix)
        visited.execute('GRANT qwikfolio_stats TO "analyst"')
        assert figures(url).views == 1


def test_a_grant_that_the_role_has_lost_is_told_as_a_statement(visited: Site) -> None:
    visited.execute("REVOKE EXECUTE ON FUNCTION qwikfolio.stats_sums FROM qwikfolio_stats")
    with login(visited.url, "analyst", f"IN ROLE {STATS}") as url:
        with pytest.raises(DatabaseError, match="denied for function stats_sums") as caught:
            figures(url)
        fix = str(caught.value.fix)
        assert fix.startswith("run as its owner: ")
        visited.execute(fix.removeprefix("run as its owner: "))
        assert figures(url).views == 1


def test_a_database_that_lacks_the_role_says_to_migrate(visited: Site) -> None:
    visited.execute("DELETE FROM qwikfolio.migrations WHERE number = 16")
    with pytest.raises(DatabaseError, match="it lacks 0016_stats_role") as caught:
        figures(visited.url)
    assert "qwikfolio db migrate" in str(caught.value.fix)
