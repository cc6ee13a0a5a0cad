"""Sums by the hour are what a plain recount of the events gives, whatever happened in between."""

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from generator.database.roles import BEACON
from generator.database.rollup import roll_up
from tests.conftest import as_role
from tests.present import present

NOW = datetime.now(UTC)
START = NOW.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=20)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = {
    "project_view": "project", "social_click": "link", "download": "download",
    "contact_click": "contact",
}  # fmt: skip
ODD: tuple[object, ...] = (
    None, [], "text", 7, {"visitor": ""}, {"visitor": 3}, {"referrer": {"a": [1]}},
    {"referrer": "x" * 3000, "visitor": "y" * 3000}, {"screen": None, "language": "\U0001f600"},
    {"type": "git\nhub"}, {"visitor": {"a": 1}},
)  # fmt: skip

Key = tuple[uuid.UUID, datetime, str, str]


def person(connection: psycopg.Connection) -> uuid.UUID:
    user = uuid.uuid4()
    connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
    return user


def add(
    connection: psycopg.Connection,
    user: uuid.UUID,
    at: datetime,
    kind: str = "view",
    data: object = None,
    project: uuid.UUID | None = None,
) -> None:
    connection.execute(
        "INSERT INTO portfolio_analytics (user_id, event_type, event_data, created_at, project_id) "
        "VALUES (%s, %s, %s, %s, %s)",
        [user, kind, None if data is None else Jsonb(data), at, project],
    )


@contextmanager
def in_time(connection: psycopg.Connection) -> Iterator[None]:
    """What is written in here came when it happened."""
    with connection.transaction():
        connection.execute("ALTER TABLE portfolio_analytics DISABLE TRIGGER qwikfolio_late")
        yield
        connection.execute("ALTER TABLE portfolio_analytics ENABLE ALWAYS TRIGGER qwikfolio_late")


def ask(connection: psycopg.Connection, at: datetime) -> None:
    """As if somebody had rolled up at that time, and asked."""
    connection.execute(
        "UPDATE qwikfolio.rolled SET asked_at = %s, asked_by = pg_current_xact_id()", [at]
    )


def until(connection: psycopg.Connection) -> datetime:
    found = connection.execute("SELECT greatest(until, '2000-01-01') FROM qwikfolio.rolled")
    until: datetime = present(found.fetchone())[0]
    return until


def piece(connection: psycopg.Connection) -> int | None:
    counted: int | None = present(connection.execute("SELECT qwikfolio.roll_up()").fetchone())[0]
    return counted


def roll_to(connection: psycopg.Connection, at: datetime) -> None:
    """Everything that has closed at a time before now, and no more."""
    ask(connection, at)
    closed = (at - timedelta(minutes=5)).replace(minute=0, second=0, microsecond=0)
    for _ in range(1000):
        late = connection.execute("SELECT FROM qwikfolio.late LIMIT 1").rowcount
        if until(connection) >= closed and not late:
            return
        piece(connection)
    raise AssertionError("it goes on and on")


def text(data: object, key: str) -> str:
    """What PostgreSQL's `->>` gives."""
    if not isinstance(data, dict) or data.get(key) is None:
        return ""
    value = data[key]
    if isinstance(value, dict | list):
        return '{"a": [1]}' if value == {"a": [1]} else '{"a": 1}'
    return str(value)


def recount(connection: psycopg.Connection) -> Counter[Key]:
    """What the sums ought to be, from the events alone."""
    found: Counter[Key] = Counter()
    seen: set[tuple[uuid.UUID, object, str]] = set()
    rows = connection.execute(
        "SELECT user_id, created_at AT TIME ZONE 'UTC', event_type, event_data, project_id::text "
        "FROM portfolio_analytics WHERE isfinite(created_at) "
        "AND created_at < (SELECT until FROM qwikfolio.rolled) ORDER BY created_at"
    )
    for user, at, kind, data, project in rows:
        hour = at.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
        if kind == "view":
            found[user, hour, "view", ""] += 1
            for name in ("referrer", "screen", "language"):
                found[user, hour, name, text(data, name)[:253]] += 1
            visitor = text(data, "visitor")[:64]
            if visitor and (user, at.date(), visitor) not in seen:
                seen.add((user, at.date(), visitor))
                found[user, hour, "visitor", ""] += 1
        elif kind in KINDS:
            value = {"project_view": project or "", "social_click": text(data, "type")}.get(
                kind, ""
            )
            found[user, hour, KINDS[kind], value[:253]] += 1
    return found


def counts(connection: psycopg.Connection) -> Counter[Key]:
    """What the sums are."""
    found: Counter[Key] = Counter()
    for user, hour, views, visitors, by_kind in connection.execute("SELECT * FROM qwikfolio.hours"):
        found[user, hour, "view", ""] += views
        found[user, hour, "visitor", ""] += visitors
        for kind, values in by_kind.items():
            for value, events in values.items():
                found[user, hour, kind, value] += events
    return +found


def by_day(found: Counter[Key]) -> Counter[tuple[object, ...]]:
    days: Counter[tuple[object, ...]] = Counter()
    for (user, hour, kind, value), events in found.items():
        if kind not in ("view", "visitor"):
            days[user, hour.date(), kind, value] += events
    return days


def days(connection: psycopg.Connection) -> Counter[tuple[object, ...]]:
    return Counter({
        (user, day, kind, value): events
        for user, day, by_kind in connection.execute("SELECT * FROM qwikfolio.days")
        for kind, values in by_kind.items()
        for value, events in values.items()
    })  # fmt: skip


def assert_right(connection: psycopg.Connection) -> None:
    found = counts(connection)
    assert found == recount(connection)
    assert days(connection) == by_day(found)
    assert connection.execute("SELECT FROM qwikfolio.due").rowcount == 0


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        yield connection


class World:
    """People whose pages are looked at, on a clock of its own."""

    def __init__(self, connection: psycopg.Connection, seed: int) -> None:
        self.connection = connection
        self.dice = random.Random(seed)
        self.people = [person(connection) for _ in range(4)]
        self.clock = START + timedelta(minutes=self.dice.randrange(2000))

    def visit(self) -> None:
        with in_time(self.connection):
            self._events(self.clock.replace(minute=0, second=0, microsecond=0), 2 * HOUR)

    def visit_late(self) -> None:
        self._events(START - DAY, self.clock - START + DAY)

    def die(self) -> None:
        ask(self.connection, self.clock)
        with self.connection.transaction(force_rollback=True):
            piece(self.connection)

    def erase(self) -> None:
        if len(self.people) > 1:
            gone = self.people.pop()
            self.connection.execute("DELETE FROM auth.users WHERE id = %s", [gone])

    def wait(self) -> None:
        self.clock += self.dice.random() * 9 * HOUR

    def roll_up(self) -> None:
        roll_to(self.connection, self.clock)
        assert_right(self.connection)

    def _events(self, low: datetime, span: timedelta) -> None:
        for _ in range(self.dice.randrange(1, 25)):
            kind = self.dice.choice(["view", "view", "view", *KINDS])
            at = low + span * self.dice.random()
            add(self.connection, self.dice.choice(self.people), at, kind, self._data())

    def _data(self) -> object:
        if self.dice.random() < 0.2:
            return self.dice.choice(ODD)
        return {
            "visitor": f"v{self.dice.randrange(6)}",
            "referrer": self.dice.choice(["a.example", "b.example", ""]),
            "screen": self.dice.choice(["phone", "desktop"]),
            "type": self.dice.choice(["github", "linkedin"]),
        }


@pytest.mark.parametrize("seed", range(6))
def test_sums_are_what_a_recount_gives_whatever_happened(
    connection: psycopg.Connection, seed: int
) -> None:
    """Events in time and late, odd ones, pieces that die, people who go."""
    world = World(connection, seed)
    happenings = {
        world.visit: 8, world.visit_late: 3, world.die: 2, world.erase: 1, world.wait: 3,
        world.roll_up: 3,
    }  # fmt: skip
    for happening in world.dice.choices(list(happenings), list(happenings.values()), k=40):
        happening()
    world.roll_up()
    world.clock += DAY
    world.roll_up()
    assert sum(counts(connection).values()) > 100


def test_what_has_passed_is_counted_by_the_beacon_itself(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    add(connection, user, NOW - 3 * HOUR, data={"visitor": "a"})
    with as_role(database, BEACON) as beacon:
        while piece(beacon) is not None:
            pass
    assert counts(connection) == recount(connection) != Counter()
    assert roll_up(database, 0).days == 0


def test_events_of_kinds_and_times_that_make_no_sense_harm_nobody(
    connection: psycopg.Connection,
) -> None:
    connection.execute(
        "ALTER TABLE portfolio_analytics DROP CONSTRAINT portfolio_analytics_event_type_check"
    )
    user = person(connection)
    for at in ("-infinity", "infinity", "0044-03-15 BC", "5000-01-01", "1970-01-01"):
        connection.execute(
            "INSERT INTO portfolio_analytics (user_id, event_type, created_at) VALUES "
            "(%s, 'added_experience', %s), (%s, 'view', %s)",
            [user, at, user, at],
        )
    while piece(connection) is not None:
        pass
    found = connection.execute(
        "SELECT hour::text, views, counts FROM qwikfolio.hours ORDER BY hour"
    )
    nothing = {"referrer": {"": 1}, "screen": {"": 1}, "language": {"": 1}}
    assert found.fetchall() == [
        ("0044-03-15 00:00:00+00 BC", 1, nothing),
        ("1970-01-01 00:00:00+00", 1, nothing),
    ]


def test_an_event_is_late_a_minute_after_it_happened(connection: psycopg.Connection) -> None:
    user = person(connection)
    for seconds in (-3600, 0, 30):
        add(connection, user, datetime.now(UTC) - timedelta(seconds=seconds))
    assert connection.execute("SELECT FROM qwikfolio.late").rowcount == 0
    happened = datetime.now(UTC) - timedelta(seconds=61)
    add(connection, user, happened)
    assert connection.execute("SELECT user_id, day FROM qwikfolio.late").fetchall() == [
        (user, happened.date())
    ]


def test_an_hour_stays_open_while_somebody_may_write_into_it(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    connection.execute("ALTER TABLE portfolio_analytics DISABLE TRIGGER qwikfolio_late")
    with psycopg.connect(database) as slow:
        add(slow, user, START)
        ask(connection, START + 2 * HOUR)
        assert piece(connection) is None
        assert counts(connection) == Counter()
        slow.commit()
    roll_to(connection, START + 2 * HOUR)
    assert counts(connection)[user, START, "view", ""] == 1


def test_a_late_event_is_counted_though_its_day_was_counted_while_it_was_written(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    roll_to(connection, START + DAY)
    add(connection, user, START)
    with psycopg.connect(database) as slow:
        add(slow, user, START)
        assert piece(connection) == 1
        assert counts(connection)[user, START, "view", ""] == 1
        slow.commit()
    assert piece(connection) == 1
    assert_right(connection)
    assert counts(connection)[user, START, "view", ""] == 2


def test_nobody_who_writes_waits_for_who_counts(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    add(connection, user, START)
    ask(connection, START + DAY)
    with psycopg.connect(database) as counting, psycopg.connect(database) as writing:
        piece(counting)
        writing.execute("SET lock_timeout = '1ms'")
        add(writing, user, START)
        add(writing, user, datetime.now(UTC))


def test_of_two_at_once_one_has_nothing_to_do(
    database: str, connection: psycopg.Connection
) -> None:
    ask(connection, START + DAY)
    add(connection, person(connection), START)
    with psycopg.connect(database) as counting:
        assert piece(counting) == 1
        assert piece(connection) is None


def test_a_user_who_is_deleted_meanwhile_is_neither_counted_nor_kept(
    database: str, connection: psycopg.Connection
) -> None:
    """Nor do the two wait for each other, though the deletion is held up on its way."""
    users = [person(connection) for _ in range(2)]
    connection.execute("INSERT INTO profiles (id) VALUES (%s)", [users[0]])
    for user in users:
        add(connection, user, START)
    roll_to(connection, START + DAY)
    for user in users:
        add(connection, user, START)
    with (
        ThreadPoolExecutor(2) as pool,
        psycopg.connect(database) as holding,
        psycopg.connect(database, autocommit=True) as eraser,
        psycopg.connect(database, autocommit=True) as watching,
    ):
        holding.execute("SELECT FROM profiles FOR UPDATE")
        erasing = pool.submit(eraser.execute, "DELETE FROM auth.users WHERE id = %s", [users[0]])
        wait_for(watching, 1)
        counting = pool.submit(roll_to, connection, START + DAY)
        wait_for(watching, 2)
        holding.rollback()
        erasing.result(30)
        counting.result(30)
    assert {user for user, *_ in counts(connection)} == {users[1]}
    assert_right(connection)


def wait_for(watching: psycopg.Connection, waiting: int) -> None:
    """Until so many transactions wait for a lock."""
    for _ in range(1000):
        if watching.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount >= waiting:
            return
        watching.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits")


def test_nothing_is_left_of_who_is_erased(connection: psycopg.Connection) -> None:
    user = person(connection)
    connection.execute("INSERT INTO qwikfolio.filtered VALUES (%s, current_date, 'bot', 3)", [user])
    with in_time(connection):
        add(connection, user, START, data={"visitor": "a"})
    ask(connection, START + 2 * HOUR)
    piece(connection)
    add(connection, user, START)
    tables = ("filtered", "hours", "days", "visitors", "late")
    for name in tables:
        assert connection.execute(f"SELECT FROM qwikfolio.{name}".encode()).rowcount == 1, name
    connection.execute("DELETE FROM auth.users WHERE id = %s", [user])
    for name in tables:
        assert connection.execute(f"SELECT FROM qwikfolio.{name}".encode()).rowcount == 0, name


def test_visitors_of_past_days_are_not_kept(connection: psycopg.Connection) -> None:
    user = person(connection)
    with in_time(connection):
        for hours in range(40):
            add(connection, user, START + hours * HOUR, data={"visitor": "a"})
    for hours in (12, 36):
        roll_to(connection, START + hours * HOUR + timedelta(minutes=6))
    assert connection.execute("SELECT day, hour FROM qwikfolio.visitors").fetchall() == [
        ((START + DAY).date(), START + DAY)
    ]


def events(connection: psycopg.Connection) -> int:
    return connection.execute("SELECT FROM portfolio_analytics").rowcount


def test_events_are_forgotten_when_they_are_counted_and_old(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    with in_time(connection):
        for age in (400, 41, 39):
            add(connection, user, NOW - age * DAY)
        add(connection, user, datetime.now(UTC))  # of an hour that is not over
    assert connection.execute("SELECT qwikfolio.forget_events(40)").fetchone() == (0,)
    assert roll_up(database, 0).forgotten == 0
    before = counts(connection)
    assert roll_up(database, 40).forgotten == 2
    assert events(connection) == 2
    assert counts(connection) == before
    assert sum(n for (*_, kind, _), n in before.items() if kind == "view") == 3


def test_a_day_that_is_forgotten_is_not_counted_anew(
    database: str, connection: psycopg.Connection
) -> None:
    user = person(connection)
    for _ in range(3):
        add(connection, user, NOW - 60 * DAY)
    roll_up(database, 40)
    before = counts(connection)
    add(connection, user, NOW - 60 * DAY)
    assert roll_up(database, 40).forgotten == 1
    assert counts(connection) == before
    assert connection.execute("SELECT FROM qwikfolio.late").rowcount == 0


def test_less_than_forty_days_are_refused(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="40 days at least, not for 39"):
        connection.execute("SELECT qwikfolio.forget_events(39)")


def test_a_dump_from_a_server_that_was_older_goes_on(connection: psycopg.Connection) -> None:
    connection.execute(
        "UPDATE qwikfolio.rolled SET asked_by = '999999999999', asked_at = now() - interval '2 h'"
    )
    add(connection, person(connection), NOW - 3 * HOUR)
    while piece(connection) is not None:
        pass
    assert counts(connection) == recount(connection) != Counter()
