"""Who follows the change log misses nothing, reads nothing twice, and is not forgotten."""

import random
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.errors import SerializationFailure

from generator.database.roles import PUBLISHER, become
from generator.source import changes
from tests.conftest import with_database
from tests.database.log import (
    ADA,
    BOB,
    entries,
    follow,
    found,
    line,
    populate,
    position,
    reading,
    row,
    since,
)
from tests.present import present

pytestmark = pytest.mark.slow

A, B = (uuid.UUID(int=n) for n in (0xA, 0xB))
UPDATE = "UPDATE skills SET level = 'advanced' WHERE user_id = %s"


@pytest.fixture
def people(database: str) -> str:
    """The URL of a database in which Ada and Bob are public."""
    populate(database)
    return database


@pytest.fixture
def app(people: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(people, autocommit=True) as connection:
        yield connection


def registered(url: str, output: object) -> tuple[str, str] | None:
    with reading(url) as connection:
        return changes.registered(connection, str(output))


def test_a_transaction_that_commits_after_later_ones_is_not_missed(
    people: str, app: psycopg.Connection
) -> None:
    first = position(people)
    with psycopg.connect(people) as slow:
        slow.execute(UPDATE, [ADA])
        app.execute(UPDATE, [BOB])
        second = position(people)
        assert since(people, first) == {BOB: {"skills"}}
    third = position(people)
    assert since(people, second) == {ADA: {"skills"}}
    assert since(people, third) == {}


def test_what_is_committed_while_a_build_reads_is_the_next_ones(
    people: str, app: psycopg.Connection
) -> None:
    start = position(people)
    app.execute(UPDATE, [ADA])
    with reading(people) as connection:
        mine = changes.position(connection)
        app.execute(UPDATE, [BOB])
        assert found(connection, start) == {ADA: {"skills"}}
        assert changes.position(connection) == mine
    assert since(people, mine) == {BOB: {"skills"}}


def test_every_change_is_read_once_by_the_first_position_after_its_commit(people: str) -> None:
    """Four writers with savepoints, pauses and rollbacks; one reader that registers as it goes."""
    owners = [uuid.UUID(int=n) for n in range(100, 500)]
    with psycopg.connect(people) as connection:
        for owner in owners:
            connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [owner])
            connection.execute(*row("portfolios", owner))  # the reader sees public people's rows
    committed: set[uuid.UUID] = set()
    done = threading.Event()
    start = position(people)
    assert follow(people, A, start)

    def write(share: list[uuid.UUID], seed: int) -> None:
        dice = random.Random(seed)
        with psycopg.connect(people, autocommit=True) as connection:
            while share:
                batch, share = share[: dice.randint(1, 4)], share[4:]
                written, given_up = set(), dice.random() < 0.2
                with connection.transaction(force_rollback=given_up):
                    for owner in batch:
                        undone = dice.random() < 0.2
                        with connection.transaction(force_rollback=undone):
                            connection.execute(
                                "INSERT INTO skills (user_id, name, category, level) "
                                "VALUES (%s, 'Go', 'tool', 'beginner')",
                                [owner],
                            )
                        written |= set() if undone else {owner}
                        connection.execute("SELECT pg_sleep(%s)", [dice.random() / 50])
                committed.update(set() if given_up else written)

    def read() -> list[object]:
        seen: list[object] = []
        at, last = start, False
        while not last:
            last = done.is_set()
            with reading(people) as connection:
                batch = set(found(connection, at))
                there = {
                    row[0]
                    for row in connection.execute(
                        "SELECT DISTINCT user_id FROM skills WHERE user_id = ANY (%s)", [owners]
                    )
                }
                at = changes.position(connection)
            seen += batch
            assert set(seen) == there, "what was read is what the moment shows"
            assert follow(people, A, at)
        return seen

    with ThreadPoolExecutor(5) as pool:
        reader = pool.submit(read)
        writers = [pool.submit(write, owners[n::4], n) for n in range(4)]
        for writer in writers:
            writer.result()
        done.set()
        seen = reader.result()
    assert len(seen) == len(set(seen)), "nothing is read twice"
    assert set(seen) == committed


def test_what_every_output_has_read_is_forgotten(people: str, app: psycopg.Connection) -> None:
    start = position(people)
    assert follow(people, A, start)
    assert follow(people, B, start)
    app.execute(UPDATE, [ADA])
    assert follow(people, A, position(people))
    assert since(people, present(registered(people, B))[0]) == {ADA: {"skills"}}
    assert follow(people, B, position(people))
    assert entries(people) == 0


def test_what_a_long_transaction_has_written_outlives_all_followers(
    people: str, app: psycopg.Connection
) -> None:
    assert follow(people, A, position(people))
    with psycopg.connect(people) as slow:
        slow.execute(UPDATE, [ADA])
        app.execute(UPDATE, [BOB])
        between = position(people)
        assert follow(people, A, between)
        slow.commit()
        assert follow(people, B, position(people))
    assert since(people, between) == {ADA: {"skills"}}


def test_who_was_not_registered_while_others_read_on_is_told_so(
    people: str, app: psycopg.Connection
) -> None:
    slow = position(people)
    app.execute(UPDATE, [ADA])
    assert follow(people, A, position(people))
    assert not follow(people, B, slow)
    assert registered(people, B) is None
    assert follow(people, B, position(people))


def test_two_that_register_at_once_wait_for_one_another(
    people: str, app: psycopg.Connection
) -> None:
    """Else one could forget what the other, not yet committed, is about to want."""
    start, on = position(people), line(people)
    app.execute(UPDATE, [ADA])
    with psycopg.connect(people) as first, ThreadPoolExecutor(1) as pool:
        become(first, PUBLISHER)
        assert changes.follow(first, str(B), start, on)
        second = pool.submit(follow, people, A, position(people))
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        first.commit()
        assert second.result(timeout=10)
    assert since(people, start) == {ADA: {"skills"}}


def test_a_follower_on_an_older_snapshot_is_refused(people: str) -> None:
    start, on = position(people), line(people)
    with psycopg.connect(people) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        become(connection, PUBLISHER)
        follow(people, B, start)
        with pytest.raises(SerializationFailure):
            changes.follow(connection, str(A), start, on)


def test_an_output_not_heard_of_for_a_month_keeps_nothing(
    people: str, app: psycopg.Connection
) -> None:
    start = position(people)
    assert follow(people, A, start)
    assert follow(people, B, start)
    app.execute("UPDATE qwikfolio.outputs SET seen = now() - interval '31 days' WHERE id = %s", [A])
    app.execute(UPDATE, [ADA])
    assert follow(people, B, position(people))
    assert registered(people, A) is None
    assert entries(people) == 0


def test_an_output_heard_of_within_the_month_keeps_what_it_has_not_read(
    people: str, app: psycopg.Connection
) -> None:
    start = position(people)
    assert follow(people, A, start)
    app.execute("UPDATE qwikfolio.outputs SET seen = now() - interval '29 days' WHERE id = %s", [A])
    app.execute(UPDATE, [ADA])
    assert follow(people, B, position(people))
    assert since(people, present(registered(people, A))[0]) == {ADA: {"skills"}}


def test_the_database_remembers_position_and_line(people: str) -> None:
    assert registered(people, A) is None
    start, on = position(people), line(people)
    assert follow(people, A, start)
    assert registered(people, A) == (start, on)


def test_a_database_keeps_its_line(people: str, app: psycopg.Connection) -> None:
    before = line(people)
    app.execute(UPDATE, [ADA])
    app.execute("ANALYZE")
    app.execute("VACUUM (FREEZE) skills")
    app.execute("CREATE INDEX extra ON skills (level)")
    assert line(people) == before


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE skills DISABLE TRIGGER ALL; ALTER TABLE skills ENABLE TRIGGER ALL; "
        "CALL qwikfolio.log_changes()",
        "ALTER TABLE skills ALTER name TYPE varchar USING upper(name)",
        "ALTER POLICY qwikfolio_publisher_reads ON skills USING (false)",
        "DROP TABLE certifications; CREATE TABLE certifications (id uuid); "
        "ALTER TABLE certifications ENABLE ROW LEVEL SECURITY",
    ],
    ids=["triggers off and on", "values rewritten", "policy", "another table"],
)
def test_what_changes_pages_and_leaves_no_entry_is_another_line(
    people: str, app: psycopg.Connection, statement: str
) -> None:
    before = line(people)
    app.execute(statement.encode())
    assert line(people) != before


def test_a_copy_of_the_database_is_on_another_line(people: str, server: str) -> None:
    start, on = position(people), line(people)
    assert follow(people, A, start)
    name = people.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE copy_of_it TEMPLATE {name} STRATEGY wal_log".encode())
        try:
            copy = with_database(server, "copy_of_it")
            assert line(copy) != on
            assert registered(copy, A) == (start, on)
            assert not follow(copy, A, start, on)
            assert follow(copy, B, position(copy))
            assert registered(copy, A) is None, "a position of another line keeps nothing here"
        finally:
            connection.execute("DROP DATABASE copy_of_it WITH (FORCE)")


def test_a_dump_of_a_server_that_has_seen_more_transactions_is_soon_forgotten(
    people: str, app: psycopg.Connection
) -> None:
    """It brings entries, outputs and a horizon whose xids are still to come here."""
    app.execute("INSERT INTO qwikfolio.changes (xid, origin) VALUES ('1000000000', 'skills')")
    app.execute("UPDATE qwikfolio.horizon SET xid = '1000000000'")
    app.execute(
        "INSERT INTO qwikfolio.outputs VALUES (%s, '900000000:900000000:', 'another line')", [B]
    )
    start = position(people)
    app.execute(UPDATE, [ADA])
    assert since(people, start) == {ADA: {"skills"}}
    assert follow(people, A, start)
    assert since(people, start) == {ADA: {"skills"}}
    app.execute(UPDATE, [BOB])
    assert follow(people, A, position(people))
    assert entries(people) == 0
    assert registered(people, B) is None


def test_what_was_read_on_a_line_that_has_ended_is_not_registered(
    people: str, app: psycopg.Connection
) -> None:
    start, on = position(people), line(people)
    app.execute("ALTER TABLE skills DISABLE TRIGGER USER")
    assert not follow(people, A, start, on)
    assert registered(people, A) is None


def test_a_listener_is_told_once_of_each_transaction(people: str, app: psycopg.Connection) -> None:
    with psycopg.connect(people, autocommit=True) as listener:
        changes.listen(listener)
        with app.transaction():
            app.execute(UPDATE, [ADA])
            app.execute("UPDATE profiles SET username = 'ada' WHERE id = %s", [ADA])
            app.execute("TRUNCATE experience")
        app.execute("UPDATE profiles SET username = 'bob' WHERE id = %s", [BOB])
        heard = list(listener.notifies(timeout=1, stop_after=3))
    assert [notice.channel for notice in heard] == [changes.CHANNEL] * 2


def test_where_nobody_listens_nobody_is_notified(people: str, app: psycopg.Connection) -> None:
    with psycopg.connect(people, autocommit=True) as other:
        other.execute(f"LISTEN {changes.CHANNEL}")  # without the lock: as if nobody did
        app.execute(UPDATE, [ADA])
        assert list(other.notifies(timeout=0.3)) == []


def test_a_listeners_lock_ends_with_its_session_and_stops_no_writer(
    people: str, app: psycopg.Connection
) -> None:
    with psycopg.connect(people, autocommit=True) as listener:
        changes.listen(listener)
        with psycopg.connect(people, autocommit=True) as second:
            changes.listen(second)
            app.execute("SET lock_timeout = '1s'")
            app.execute(UPDATE, [ADA])
    deadline = time.monotonic() + 60
    while app.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'").fetchone():
        assert time.monotonic() < deadline, "the lock outlives its session"
