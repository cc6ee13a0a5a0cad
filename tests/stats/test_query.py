"""Figures are what a plain count of the events gives, rolled up or not, in anybody's time zone."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

from generator.database.rollup import roll_up
from generator.errors import DatabaseError
from generator.stats.figures import Count, Figures
from generator.stats.query import Request, count, find, read
from generator.stats.span import Span
from tests.database.test_rollups import ask, piece, until
from tests.site import Site

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime.now(UTC)


def add(
    site: Site,
    user: UUID,
    at: datetime,
    kind: str = "view",
    project: UUID | None = None,
    **data: object,
) -> None:
    site.insert(
        "portfolio_analytics", user_id=user, created_at=at, event_type=kind, project_id=project,
        event_data=data,
    )  # fmt: skip


def stats(
    site: Site, address: str = "ada", days: int = 3, now: datetime = NOW,
    zone: ZoneInfo | None = None, fallback: ZoneInfo = UTC_ZONE,
) -> Figures:  # fmt: skip
    return read(site.url, Request(address=address, days=days, zone=zone, fallback=fallback), now)


def numbers(values: Iterable[Count]) -> dict[str, int]:
    return {value.name: value.events for value in values}


@pytest.mark.parametrize("rolled", [False, True])
def test_what_visitors_did_is_told(site: Site, rolled: bool) -> None:
    ada = site.person("ada")
    engine = site.insert("projects", user_id=ada, name="Engine", description="Ten letters")
    early = NOW - timedelta(hours=20)
    add(site, ada, early, visitor="a", referrer="news.example", screen="phone", language="pt-BR")
    add(site, ada, early, visitor="a")
    add(site, ada, early, "project_view", engine)
    add(site, ada, early, "social_click", type="github")
    add(site, ada, early, "download")
    add(site, ada, NOW, "contact_click")
    site.execute("INSERT INTO qwikfolio.filtered VALUES (%s, %s, 'bot', 7)", ada, NOW.date())
    if rolled:
        roll_up(site.url, 0)

    it = stats(site)
    assert (it.name, it.address, it.public, it.timezone) == ("Ada", "ada", True, "UTC")
    assert (it.views, it.visitors, it.downloads, it.contacts) == (2, 1, 1, 1)
    assert numbers(it.projects) == {"Engine": 1}
    assert numbers(it.links) == {"github": 1}
    assert numbers(it.referrers) == {"news.example": 1, "(none)": 1}
    assert numbers(it.screens) == {"phone": 1, "(unknown)": 1}
    assert numbers(it.languages) == {"pt-BR": 1, "(unknown)": 1}
    assert numbers(it.filtered) == {"bot": 7}


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
@pytest.mark.parametrize("days", [1, 4, 12])
def test_figures_are_what_a_plain_count_gives_however_much_is_rolled_up(
    site: Site, name: str, days: int
) -> None:
    dice, zone = random.Random(name), ZoneInfo(name)
    ada, bob = site.person("ada"), site.person("bob")
    visits = [
        (at, dice.choice("abcdef"), dice.choice(["x.example", "y.example"]))
        for at in sorted(NOW - timedelta(days=9) * dice.random() for _ in range(400))
    ]
    with psycopg.connect(site.url) as connection:
        for at, visitor, referrer in visits:
            connection.execute(
                "INSERT INTO portfolio_analytics (user_id, event_type, created_at, event_data) "
                "VALUES (%s, 'view', %s, %s), (%s, 'view', %s, NULL)",
                [ada, at, Jsonb({"visitor": visitor, "referrer": referrer}), bob, at],
            )
    # An hour of UTC belongs to the day in which it begins.
    views: Counter[object] = Counter()
    visitors: Counter[object] = Counter()
    referrers: Counter[str] = Counter()
    seen = set()
    first = NOW.astimezone(zone).date() - timedelta(days=days - 1)
    for at, visitor, referrer in visits:
        day = at.replace(minute=0, second=0, microsecond=0).astimezone(zone).date()
        if day >= first:
            views[day] += 1
            referrers[referrer] += 1
            visitors[day] += (at.date(), visitor) not in seen
        seen.add((at.date(), visitor))

    def assert_right() -> None:
        it = stats(site, days=days, zone=zone)
        assert {day.day: day.views for day in it.days if day.views} == dict(views)
        assert {day.day: day.visitors for day in it.days if day.visitors} == dict(+visitors)
        assert numbers(it.referrers) == dict(referrers)

    assert_right()
    with psycopg.connect(site.url, autocommit=True) as connection:
        for hours in (150, 77, 20, 3):
            ask(connection, NOW - timedelta(hours=hours))
            before = until(connection)
            while piece(connection) and until(connection) < NOW - timedelta(hours=hours + 2):
                pass
            assert until(connection) > before
            assert_right()
    roll_up(site.url, 0)
    assert_right()


def test_days_of_a_span_in_the_past_end_where_it_ends(site: Site) -> None:
    ada = site.person("ada")
    for hours in (30, 50, 60):
        add(site, ada, NOW - timedelta(hours=hours))
    whole = stats(site, days=9, zone=ZoneInfo("America/New_York"))
    roll_up(site.url, 0)
    for back in range(1, 4):
        it = stats(site, days=1, zone=ZoneInfo("America/New_York"), now=NOW - timedelta(days=back))
        assert it.days == (whole.days[-1 - back],)
        assert sum(numbers(it.referrers).values()) == it.views


def test_a_day_of_25_hours_has_the_events_of_25(site: Site) -> None:
    ada = site.person("ada")
    for hour in range(26):
        add(site, ada, datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + timedelta(hours=hour))
    for _ in range(2):
        it = stats(
            site, days=2, zone=ZoneInfo("Europe/Lisbon"), now=datetime(2026, 10, 26, 12, tzinfo=UTC)
        )
        assert [day.views for day in it.days] == [25, 1]
        roll_up(site.url, 0)


def test_a_day_that_never_was_has_no_events(site: Site) -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    ada = site.person("ada")
    for hour in range(48):
        add(site, ada, datetime(2011, 12, 29, 12, tzinfo=UTC) + timedelta(hours=hour))
    roll_up(site.url, 0)
    with psycopg.connect(site.url) as connection:
        person = find(connection, "ada")
        it = count(connection, person, Span(date(2011, 12, 30), 1, ZoneInfo("Pacific/Apia")))
    assert (it.views, it.referrers) == (0, ())


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("Nowhere/Land", "Europe/Lisbon"), (7, "Europe/Lisbon")],
)
def test_the_time_zone_is_the_owners_where_they_have_one(
    site: Site, setting: object, expected: str
) -> None:
    site.person("ada", settings={"isPublic": True, "timezone": setting})
    fallback = ZoneInfo("Europe/Lisbon")
    assert stats(site, fallback=fallback).timezone == expected
    asked = ZoneInfo("Asia/Kolkata")
    assert stats(site, fallback=fallback, zone=asked).timezone == "Asia/Kolkata"


def test_a_slug_comes_before_a_username(site: Site) -> None:
    site.person("ada", name="Slug")
    site.person(None, username="ada", name="Username")
    site.person("bob", username="carla", name="Both", published=False)
    assert stats(site).name == "Slug"
    assert (stats(site, "carla").name, stats(site, "carla").public) == ("Both", False)


@pytest.mark.parametrize("address", ["nobody", "", "ADA", "a\udc80", "a\0"])
def test_an_unknown_address_says_what_to_do(site: Site, address: str) -> None:
    site.person("ada")
    with pytest.raises(DatabaseError, match="nobody's portfolio is at") as error:
        stats(site, address)
    assert "the last part of the page's address" in (error.value.fix or "")


def test_nobody_has_come_yet(site: Site) -> None:
    site.person("ada")
    assert stats(site).empty
