"""Group commit, and where events go while the database is away: what was acknowledged is stored."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.beacon import batch, store
from generator.beacon.batch import Fate, store_batch
from generator.beacon.event import Event, pack
from generator.beacon.private_folder import PrivateFolder
from generator.beacon.quarantine import Quarantine
from generator.beacon.spool import Spool
from generator.beacon.store import AwayError, Session, open_session
from generator.database.migrate import migrate
from tests.beacon.running import (
    PATIENCE,
    Line,
    Running,
    event,
    fetch,
    filtered,
    ids,
    running,
    stored,
    until,
)
from tests.site import Site

CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

SLOW = """
CREATE TABLE batches (events bigint, begun timestamptz, ended timestamptz, mode text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_sleep(0.15);
    INSERT INTO batches SELECT count(*), statement_timestamp(), clock_timestamp(),
        current_setting('synchronous_commit') FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER note AFTER INSERT ON portfolio_analytics REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION note();
"""
POISON = "xx-poison"
BAD_ROWS = {
    "a constraint": f"""
ALTER TABLE portfolio_analytics ADD CONSTRAINT no_poison
    CHECK (event_data ->> 'language' IS DISTINCT FROM '{POISON}')
""",
    "a trigger": f"""
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'poison';
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON portfolio_analytics FOR EACH ROW
    WHEN (NEW.event_data ->> 'language' = '{POISON}') EXECUTE FUNCTION refuse();
""",
}


@pytest.fixture
def ada(site: Site) -> UUID:
    return site.person("ada")


@pytest.fixture
def line(site: Site) -> Iterator[Line]:
    with Line(site.url) as way:
        yield way


def send(beacon: Running, number: int, **more: object) -> list[dict[str, Any]]:
    """So many events about ada, one after the other, each acknowledged before the next is sent."""
    events = [event("ada", **more) for _ in range(number)]
    for sent in events:
        assert beacon.send(sent).status == 204
    return events


def sent(owner: UUID, **more: Any) -> Event:
    values = {"type": "view", "slug": "ada", "project": None, "data": "{}", "at": 0, **more}
    return Event(id=uuid4(), owner=owner, **values)


def is_away(beacon: Running) -> bool:
    return beacon.metrics()["database_away"] == 1


def is_empty(beacon: Running) -> bool:
    metrics = beacon.metrics()
    return metrics["database_away"] == metrics["spooled"] == 0


def test_what_comes_while_a_batch_is_committed_is_the_next_batch(site: Site, ada: UUID) -> None:
    site.execute(SLOW)
    with running(site.root, site.url) as beacon:
        send(beacon, 1)
        events = [event("ada") for _ in range(30)]
        assert beacon.send_all(events) == [204] * 30
    batches = fetch(site.url, "SELECT events, begun, ended FROM batches ORDER BY begun")
    assert sum(row[0] for row in batches) == 31
    assert len(batches) < 10
    for before, after in pairwise(batches):
        assert before[2] < after[1], "two at a time"


def test_a_commit_is_durable_where_somebody_has_turned_that_off(site: Site, ada: UUID) -> None:
    assert fetch(site.url, "SHOW synchronous_commit") == [("off",)]
    site.execute(SLOW)
    with running(site.root, site.url) as beacon:
        send(beacon, 1)
    assert fetch(site.url, "SELECT mode FROM batches") == [("on",)]


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_put_aside_and_spoils_no_other(site: Site, ada: UUID, what: str) -> None:
    site.execute(SLOW)
    site.execute(BAD_ROWS[what])
    with running(site.root, site.url) as beacon:
        send(beacon, 1)
        events = [event("ada") for _ in range(12)]
        bad = event("ada", data={"language": POISON})
        statuses = beacon.send_all([*events[:6], bad, *events[6:]])
        assert statuses == [204] * 6 + [422] + [204] * 6
        assert ids(events) < stored(site.url)
        assert bad["id"] not in stored(site.url)
        (aside,) = (beacon.spool / "refused.jsonl").read_text().splitlines()
        assert "poison" in json.loads(aside)["reason"]
        assert json.loads(aside)["event"]["id"] == bad["id"]
        metrics = beacon.metrics()
        assert (metrics["stored"], metrics["rejected refused"], metrics["spooled"]) == (13, 1, 0)


def test_a_bad_row_on_disk_spoils_no_other(site: Site, ada: UUID, line: Line) -> None:
    site.execute(BAD_ROWS["a constraint"])
    line.cut()
    with running(site.root, line.url) as beacon:
        events = send(beacon, 3)
        send(beacon, 1, data={"language": POISON})
        events += send(beacon, 3)
        line.restore()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)
        assert beacon.metrics()["rejected refused"] == 1


def test_a_database_that_is_down_at_the_start(site: Site, ada: UUID, line: Line) -> None:
    line.cut()
    with running(site.root, line.url) as beacon:
        assert beacon.has_said("no PostgreSQL answers there")
        assert beacon.ask("GET", "/readyz").status == 200
        before = time.time()
        events = send(beacon, 3)
        after = time.time()
        assert beacon.metrics()["spooled"] == 3
        line.restore()
        until(lambda: is_empty(beacon))
        assert beacon.has_said("3 events from the disk are in the database")
    rows = fetch(
        site.url, "SELECT id::text, extract(epoch FROM created_at) FROM portfolio_analytics"
    )
    assert {row[0] for row in rows} == ids(events)
    for _id, created in rows:
        assert before - 0.01 <= created <= after + 0.01


def test_a_database_that_goes_away_and_comes_back(site: Site, ada: UUID, line: Line) -> None:
    with running(site.root, line.url) as beacon:
        events = send(beacon, 2)
        line.cut()
        events += send(beacon, 3)
        assert is_away(beacon)
        assert stored(site.url) < ids(events)
        line.restore()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)
        send(beacon, 1)
        metrics = beacon.metrics()
        assert (metrics["stored"], metrics["spooled"]) == (6, 0)


def test_a_database_that_lets_nobody_in(site: Site, ada: UUID, server: str) -> None:
    """As while it is restored, or shut down."""
    name = fetch(site.url, "SELECT current_database()")[0][0]
    with running(site.root, site.url) as beacon, psycopg.connect(server, autocommit=True) as admin:
        events = send(beacon, 1)
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            events += send(beacon, 3)
            assert is_away(beacon)
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_who_waits_for_a_database_that_breaks_off_is_acknowledged(
    site: Site, ada: UUID, line: Line
) -> None:
    """Whether it has stored the event is not known then: the disk has it, and it is stored once."""
    site.execute(SLOW)
    with running(site.root, line.url) as beacon, ThreadPoolExecutor() as pool:
        events = send(beacon, 1)
        events.append(event("ada"))
        answer = pool.submit(beacon.send, events[1])
        until(lambda: fetch(site.url, "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
        line.cut()
        assert answer.result().status == 204
        line.restore()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_a_database_that_hangs(site: Site, ada: UUID) -> None:
    with running(site.root, site.url) as beacon:
        events = send(beacon, 1)
        with psycopg.connect(site.url) as other:
            other.execute("LOCK TABLE portfolio_analytics")
            begin = time.monotonic()
            events += send(beacon, 1)
            assert time.monotonic() - begin > 0.4, "it was given some time"
            events += send(beacon, 2)
            until(lambda: beacon.metrics()["spooled"] == 3)
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_a_database_that_falls_silent(site: Site, ada: UUID, line: Line) -> None:
    """Nothing comes back, not even that a connection has ended."""
    with running(site.root, line.url) as beacon:
        events = send(beacon, 1)
        line.silence()
        events += send(beacon, 3)
        assert is_away(beacon)
        assert stored(site.url) == ids(events[:1])
        line.resume()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_a_database_that_is_silent_from_the_start_slows_nobody(
    site: Site, ada: UUID, line: Line
) -> None:
    line.silence()
    with running(site.root, line.url) as beacon:
        send(beacon, 10)
        assert beacon.metrics()["spooled"] == 10
        assert beacon.end() == 0


def test_a_database_that_can_only_be_read(site: Site, ada: UUID) -> None:
    name = fetch(site.url, "SELECT current_database()")[0][0]
    with running(site.root, site.url) as beacon:
        events = send(beacon, 1)
        site.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        fetch(
            site.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        events += send(beacon, 3)
        until(lambda: beacon.has_said("read-only"))
        assert is_away(beacon)
        assert stored(site.url) == ids(events[:1])
        with psycopg.connect(site.url, autocommit=True) as other:
            other.execute("SET default_transaction_read_only = off")
            other.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)
        assert len([line for line in beacon.said if "the database is there" in line]) == 2


def test_a_database_that_takes_no_row_is_tried_with_growing_pauses(site: Site, ada: UUID) -> None:
    with running(site.root, site.url) as beacon:
        site.execute("REVOKE INSERT ON portfolio_analytics FROM qwikfolio_beacon")
        begin = time.monotonic()
        events = send(beacon, 2)
        until(lambda: len([said for said in beacon.said if "the database is there" in said]) == 5)
        assert time.monotonic() - begin > 0.5
        assert beacon.has_said("permission denied for table portfolio_analytics")
        site.execute("GRANT INSERT ON portfolio_analytics TO qwikfolio_beacon")
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_a_database_that_is_not_migrated(site: Site, empty_database: str) -> None:
    with running(site.root, empty_database) as beacon:
        events = send(beacon, 2)
        assert is_away(beacon)
        until(lambda: beacon.has_said("to do: run `qwikfolio db migrate`"))
        migrate(empty_database)
        Site(site.root / "other", empty_database).person("ada")
        until(lambda: is_empty(beacon))
        assert stored(empty_database) == ids(events)


def test_a_server_without_the_beacon_s_role(site: Site, ada: UUID) -> None:
    site.execute("ALTER ROLE qwikfolio_beacon RENAME TO somebody")
    try:
        with running(site.root, site.url) as beacon:
            events = send(beacon, 2)
            until(lambda: beacon.has_said("the database has no role qwikfolio_beacon"))
            assert beacon.has_said("to do: run `qwikfolio db migrate`")
            site.execute("ALTER ROLE somebody RENAME TO qwikfolio_beacon")
            until(lambda: is_empty(beacon))
            assert stored(site.url) == ids(events)
    finally:
        if fetch(site.url, "SELECT FROM pg_roles WHERE rolname = 'somebody'"):
            site.execute("ALTER ROLE somebody RENAME TO qwikfolio_beacon")


def test_why_it_is_still_away_is_told_anew(site: Site, ada: UUID, line: Line) -> None:
    """It is up again, but not as it should be: somebody waits for just that word."""
    line.cut()
    with running(site.root, line.url) as beacon:
        until(lambda: beacon.has_said("no PostgreSQL answers there"))
        site.execute("ALTER TABLE portfolios DISABLE ROW LEVEL SECURITY")
        line.restore()
        until(lambda: beacon.has_said("row-level security does not hold"))
        events = send(beacon, 1)
        assert stored(site.url) == set()
        site.execute("ALTER TABLE portfolios ENABLE ROW LEVEL SECURITY")
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(events)


def test_what_could_not_be_asked_is_asked_when_it_is_stored(
    site: Site, ada: UUID, line: Line
) -> None:
    theirs, foreign = (
        site.insert("projects", user_id=owner, name="Loom", description="Made of wood.")
        for owner in (ada, site.person("bob"))
    )
    site.person("hidden", published=False)
    line.cut()
    with running(site.root, line.url) as beacon:
        good = [*send(beacon, 1), *send(beacon, 1, project_id=str(theirs))]
        send(beacon, 2, project_id=str(foreign))
        for slug in ("nobody", "hidden", "hidden"):
            assert beacon.send(event(slug)).status == 204
        line.restore()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids(good)
        metrics = beacon.metrics()
        assert (metrics["stored"], metrics["received"]) == (2, 7)
        assert (metrics["rejected unknown"], metrics["rejected project"]) == (3, 2)


def test_what_is_known_is_known_while_it_is_away(site: Site, ada: UUID, line: Line) -> None:
    foreign = site.insert(
        "projects", user_id=site.person("bob"), name="Loom", description="Made of wood."
    )
    with running(site.root, line.url) as beacon:
        # The cache is emptied when its session begins to follow the changes.
        until(
            lambda: fetch(
                site.url,
                "SELECT FROM pg_stat_activity WHERE state = 'idle' AND pid <> pg_backend_pid()"
                " AND datname = current_database() AND query LIKE '%%pg_current_snapshot()%%'",
            )
        )
        send(beacon, 1)
        assert beacon.send(event("nobody")).status == 404
        line.cut()
        send(beacon, 1)
        assert beacon.send(event("ada", project_id=str(foreign))).status == 403
        assert beacon.send(event("nobody")).status == 404


def test_who_is_sent_twice_while_it_is_away_is_stored_once(
    site: Site, ada: UUID, line: Line
) -> None:
    with running(site.root, line.url) as beacon:
        (first,) = send(beacon, 1)
        line.cut()
        (second,) = send(beacon, 1)
        for sent in (first, second):
            assert beacon.send(sent).status == 204
        line.restore()
        until(lambda: is_empty(beacon))
        assert stored(site.url) == ids([first, second])
        metrics = beacon.metrics()
        assert (metrics["stored"], metrics["duplicate"]) == (2, 2)


def test_without_room_nothing_is_acknowledged(site: Site, ada: UUID, line: Line) -> None:
    waiting = [sent(ada, data=json.dumps({"more": "x" * 10_000})) for _ in range(100)]
    folder = site.root / ".qwikfolio" / "spool"
    with closing(Spool(folder, 1 << 20)) as spool:
        spool.append([pack(one) for one in waiting])
        spool.append([bytes((1 << 20) - spool.size - 50)])  # which is no event
    line.cut()
    with running(site.root, line.url, spool_megabytes=1) as beacon:
        assert beacon.metrics()["received"] == beacon.metrics()["spooled"] == 101
        refused = event("ada")
        answer = beacon.send(refused)
        assert (answer.status, answer.headers["retry-after"]) == (503, "10")
        assert answer.headers["access-control-allow-origin"] == "*"
        ready = beacon.ask("GET", "/readyz")
        assert (ready.status, ready.headers["retry-after"]) == (503, "10")
        assert beacon.ask("GET", "/healthz").status == 200
        assert beacon.has_said("events are refused (503)")
        assert beacon.metrics()["rejected full"] == 1
        line.restore()
        until(lambda: is_empty(beacon))
        assert beacon.ask("GET", "/readyz").status == 200
        assert stored(site.url) == {str(one.id) for one in waiting}
        assert beacon.send(refused).status == 204
        metrics = beacon.metrics()
        assert (metrics["stored"], metrics["rejected refused"], metrics["received"]) == (
            101,
            1,
            103,
        )


def test_what_is_in_hand_is_stored_before_it_ends(site: Site, ada: UUID) -> None:
    site.execute(SLOW)
    with running(site.root, site.url) as beacon, ThreadPoolExecutor(40) as pool:
        send(beacon, 1)
        events = [event("ada") for _ in range(40)]
        answers = [pool.submit(beacon.send, sent) for sent in events]
        until(lambda: len(stored(site.url)) > 1)
        code = beacon.end()
        acknowledged = [
            sent
            for sent, answer in zip(events, answers, strict=True)
            if answer.exception() is None and answer.result().status == 204
        ]
        assert code == 0, beacon.said
        assert beacon.said[-1].endswith(" INFO stopped; what was answered with 204 is stored")
    assert acknowledged
    assert ids(acknowledged) <= stored(site.url)


@pytest.mark.parametrize("away", ["cut", "silence"])
def test_it_ends_in_time_without_the_database_and_goes_on_where_it_was(
    site: Site, ada: UUID, line: Line, away: str
) -> None:
    with running(site.root, line.url) as beacon, ThreadPoolExecutor() as pool:
        events = send(beacon, 1)
        getattr(line, away)()
        last = [event("ada") for _ in range(5)]
        answers = [pool.submit(beacon.send, sent) for sent in last]
        until(lambda: all(answer.running() or answer.done() for answer in answers))
        until(lambda: beacon.metrics()["received"] > 1)
        code = beacon.end()
        assert code == 0, beacon.said
        events += [
            sent
            for sent, answer in zip(last, answers, strict=True)
            if answer.exception() is None and answer.result().status == 204
        ]
    if away == "cut":
        line.restore()
    line.resume()
    with running(site.root, line.url) as beacon:
        until(lambda: is_empty(beacon))
        assert ids(events) <= stored(site.url)
        assert beacon.metrics()["received"] >= len(events) - 1


def test_what_is_left_out_is_counted_before_it_ends(site: Site, ada: UUID) -> None:
    with running(site.root, site.url) as beacon:
        assert beacon.send(event("ada"), user_agent=CRAWLER).status == 200
        assert beacon.send(event("ada"), dnt="1").status == 200
        assert beacon.end() == 0
    today = datetime.now(UTC).date().isoformat()
    assert filtered(site.url, ada) == [(today, "bot", 1), (today, "opt-out", 1)]


@pytest.mark.parametrize("is_known", [True, False], ids=["known owner", "unknown owner"])
def test_what_is_left_out_while_it_is_away_is_counted_by_the_next(
    site: Site, ada: UUID, line: Line, is_known: bool
) -> None:
    with running(site.root, line.url) as beacon:
        if is_known:
            send(beacon, 1)
        line.cut()
        assert beacon.send(event("ada"), user_agent=CRAWLER).status == 200
        assert beacon.end() == 0
    assert filtered(site.url, ada) == []
    line.restore()
    with running(site.root, line.url) as beacon:
        today = datetime.now(UTC).date().isoformat()
        until(lambda: filtered(site.url, ada) == [(today, "bot", 1)])


def test_two_at_once_store_each_event_once(site: Site, ada: UUID) -> None:
    """Behind a balancer, each with a spool of its own."""
    second = site.root / "second"
    second.mkdir()
    (second / "qwikfolio.toml").touch()  # a site of its own
    with running(site.root, site.url) as one, running(second, site.url) as other:
        events = [event("ada") for _ in range(20)]
        assert one.send_all(events[:15]) == [204] * 15
        assert other.send_all(events[5:]) == [204] * 15
        until(lambda: is_empty(one) and is_empty(other))
        assert stored(site.url) == ids(events)
        found = [beacon.metrics() for beacon in (one, other)]
        assert sum(metrics["stored"] for metrics in found) == 20
        assert sum(metrics["duplicate"] for metrics in found) == 10


def test_a_second_one_in_the_same_folder_is_told_why_not(site: Site, ada: UUID) -> None:
    with running(site.root, site.url) as beacon:
        send(beacon, 1)
        second = running(site.root, site.url)
        with pytest.raises(AssertionError, match="another beacon keeps its spool"), second:
            pass


# The statement itself, in this process.


def test_as_another_role_nothing_is_stored_and_nothing_is_given_up(site: Site, ada: UUID) -> None:
    """A pooler that mixes sessions makes us somebody who may do anything."""

    async def work() -> None:
        async with open_session(site.url) as session:
            await session._connection.execute("RESET ROLE")
            with pytest.raises(AwayError, match="qwikfolio_beacon"):
                await session.store([sent(ada)])
            with pytest.raises(AwayError, match="qwikfolio_beacon"):
                await session.owners(["ada"])

    asyncio.run(work())
    assert stored(site.url) == set()


def test_a_writer_who_looks_whether_anybody_listens_makes_nobody_deaf(
    site: Site, ada: UUID
) -> None:
    """It holds the lock for an instant, which is when a listener may ask for it."""

    async def work(writer: psycopg.Connection[Any]) -> None:
        async with open_session(site.url) as session:
            changes = session.changes()
            assert await anext(changes) == ((None,), ())
            writer.execute("SELECT pg_advisory_unlock_all()")
            site.publish(ada, published=False)
            assert await asyncio.wait_for(anext(changes), PATIENCE) == ([ada], [])
            site.publish(ada, published=True)
            assert await asyncio.wait_for(anext(changes), PATIENCE) == ([ada], ["ada"])
            assert fetch(site.url, "SELECT FROM pg_locks WHERE mode = 'ShareLock' AND granted")

    with psycopg.connect(site.url, autocommit=True) as writer:
        writer.execute("SELECT pg_advisory_lock(5861236205345656578)")
        asyncio.run(work(writer))


def test_an_owner_who_is_deleted_at_the_wrong_instant_spoils_no_other(
    site: Site, ada: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 20)
    doomed = site.person("doomed")
    site.execute("""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(1);
            RETURN NULL;
        END $$;
        CREATE TRIGGER wait BEFORE INSERT ON portfolio_analytics
            FOR EACH STATEMENT EXECUTE FUNCTION wait();
    """)
    events = [sent(ada), sent(doomed), sent(ada)]

    async def work() -> batch.Verdict:
        async with open_session(site.url) as session:
            return await store_batch(session, events, Quarantine(PrivateFolder(tmp_path)))

    def delete() -> None:
        until(lambda: fetch(site.url, "SELECT FROM pg_locks WHERE NOT granted"))
        site.execute("DELETE FROM auth.users WHERE id = %s", doomed)
        gate.execute("SELECT pg_advisory_unlock_all()")

    with psycopg.connect(site.url, autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(1)")
        deleting = threading.Thread(target=delete)
        deleting.start()
        verdict = asyncio.run(work())
        deleting.join()
    assert verdict.fates == [Fate.STORED, Fate.UNKNOWN, Fate.STORED]
    assert (verdict.new, verdict.duplicate) == (2, 0)
    assert stored(site.url) == {str(events[0].id), str(events[2].id)}
    assert not list(tmp_path.glob("refused*"))


KINDS = {
    "good": Fate.STORED,
    "again": Fate.STORED,
    "bad": Fate.REFUSED,
    "unknown": Fate.UNKNOWN,
    "foreign": Fate.FOREIGN,
}


def test_whatever_is_in_a_batch_each_event_has_its_own_fate(site: Site, tmp_path: Path) -> None:
    site.execute(BAD_ROWS["a constraint"])
    ada, hidden = site.person("ada"), site.person("hidden", published=False)
    foreign = site.insert("projects", user_id=hidden, name="Loom", description="Made of wood.")
    bad = json.dumps({"language": POISON})
    made = {
        "good": lambda: sent(ada),
        "bad": lambda: sent(ada, data=bad),
        "unknown": lambda: sent(hidden),
        "foreign": lambda: sent(ada, project=foreign),
    }
    loop = asyncio.new_event_loop()
    session = loop.run_until_complete(Session.open(site.url))
    first = sent(ada)
    loop.run_until_complete(session.store([first]))
    quarantine = Quarantine(PrivateFolder(tmp_path))

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.sampled_from(list(KINDS)), max_size=12))
    def each(kinds: list[str]) -> None:
        events = [first if kind == "again" else made[kind]() for kind in kinds]
        aside = quarantine.count
        verdict = loop.run_until_complete(store_batch(session, events, quarantine))
        assert verdict.fates == [KINDS[kind] for kind in kinds]
        assert verdict.new == kinds.count("good")
        assert verdict.duplicate == kinds.count("again")
        assert quarantine.count - aside == kinds.count("bad")
        good = {str(e.id) for e, kind in zip(events, kinds, strict=True) if kind == "good"}
        others = {str(e.id) for e in events} - good - {str(first.id)}
        assert good <= stored(site.url)
        assert not others & stored(site.url)

    with closing(loop):
        each()
        loop.run_until_complete(session.close())
