"""Days of a time zone, and what is counted in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest

from generator.stats.figures import Count, Counted, Figures, Person, figures
from generator.stats.span import Span, zone

ADA = Person("1", "Ada", "ada", public=True, timezone=None)
LISBON = ZoneInfo("Europe/Lisbon")


def span(last: str, days: int, name: str = "Europe/Lisbon") -> Span:
    return Span(date.fromisoformat(last), days, ZoneInfo(name))


def counted(
    views: Sequence[tuple[int, int, int]] = (),
    sums: Sequence[Mapping[str, Mapping[str, int]]] = (),
    counts: Sequence[tuple[int, str, str, int]] = (),
) -> Figures:
    return figures(ADA, span("2026-11-23", 3), Counted(views, sums, counts, (), {"p": "Engine"}))


def hours(of: Span) -> list[float]:
    return [(end - start) / timedelta(hours=1) for start, end in pairwise(of.starts)]


def test_a_day_has_24_hours_but_where_clocks_are_changed() -> None:
    assert hours(span("2026-03-30", 3)) == [24, 23, 24]
    assert hours(span("2026-10-26", 3)) == [24, 25, 24]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("UTC", "2026-11-23T00:00+00:00"),
        ("America/New_York", "2026-11-23T05:00+00:00"),
        ("Asia/Tokyo", "2026-11-22T15:00+00:00"),
        # Midnight is at 18:30 UTC: the hour that began at 18:00 belongs to the day before.
        ("Asia/Kolkata", "2026-11-22T19:00+00:00"),
    ],
)
def test_a_day_begins_with_the_first_hour_of_utc_that_begins_in_it(name: str, start: str) -> None:
    assert span("2026-11-23", 1, name).starts[0] == datetime.fromisoformat(start)


def test_a_day_without_a_midnight_begins_when_the_clock_goes_on() -> None:
    assert span("2026-09-06", 1, "America/Santiago").starts[0] == datetime(
        2026, 9, 6, 4, tzinfo=UTC
    )
    assert hours(span("2026-09-06", 1, "America/Santiago")) == [23]


@pytest.mark.parametrize("name", [None, "", 7, "Mars/Olympus", "../../etc/passwd", "America", "\0"])
def test_what_is_no_time_zone_is_none(name: object) -> None:
    assert zone(name) is None


def test_every_day_is_there_also_where_nobody_came() -> None:
    it = counted(views=[(2, 4, 3)], counts=[(2, "view", "", 1)])
    assert [(day.day.day, day.views, day.visitors) for day in it.days] == [
        (21, 0, 0),
        (22, 5, 3),
        (23, 0, 0),
    ]
    assert (it.views, it.visitors) == (5, 3)


def test_sums_and_what_came_since_are_added_up() -> None:
    it = counted(
        sums=[{"referrer": {"a.example": 2, "": 1}, "download": {"": 4}}, {"referrer": {"": 1}}],
        counts=[(1, "referrer", "a.example", 1), (2, "contact", "", 2), (3, "download", "", 1)],
    )
    assert it.referrers == (Count("a.example", 3), Count("(none)", 2))
    assert (it.downloads, it.contacts) == (5, 2)


def test_projects_that_are_gone_are_one() -> None:
    it = counted(sums=[{"project": {"p": 1, "q": 2, "": 3}}])
    assert it.projects == (Count("(removed)", 5), Count("Engine", 1))


def test_beyond_ten_values_the_rest_are_added_up() -> None:
    it = counted(sums=[{"language": {f"x-{nth:02}": nth for nth in range(1, 14)}}])
    assert [c.name for c in it.languages[:2]] == ["x-13", "x-12"]
    assert it.languages[-1] == Count("(others)", 1 + 2 + 3)
    assert len(it.languages) == 11


def test_events_whose_values_are_not_kept_are_among_the_rest() -> None:
    it = counted(
        sums=[{"referrer": {"a.example": 2}, "other": {"referrer": 5}}],
        counts=[(1, "other", "referrer", 1), (1, "view", "", 8)],
    )
    assert it.referrers == (Count("a.example", 2), Count("(others)", 6))
    assert it.languages == ()


def test_nothing_that_a_terminal_obeys_is_in_a_name() -> None:
    it = counted(sums=[{"referrer": {"\x1b[2Jevil\u202e.example": 1}}])
    assert it.referrers == (Count("�[2Jevil�.example", 1),)


def test_it_is_empty_where_nothing_was_counted() -> None:
    assert counted().empty
    assert not counted(counts=[(1, "contact", "", 1)]).empty
    assert not msgspec.structs.replace(counted(), filtered=(Count("bot", 1),)).empty
