"""What the beacon's role may do, and nothing else."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, UniqueViolation

from generator.database.roles import BEACON, PUBLISHER
from tests.conftest import as_role
from tests.database.document import EVENTS
from tests.database.test_policies import DRAFT, ME, PUBLIC, populate

ADD = """
INSERT INTO qwikfolio.filtered (user_id, day, reason, events)
VALUES (%s, '2026-11-23', 'bot', %s)
ON CONFLICT (user_id, day, reason) DO UPDATE SET events = filtered.events + excluded.events
"""
STORE = """
INSERT INTO public.portfolio_analytics (id, user_id, event_type)
SELECT id, owner, 'view' FROM unnest(%s::uuid[], %s::uuid[]) AS sent (id, owner)
ON CONFLICT DO NOTHING RETURNING 1
"""


@pytest.fixture
def beacon(database: str) -> Iterator[psycopg.Connection]:
    populate(database)
    with as_role(database, BEACON) as connection:
        yield connection


def filtered(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT user_id, events FROM qwikfolio.filtered").fetchall()


def test_counts_of_what_was_left_out_add_up(database: str, beacon: psycopg.Connection) -> None:
    for count in (2, 3):
        beacon.execute(ADD, [PUBLIC, count])
    assert filtered(database) == [(PUBLIC, 5)]


@pytest.mark.parametrize("owner", [ME, DRAFT])
def test_nothing_is_counted_of_a_draft(
    database: str, beacon: psycopg.Connection, owner: uuid.UUID
) -> None:
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        beacon.execute(ADD, [owner, 1])
    assert filtered(database) == []


def test_counts_of_who_is_not_public_any_more_are_out_of_reach(
    database: str, beacon: psycopg.Connection
) -> None:
    beacon.execute(ADD, [PUBLIC, 1])
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE portfolios SET published = false WHERE user_id = %s", [PUBLIC])
    assert beacon.execute("SELECT events FROM qwikfolio.filtered").fetchall() == []
    assert beacon.execute("UPDATE qwikfolio.filtered SET events = 9").rowcount == 0
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        beacon.execute(ADD, [PUBLIC, 1])
    assert filtered(database) == [(PUBLIC, 1)]


def test_counts_can_be_neither_moved_nor_removed(beacon: psycopg.Connection) -> None:
    beacon.execute(ADD, [PUBLIC, 1])
    for statement in (
        "UPDATE qwikfolio.filtered SET day = '2026-11-24'",
        "DELETE FROM qwikfolio.filtered",
    ):
        with pytest.raises(InsufficientPrivilege):
            beacon.execute(statement.encode())


def test_an_event_that_is_sent_again_is_stored_once_by_a_role_that_reads_none(
    database: str, beacon: psycopg.Connection
) -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    owners = [PUBLIC] * 3
    assert len(beacon.execute(STORE, [ids[:2], owners[:2]]).fetchall()) == 2
    assert len(beacon.execute(STORE, [ids, owners]).fetchall()) == 1
    with pytest.raises(InsufficientPrivilege):
        beacon.execute("SELECT id FROM portfolio_analytics")
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT id FROM portfolio_analytics WHERE id = ANY (%s)", [ids])
        assert len(found.fetchall()) == 3


def test_one_event_of_a_draft_spoils_the_batch_for_good_reason(beacon: psycopg.Connection) -> None:
    ids = [uuid.uuid4() for _ in range(2)]
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        beacon.execute(STORE, [ids, [PUBLIC, DRAFT]])


def test_without_on_conflict_a_repeat_is_an_error(beacon: psycopg.Connection) -> None:
    ids = [uuid.uuid4()]
    beacon.execute(STORE, [ids, [PUBLIC]])
    with pytest.raises(UniqueViolation):
        beacon.execute(STORE.replace("ON CONFLICT DO NOTHING ", "").encode(), [ids, [PUBLIC]])


def test_the_log_tells_whose_row_was_written_and_no_more(beacon: psycopg.Connection) -> None:
    beacon.execute("SELECT xid, owner, origin FROM qwikfolio.changes")
    beacon.execute("SELECT xid FROM qwikfolio.horizon")
    for statement in (
        "SELECT at FROM qwikfolio.changes",
        "SELECT id FROM qwikfolio.outputs",
        "DELETE FROM qwikfolio.changes",
    ):
        with pytest.raises(InsufficientPrivilege):
            beacon.execute(statement.encode())


def test_events_are_not_changes(database: str, beacon: psycopg.Connection) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("TRUNCATE qwikfolio.changes")
        beacon.execute(STORE, [[uuid.uuid4()], [PUBLIC]])
        beacon.execute(ADD, [PUBLIC, 1])
        assert connection.execute("SELECT FROM qwikfolio.changes").fetchall() == []


@pytest.mark.parametrize("role", ["anon", "authenticated", PUBLISHER])
@pytest.mark.parametrize("name", EVENTS)
def test_nobody_else_sees_what_is_made_of_events(database: str, role: str, name: str) -> None:
    with as_role(database, role, ME if role == "authenticated" else None) as connection:
        for command in ("SELECT FROM", "DELETE FROM", "INSERT INTO"):
            values = " DEFAULT VALUES" if command == "INSERT INTO" else ""
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"{command} qwikfolio.{name}{values}".encode())
