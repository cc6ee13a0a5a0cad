"""What was counted of a portfolio in a span of days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from generator.stats.span import Span

_MOST = 10  # values that are named; the rest are added up
UNKNOWN = "(unknown)"
DIRECT = "(none)"
REMOVED = "(removed)"
OTHERS = "(others)"


class Day(msgspec.Struct, frozen=True):
    """One day of the owner's."""

    day: date
    views: int
    visitors: int
    """Who came for the first time on that day of UTC."""


class Count(msgspec.Struct, frozen=True):
    """How often something was."""

    name: str
    events: int


class Person(msgspec.Struct, frozen=True):
    """Whose portfolio it is."""

    owner: str
    """`portfolios.user_id`."""
    name: str
    address: str
    """Slug or username, as the app looks it up."""
    public: bool
    timezone: str | None
    """`settings.timezone`, which may be anything."""


class Counted(msgspec.Struct, frozen=True):
    """What the database counted, as its queries give it."""

    views: Sequence[tuple[int, int, int]]
    """Number of a day from 1, views, visitors; days without any may be missing. Without the views
    that are in no sum yet."""
    sums: Sequence[Mapping[str, Mapping[str, int]]]
    """Events by kind and value, as `qwikfolio.hours.counts` has them. The values of the kind
    `other` are kinds: how many events have values of these that are not named."""
    counts: Sequence[tuple[int, str, str, int]]
    """Number of a day, kind, value and events that are in no sum yet, views among them."""
    filtered: Sequence[tuple[str, int]]
    """Reason and events."""
    projects: Mapping[str, str]
    """The names of the person's projects, by id."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is shown, in whichever form. Names are printable, whatever was stored."""

    name: str
    address: str
    public: bool
    timezone: str
    """The IANA name of the zone whose days these are."""
    views: int
    visitors: int
    downloads: int
    contacts: int
    """Clicks to write to the owner."""
    days: tuple[Day, ...]
    """Every day of the span, in order."""
    projects: tuple[Count, ...]
    """By name, most often first, like all that follow; at most ten, then `(others)`."""
    links: tuple[Count, ...]
    """By `event_data.type`: `github`."""
    referrers: tuple[Count, ...]
    screens: tuple[Count, ...]
    languages: tuple[Count, ...]
    filtered: tuple[Count, ...]
    """What was left out, by reason, on the days of UTC that the span touches."""

    @property
    def empty(self) -> bool:
        """Whether nothing was counted at all."""
        counted = (*self.projects, *self.links, *self.filtered)
        return not (self.views or self.downloads or self.contacts or counted)


def figures(person: Person, span: Span, counted: Counted) -> Figures:
    """Put together what the database counted of a person in a span of days."""
    views: Counter[int] = Counter()
    visitors: Counter[int] = Counter()
    for nth, seen, came in counted.views:
        views[nth] += seen
        visitors[nth] += came
    by_kind: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for sums in counted.sums:
        for kind, by_value in sums.items():
            added = by_kind[kind]
            for value, events in by_value.items():
                added[value] += events
    for nth, kind, value, events in counted.counts:
        by_kind[kind][value] += events
        views[nth] += events if kind == "view" else 0
    other = by_kind["other"]
    days = tuple(Day(day, views[nth], visitors[nth]) for nth, day in enumerate(span.dates, 1))
    return Figures(
        name=_printable(person.name),
        address=_printable(person.address),
        public=person.public,
        timezone=span.zone.key,
        views=sum(day.views for day in days),
        visitors=sum(day.visitors for day in days),
        downloads=sum(by_kind["download"].values()),
        contacts=sum(by_kind["contact"].values()),
        days=days,
        projects=_top(
            ((counted.projects.get(it, REMOVED), n) for it, n in by_kind["project"].items()),
            other["project"],
        ),
        links=_named(by_kind["link"], UNKNOWN, other["link"]),
        referrers=_named(by_kind["referrer"], DIRECT, other["referrer"]),
        screens=_named(by_kind["screen"], UNKNOWN, other["screen"]),
        languages=_named(by_kind["language"], UNKNOWN, other["language"]),
        filtered=_top(counted.filtered),
    )


def _named(values: Mapping[str, int], nameless: str, other: int) -> tuple[Count, ...]:
    return _top(((value.strip() or nameless, events) for value, events in values.items()), other)


def _top(values: Iterable[tuple[str, int]], other: int = 0) -> tuple[Count, ...]:
    """The most frequent, and the rest of them as one, with those that have no name here."""
    sums: Counter[str] = Counter()
    for name, events in values:
        sums[_printable(name)] += events
    ranked = sorted(sums.items(), key=lambda it: (-it[1], it[0]))
    rest = other + sum(events for _name, events in ranked[_MOST:])
    top = tuple(Count(name, events) for name, events in ranked[:_MOST])
    return (*top, Count(OTHERS, rest)) if rest else top


def _printable(text: str) -> str:
    """Without what a terminal would obey, or what turns the text around it."""
    return "".join(it if it.isprintable() else "\N{REPLACEMENT CHARACTER}" for it in text)
