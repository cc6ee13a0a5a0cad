"""Reading: one snapshot, as the publisher, streamed."""

from pathlib import Path

import psycopg
import pytest

from generator.errors import DatabaseError
from generator.source.snapshot import open_snapshot, open_source
from tests.conftest import with_user
from tests.site import Site


def test_a_login_that_may_become_the_publisher_does(site: Site) -> None:
    site.person("ada")
    site.execute("CREATE ROLE website LOGIN")
    site.execute("GRANT qwikfolio_publisher TO website")
    with open_snapshot(with_user(site.url, "website")) as snapshot:
        assert [claim.slug for claim in snapshot.claims()] == ["ada"]
    site.execute("DROP ROLE website")


@pytest.mark.parametrize(
    ("loosen", "tighten"),
    [
        ("ALTER TABLE portfolios DISABLE ROW LEVEL SECURITY", "SELECT 1"),
        ("ALTER TABLE certifications DISABLE ROW LEVEL SECURITY", "SELECT 1"),
        (
            "ALTER ROLE qwikfolio_publisher BYPASSRLS",
            "ALTER ROLE qwikfolio_publisher NOBYPASSRLS",
        ),
    ],
)
def test_where_no_policy_holds_nothing_is_read(site: Site, loosen: str, tighten: str) -> None:
    site.person("draft", published=False)
    site.execute(loosen)
    try:
        with (
            pytest.raises(DatabaseError, match="row-level security does not hold"),
            open_snapshot(site.url),
        ):
            pass
    finally:
        site.execute(tighten)


def test_the_role_is_taken_for_the_snapshots_transaction_only(site: Site) -> None:
    with open_source(site.url) as source:
        with source.snapshot():
            pass
        user = source._connection.execute("SELECT current_user").fetchone()
        assert user == ("postgres",)


def test_nothing_can_be_written_through_it(site: Site) -> None:
    user = site.person("ada")
    with open_snapshot(site.url) as snapshot:
        connection = snapshot._connection
        connection.execute("RESET ROLE")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM portfolios WHERE user_id = %s", [user])


def test_one_row_a_person_in_order_of_their_ids(site: Site) -> None:
    owners = sorted(str(site.person(slug)) for slug in ("c", "a", "b"))
    with open_snapshot(site.url) as snapshot:
        assert [person.owner for person in snapshot.people()] == owners
        assert [person.owner for person in snapshot.people((owners[1],))] == [owners[1]]


def test_people_are_read_without_a_query_each(site: Site, tmp_path: Path) -> None:
    for number in range(50):
        site.person(f"p{number}")
    with open_snapshot(site.url) as snapshot, (tmp_path / "trace").open("w+") as trace:
        wire = snapshot._connection.pgconn
        wire.trace(trace.fileno())
        assert len(list(snapshot.people())) == 50
        wire.untrace()
        trace.seek(0)
        sent = [line.split("\t") for line in trace if "\tF\t" in line]
    assert len([words for words in sent if words[3] in {"Query", "Parse"}]) <= 4


def test_the_text_of_the_rows_does_not_depend_on_the_servers_settings(site: Site) -> None:
    site.person("ada", created_at="2024-01-01T00:30:00+00:00")
    with open_snapshot(site.url) as snapshot:
        (first,) = snapshot.people()
    site.execute("ALTER ROLE postgres SET TimeZone TO 'America/New_York'")
    site.execute("ALTER ROLE postgres SET DateStyle TO 'German'")
    with open_snapshot(site.url) as snapshot:
        (second,) = snapshot.people()
    site.execute("ALTER ROLE postgres RESET ALL")
    assert first == second


def test_there_is_no_server(site: Site) -> None:
    with (
        pytest.raises(DatabaseError) as caught,
        open_snapshot("postgresql://qwik:s3cret@127.0.0.1:1/nothing"),
    ):
        pass
    assert "127.0.0.1" in str(caught.value)
    assert "s3cret" not in str(caught.value)
