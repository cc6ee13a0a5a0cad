"""Days of a time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def zone(name: object) -> ZoneInfo | None:
    """The IANA time zone of that name; None where there is none, whatever the name is."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):  # unknown, a path elsewhere, a folder of zones
        return None


class Span(msgspec.Struct, frozen=True):
    """Whole days that follow each other."""

    last: date
    days: int
    """How many, with the last."""
    zone: ZoneInfo

    @property
    def dates(self) -> tuple[date, ...]:
        """Each day, in order."""
        return tuple(self.last - nth * _DAY for nth in reversed(range(self.days)))

    @property
    def starts(self) -> tuple[datetime, ...]:
        """When each day begins, and at the end when the last is over, in UTC.

        Sums are by the hour of UTC, and an hour belongs to the day in which it begins: where
        midnight is within an hour, as in zones of half hours, the day begins with the next. A day
        has 23 or 25 hours where clocks are changed.
        """
        return tuple(self._start(day) for day in (*self.dates, self.last + _DAY))

    def _start(self, day: date) -> datetime:
        midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
        hour = midnight.replace(minute=0, second=0, microsecond=0)
        return hour if hour == midnight else hour + _HOUR
