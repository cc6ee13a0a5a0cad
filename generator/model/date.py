"""Dates as people type them: free text, meant as `YYYY-MM` (Data Dictionary, `start_date`)."""

import re
from functools import lru_cache

import msgspec

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.]\d{1,2})?)?(?:T.*)?", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_EARLIEST, _LATEST = 1900, 2199
_SHORT = 10  # characters: as `2023-01-15`


class PartialDate(msgspec.Struct, frozen=True, order=True):
    """A year, and the month where it is known."""

    year: int
    """1900 to 2199."""
    month: int = 0
    """1 to 12; 0 where only the year is known, so that a bare year sorts before its months."""

    @property
    def iso(self) -> str:
        """The value of a `<time datetime>` attribute: `2023-01` or `2023`."""
        return f"{self.year:04}-{self.month:02}" if self.month else f"{self.year:04}"


def parse_date(text: str) -> PartialDate | None:
    """Read `2023-01`, `2023-1`, `2023`, `01/2023`, `Jan 2023`; None for anything else."""
    return _remembered(text) if len(text) <= _SHORT else _parse(text)


def _parse(text: str) -> PartialDate | None:
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month = match[1], match[2]
    elif match := _MONTH_FIRST.fullmatch(text):
        month, year = match[1], match[2]
    elif match := _NAMED.fullmatch(text):
        month, year = _month_number(match[1]), match[2]
    else:
        return None
    if not _EARLIEST <= int(year) <= _LATEST or not 0 <= int(month or 0) <= len(MONTHS):
        return None
    return PartialDate(int(year), int(month or 0))


_remembered = lru_cache(maxsize=2000)(_parse)  # people share few dates: a century has 1,200 months


def _month_number(name: str) -> str:
    """The month whose English name starts with `name`; 99 where none does."""
    name = name.capitalize()
    return next((str(n) for n, month in enumerate(MONTHS, 1) if month.startswith(name)), "99")


class Period(msgspec.Struct, frozen=True):
    """From when to when."""

    start: PartialDate | None
    """None when it was never written down, or is no date."""
    end: PartialDate | None
    """None when it goes on, was never written down, or is no date."""
    current: bool
    """True: shown as "Present", whatever `end_date` says."""
