"""Who may write events, and what: the beacon alone; where the app does so too, within bounds."""

import asyncio
import json
import time
import uuid

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from generator.beacon.event import Event
from generator.beacon.store import Session
from generator.database.migrate import migrate
from generator.database.roles import BEACON
from tests.conftest import as_role
from tests.database.test_migrate import APP, app_tables, rows, run
from tests.database.test_policies import ME, PUBLIC, populate

APP_TRACKS = """
GRANT INSERT ON portfolio_analytics TO anon, authenticated, service_role;
ALTER TABLE portfolio_analytics ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Anyone can track" ON portfolio_analytics FOR INSERT TO public WITH CHECK (true);
"""
DAY = 86400


def send(connection: psycopg.Connection, **values: object) -> bool:
    """Whether an event with these values is stored; the time is in seconds from now."""
    row = {"user_id": PUBLIC, "event_type": "view", **values}
    seconds = row.pop("seconds", None)
    names, marks = list(row), ["%s"] * len(row)
    if seconds is not None:
        names.append("created_at")
        marks.append(f"now() + interval '{seconds} seconds'")
    statement = f"INSERT INTO portfolio_analytics ({', '.join(names)}) VALUES ({', '.join(marks)})"
    try:
        connection.execute(statement.encode(), list(row.values()))
    except InsufficientPrivilege:
        return False
    return True


def events(url: str) -> int:
    count: int = rows(
        url, "SELECT count(*)::integer FROM portfolio_analytics WHERE user_id = %s", PUBLIC
    )[0][0]
    return count


@pytest.fixture
def apps(empty_database: str, template: str) -> str:
    """A migrated database whose app has tables of its own, and lets everybody insert events."""
    run(empty_database, APP + app_tables().replace("'added_experience'", "'project_view', "
        "'added_experience'") + APP_TRACKS)  # fmt: skip
    migrate(empty_database)
    populate(empty_database)
    return empty_database


@pytest.mark.parametrize(("role", "user"), [("anon", None), ("authenticated", ME)])
def test_no_visitor_inserts_an_event_past_the_beacon(
    database: str, role: str, user: uuid.UUID | None
) -> None:
    populate(database)
    before = events(database)
    with as_role(database, role, user) as connection:
        for seconds in (None, 0, -400 * DAY, 400 * DAY):
            assert not send(connection, seconds=seconds)
        for statement in (
            "UPDATE portfolio_analytics SET created_at = now()",
            "DELETE FROM portfolio_analytics",
            "TRUNCATE portfolio_analytics",
        ):
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                connection.execute(statement.encode())
    assert events(database) == before


def test_the_beacon_s_role_inserts_events_of_a_time_that_can_be(database: str) -> None:
    populate(database)
    with as_role(database, BEACON) as connection:
        assert send(connection)
        assert send(connection, seconds=-399 * DAY)
        assert not send(connection, seconds=-401 * DAY)
        assert not send(connection, seconds=3600)


def test_a_beacon_whose_clock_is_wrong_stores_the_database_s_time(database: str) -> None:
    populate(database)
    now = time.time()
    times = {"1970": 0.0, "next year": now + 366 * DAY, "spooled": now - 30 * DAY, "now": now}
    sent = [
        Event(uuid.uuid4(), "view", name, PUBLIC, None, "{}", int(at * 1_000_000))
        for name, at in times.items()
    ]

    async def store() -> int:
        session = await Session.open(database)
        try:
            return (await session.store(sent)).new
        finally:
            await session.close()

    assert asyncio.run(store()) == len(sent)
    found: dict[str, str] = dict(
        rows(
            database,
            "SELECT slug, CASE WHEN created_at = now THEN 'now' "
            "ELSE round(extract(epoch FROM created_at))::text END "
            "FROM portfolio_analytics, "
            "(SELECT max(created_at) AS now FROM portfolio_analytics WHERE slug = '1970') AS t "
            "WHERE slug IS NOT NULL",
        )
    )
    assert found["next year"] == found["1970"] == "now"
    assert found["spooled"] == str(round(times["spooled"]))


@pytest.mark.parametrize(("role", "user"), [("anon", None), ("authenticated", ME)])
def test_an_app_that_inserts_events_itself_goes_on_within_bounds(
    apps: str, role: str, user: uuid.UUID | None
) -> None:
    with as_role(apps, role, user) as connection:
        assert send(connection)
        assert send(connection, event_type="added_experience", event_data='{"role": "CTO"}')
        assert send(connection, slug="ada", event_data=None, seconds=-60)
        assert send(connection, event_data=json.dumps('{"referrer": "news.example"}'))
        assert not send(connection, seconds=-2 * DAY)
        assert not send(connection, seconds=2 * DAY)
        assert not send(connection, event_data=json.dumps({"referrer": "x" * 5000}))
        assert not send(connection, event_data='["no object"]')
        assert not send(connection, slug="x" * 500)
    assert rows(
        apps,
        "SELECT policyname::text FROM pg_policies WHERE tablename = 'portfolio_analytics' "
        "AND policyname NOT LIKE 'qwikfolio%%'",
    ) == [("Anyone can track",)]


def test_the_app_s_own_server_is_not_bounded(apps: str) -> None:
    with as_role(apps, "service_role") as connection:
        assert send(connection, seconds=-2 * DAY)


def test_where_the_app_has_no_policy_ours_stays_and_events_are_about_public_people(
    empty_database: str, template: str
) -> None:
    run(empty_database, APP + app_tables())
    migrate(empty_database)
    run(empty_database, "GRANT USAGE ON SCHEMA auth TO anon")
    populate(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("UPDATE portfolios SET published = true WHERE user_id = %s", [ME])
    with as_role(empty_database, "anon") as connection:
        assert send(connection)
        assert send(connection, project_id=PUBLIC)
        assert not send(connection, project_id=ME)
        assert not send(connection, seconds=-2 * DAY)
