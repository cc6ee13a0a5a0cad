"""No portfolio and no value makes summing up take long, stop, or keep others from their figures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from generator.beacon.rollup_status import RollupStatus
from generator.database.roles import BEACON
from generator.database.rollup import Rolled, roll_up
from generator.stats.figures import OTHERS, Figures
from generator.stats.query import Request, read
from tests.conftest import as_role
from tests.database.test_rollups import ask, counts, days, events, in_time, piece, recount
from tests.present import present
from tests.site import Site

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
START = NOW.replace(hour=0, minute=0, second=0, microsecond=0) - 3 * DAY
KEPT = 200
FAIL = "ALTER TABLE qwikfolio.hours ADD CONSTRAINT broken CHECK (user_id <> %s)"
MEND = b"ALTER TABLE qwikfolio.hours DROP CONSTRAINT broken"


@pytest.fixture
def connection(site: Site) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        yield connection


def flood(
    connection: psycopg.Connection, user: UUID, number: int, at: datetime = START,
    span: timedelta = timedelta(hours=5),
    referrer: str = "'r' || g || '.example'", visitor: str = "'v' || g % 50",
) -> None:  # fmt: skip
    """Views that came in time, evenly spread; `referrer` and `visitor` are SQL, of the number g."""
    referrer, visitor = (it.replace("%", "%%") for it in (referrer, visitor))
    with in_time(connection):
        connection.execute(
            "INSERT INTO portfolio_analytics (user_id, event_type, created_at, event_data) "
            "SELECT %(user)s, 'view', %(at)s + g * %(span)s::interval / %(number)s, "
            f"jsonb_build_object('referrer', {referrer}, 'visitor', {visitor}) "
            "FROM generate_series(0, %(number)s - 1) AS g".encode(),
            {"user": user, "at": at, "span": span, "number": number},
        )


def slices(connection: psycopg.Connection, size: int) -> list[int]:
    """Sum up everything that has closed, so many events at once: how many each call counted."""
    found: list[int] = []
    before = -1
    for _ in range(1000):
        (number,) = present(connection.execute("SELECT qwikfolio.roll_up(%s)", [size]).fetchone())
        if number is None:
            return found
        (after,) = present(connection.execute("SELECT sum(views) FROM qwikfolio.hours").fetchone())
        after = after or 0
        found.append(int(after) - max(before, 0))
        before = int(after)
    raise AssertionError("it goes on and on")


def stats(site: Site, address: str) -> Figures:
    return read(site.url, Request(address=address, days=9, fallback=ZoneInfo("UTC")))


def fail(connection: psycopg.Connection, user: UUID) -> None:
    """Whatever is summed up of this portfolio can't be stored from now on."""
    connection.execute(psycopg.sql.SQL(FAIL.replace("%s", "{}")).format(user))


def state(connection: psycopg.Connection) -> tuple[int, str | None]:
    found = connection.execute("SELECT failing, reason FROM qwikfolio.roll_up_state()")
    return present(found.fetchone())


def test_a_slice_has_so_many_events_whatever_a_portfolio_or_an_hour_has(
    site: Site, connection: psycopg.Connection
) -> None:
    ada, bob = site.person("ada"), site.person("bob")
    flood(connection, ada, 1000, span=timedelta(minutes=20), referrer="'r' || g % 7")
    flood(connection, bob, 100, span=DAY, referrer="'r' || g % 7")
    ask(connection, NOW - timedelta(hours=2))
    found = slices(connection, 64)
    assert max(found) <= 64
    assert sum(found) == 1100
    assert counts(connection) == recount(connection)


def test_events_of_one_moment_are_a_slice_that_ends(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 300, span=timedelta(0), referrer="'r' || g % 7")
    flood(connection, ada, 10, at=START + DAY, referrer="'r' || g % 7")
    ask(connection, NOW - timedelta(hours=2))
    assert [number for number in slices(connection, 5) if number] == [300, 5, 5]
    assert counts(connection) == recount(connection)


def test_a_day_that_is_counted_anew_is_divided_too_and_its_figures_stay_right(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 500, referrer="'r' || g % 7")
    roll_up(site.url, 0)
    right = stats(site, "ada")
    site.insert("portfolio_analytics", user_id=ada, event_type="view", created_at=START)
    seen = []
    while connection.execute("SELECT qwikfolio.roll_up(64)").fetchone() != (None,):
        it = stats(site, "ada")
        seen.append(it.views)
        assert it.visitors == right.visitors
    assert len(seen) >= 500 // 64
    assert set(seen) == {501}
    assert counts(connection) == recount(connection)
    assert connection.execute("SELECT FROM qwikfolio.visitors").rowcount == 0


def test_late_events_during_a_recount_are_counted_by_the_next(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 300, referrer="'r' || g % 7")
    roll_up(site.url, 0)
    site.insert("portfolio_analytics", user_id=ada, event_type="view", created_at=START)
    connection.execute("SELECT qwikfolio.roll_up(64)")
    site.insert("portfolio_analytics", user_id=ada, event_type="view", created_at=START)
    slices(connection, 64)
    assert counts(connection) == recount(connection)
    assert stats(site, "ada").views == 302


def test_values_are_kept_up_to_a_number_and_the_rest_are_counted(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 3000, referrer="CASE WHEN g % 3 = 0 THEN 'real.example' ELSE "
          "CASE WHEN g % 3 = 1 THEN '' ELSE rpad('crafted' || g, 253, 'x') END END")  # fmt: skip
    before = stats(site, "ada")
    ask(connection, NOW - timedelta(hours=2))
    slices(connection, 700)
    for table in ("hours", "days"):
        for (found,) in connection.execute(f"SELECT counts FROM qwikfolio.{table}".encode()):
            assert len(found["referrer"]) == KEPT
            assert found["other"] == {
                "referrer": sum(found["screen"].values()) - sum(found["referrer"].values())
            }
    assert sum(n for (*_, kind, value), n in days(connection).items() if value == "real.example"
               and kind == "referrer") == 1000  # fmt: skip
    after = stats(site, "ada")
    for it in (before, after):
        named = {count.name: count.events for count in it.referrers}
        assert (named["real.example"], named["(none)"]) == (1000, 1000)
        assert named[OTHERS] == 1000 - 8
        assert sum(named.values()) == it.views == 3000


def test_a_value_called_other_is_not_the_rest(site: Site, connection: psycopg.Connection) -> None:
    ada = site.person("ada")
    flood(connection, ada, 300, referrer="CASE WHEN g < 20 THEN 'other' ELSE 'r' || g END")
    flood(connection, ada, 9, at=START + DAY, referrer="'referrer'")
    roll_up(site.url, 0)
    named = {count.name: count.events for count in stats(site, "ada").referrers}
    assert (named["other"], named["referrer"]) == (20, 9)
    assert sum(named.values()) == 309


def test_who_can_not_be_counted_holds_up_nobody_else(
    site: Site, connection: psycopg.Connection
) -> None:
    people = [site.person(name) for name in ("ada", "bob", "carl", "dora", "eve")]
    for user in people:
        flood(connection, user, 40, referrer="'r' || g % 7")
    fail(connection, people[2])
    done = roll_up(site.url, 0)
    assert done.failing == 1
    assert str(people[2]) in (done.reason or "")
    assert "broken" in (done.reason or "")
    found = recount(connection)
    assert counts(connection) == {key: n for key, n in found.items() if key[0] != people[2]}
    for name in ("ada", "carl"):
        it = stats(site, name)
        assert (it.views, it.visitors) == (40, 40)
        assert sum(count.events for count in it.referrers) == 40

    connection.execute(MEND)
    assert roll_up(site.url, 0).failing == 1  # it is not tried all the time
    connection.execute("UPDATE qwikfolio.recounts SET retry_at = now()")
    done = roll_up(site.url, 0)
    assert (done.days, done.failing, done.reason) == (1, 0, None)
    assert counts(connection) == found


def test_what_comes_after_a_failure_waits_for_it_and_shows_all_the_same(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 100, referrer="'r' || g % 7")
    fail(connection, ada)
    ask(connection, NOW - timedelta(hours=2))
    slices(connection, 30)
    assert counts(connection) == {}
    assert stats(site, "ada").views == 100
    connection.execute(MEND)
    connection.execute("UPDATE qwikfolio.recounts SET retry_at = now()")
    slices(connection, 30)
    assert counts(connection) == recount(connection)
    assert state(connection) == (0, None)


def test_events_are_forgotten_though_somebody_can_not_be_counted(
    site: Site, connection: psycopg.Connection
) -> None:
    ada, bob = site.person("ada"), site.person("bob")
    old = START - 60 * DAY
    for user in (ada, bob):
        flood(connection, user, 20, at=old, span=timedelta(hours=1))
        flood(connection, user, 20, at=old - 9 * DAY, span=timedelta(hours=1))
    fail(connection, ada)
    site.insert("portfolio_analytics", user_id=ada, event_type="view", created_at=old)
    done = roll_up(site.url, 40)
    assert (done.forgotten, done.failing) == (40, 2)
    kept = connection.execute("SELECT user_id, count(*) FROM portfolio_analytics GROUP BY user_id")
    assert kept.fetchall() == [(ada, 41)]

    connection.execute(MEND)
    connection.execute("UPDATE qwikfolio.recounts SET retry_at = now()")
    done = roll_up(site.url, 40)
    assert (done.forgotten, done.failing) == (41, 0)
    assert sum(n for (user, _, kind, _), n in counts(connection).items()
               if user == ada and kind == "view") == 41  # fmt: skip


def test_events_are_forgotten_though_summing_up_ends_early(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 20, at=NOW - 60 * DAY)
    roll_up(site.url, 0)
    flood(connection, ada, 20, at=START)
    connection.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
    )
    connection.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON qwikfolio.hours "
        "FOR EACH ROW EXECUTE FUNCTION full_disk()"
    )
    connection.execute("UPDATE qwikfolio.rolled SET until = %s", [START - DAY])
    with pytest.raises(Exception, match="no space left"):
        roll_up(site.url, 40)
    assert events(connection) == 20
    assert state(connection) == (0, None)  # it is the server's fault, not a portfolio's


def test_nobody_waits_while_a_slice_is_counted(site: Site, connection: psycopg.Connection) -> None:
    ada = site.person("ada")
    flood(connection, ada, 100)
    ask(connection, NOW - timedelta(hours=2))
    with psycopg.connect(site.url) as counting:
        assert piece(counting) == 1
        connection.execute("SET lock_timeout = '1ms'")
        site.insert("portfolio_analytics", user_id=ada, event_type="view", created_at=START)
        assert stats(site, "ada").views == 101
        assert connection.execute("SELECT qwikfolio.roll_up()").fetchone() == (None,)
        assert connection.execute("SELECT qwikfolio.forget_events(40)").fetchone() == (0,)


def test_the_beacon_learns_how_far_it_is_and_nothing_else(
    site: Site, connection: psycopg.Connection
) -> None:
    ada = site.person("ada")
    flood(connection, ada, 3)
    fail(connection, ada)
    with as_role(site.url, BEACON) as beacon:
        while piece(beacon) is not None:
            pass
        failing, reason = state(beacon)
        assert failing == 1
        assert str(ada) in present(reason)
        for statement in (
            "SELECT FROM qwikfolio.recounts",
            "SELECT qwikfolio.count_due(gen_random_uuid(), gen_random_uuid())",
            "SELECT qwikfolio.count_each(gen_random_uuid(), gen_random_uuid())",
            "SELECT qwikfolio.uncount(gen_random_uuid(), current_date)",
            "SELECT qwikfolio.added('{}', '{}')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                beacon.execute(statement.encode())


def test_an_operator_is_told_how_far_it_is_and_what_fails() -> None:
    status = RollupStatus(1000.0)
    assert status.lag(1600.0) == 600  # nothing is known but that nothing has ended
    assert status.take(Rolled(0, 0, float("-inf"))) is None
    assert status.lag(1600.0) == 600
    said = status.take(Rolled(3, 0, 1500.0, 2, "user 7, 2026-11-23: 23514: no"))
    assert said is not None
    assert "2 days of portfolios can't be summed up" in said
    assert "user 7, 2026-11-23" in said
    assert (status.lag(1600.0), status.failing) == (100, 2)
    assert status.take(Rolled(0, 0, 1500.0, 2, "the same")) is None
