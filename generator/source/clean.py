"""Values as they were stored become values as a page shows them; what is dropped is noted."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from generator.model.date import PartialDate, Period, parse_date
from generator.model.problem import Problem, quote
from generator.model.problem_kind import Kind
from generator.model.url import email_address, web_url

_Choice = TypeVar("_Choice", bound=str)

# What HTML forbids in text: control characters, and code points that are no characters. Said by
# what it allows: of 34 single exceptions the search would try each at every letter.
_HIGHER_PLANES = "".join(
    f"{chr(plane)}-{chr(plane + 0xFFFD)}" for plane in range(0x10000, 0x110000, 0x10000)
)
_UNPRINTABLE = re.compile(f"[^\t\n -~\xa0-\ufdcf\ufdf0-\ufffd{_HIGHER_PLANES}]")
# Letters that nothing is drawn for: fillers of Hangul, and the empty Braille cell.
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
_BLANK = f" \n{_FILLERS}"  # all that is not seen of what `str.isprintable` admits, and of lines
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_MOST_OF_A_COLUMN = 20
_TOO_LARGE = 10**12


def line(text: str | None) -> str | None:
    """One line of text: trimmed, each run of white space one space; None where nothing is seen."""
    if not text:
        return None
    if text.isprintable() and "  " not in text:  # nearly every text
        return text.strip() if text.strip(_BLANK) else None
    text = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return text if _is_seen(text) else None


def prose(text: str | None) -> str | None:
    """Text with its line breaks; None where nothing is seen."""
    if not text:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").isprintable():  # nearly every text
        return text.strip("\n ") if text.strip(_BLANK) else None
    text = _UNPRINTABLE.sub("", text).strip("\n\t ")
    return text if _is_seen(text) else None


def says_no(value: object) -> bool:
    """Whether a switch inside a JSONB column is off: false, 0, or a text that says false."""
    if isinstance(value, str):
        return value.strip().casefold() == "false"
    return isinstance(value, int) and not value


def _is_seen(text: str) -> bool:
    return any(c not in _FILLERS and unicodedata.category(c) not in _UNSEEN for c in text)


class Complaints:
    """The warnings of one person: of each kind in a column the first, and how many more it has."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._kept: list[Problem] = []
        self._counts: dict[tuple[str, str, Kind], int] = {}

    def warn(self, kind: Kind, table: str, column: str, row: str, reason: str) -> None:
        """Add one."""
        count = self._counts[table, column, kind] = self._counts.get((table, column, kind), 0) + 1
        if count <= _MOST_OF_A_COLUMN:
            self._kept.append(
                Problem(
                    kind=kind, level="warning", owner=self._owner, table=table, column=column,
                    row=row, reason=reason,
                )
            )  # fmt: skip

    def all(self) -> tuple[Problem, ...]:
        """In the order they were met."""
        return (
            *self._kept,
            *(
                Problem(
                    kind=kind, level="warning", owner=self._owner, table=table, column=column,
                    reason=f"{more:,} more of the same kind", count=more,
                )
                for (table, column, kind), count in self._counts.items()
                if (more := count - _MOST_OF_A_COLUMN) > 0
            ),
        )  # fmt: skip


class RowCleaner(msgspec.Struct, frozen=True):
    """Cleans the values of one row, and complains of what it has to drop."""

    complaints: Complaints
    table: str
    row: str
    """The row's id."""

    def drop(self, kind: Kind, column: str, reason: str) -> None:
        """Note that a value is not shown, and why."""
        self.complaints.warn(kind, self.table, column, self.row, reason)

    def url(self, column: str, value: object) -> str | None:
        """An http(s) address; None where there is none or it is anything else."""
        if value is None:
            return None
        if isinstance(value, str):
            if url := web_url(value):
                return url
            if not value.strip():
                return None
        self.drop("url", column, f"{quote(value)} is not an http or https address")
        return None

    def picture(self, column: str, value: object, known: Mapping[str, str]) -> str | None:
        """As `url`; or one of the site's own pictures, where a sample names it.

        Args:
            column: Where it is stored.
            value: What is stored.
            known: The address of each of those pictures, by its name.
        """
        if isinstance(value, str) and value in known:
            return known[value]
        return self.url(column, value)

    def email(self, column: str, value: object) -> str | None:
        """One e-mail address."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        address = email_address(value) if isinstance(value, str) else None
        if address is None:
            self.drop("email", column, f"{quote(value)} is not an e-mail address")
        return address

    def date(self, column: str, text: str | None) -> PartialDate | None:
        """A month or a year."""
        if not text:
            return None
        date = parse_date(text)
        if date is None and text.strip():
            self.drop("date", column, f"{quote(text)} is not a date like 2023-01")
        return date

    def period(self, start: str | None, end: str | None, current: bool | None) -> Period:  # noqa: FBT001 - a column
        """The columns `start_date`, `end_date` and `current`."""
        begun = self.date("start_date", start)
        if current:
            return Period(begun, None, current=True)
        return Period(begun, self.date("end_date", end), current=False)

    def number(self, column: str, value: Decimal | None) -> Decimal | None:
        """A number that is neither negative nor absurdly large; NUMERIC also holds NaN."""
        if value is None or (value.is_finite() and 0 <= value < _TOO_LARGE):
            return value
        self.drop("number", column, f"{quote(str(value))} is not an amount")
        return None

    def choice(self, column: str, value: object, choices: Collection[_Choice]) -> _Choice | None:
        """One of the values the column may hold."""
        if value is None:
            return None
        for choice in choices:
            if value == choice:
                return choice
        self.drop("choice", column, f"{quote(value)} is none of {', '.join(choices)}")
        return None

    def lines(self, column: str, value: object) -> tuple[str, ...]:
        """A JSONB array of strings, each of one line; empty ones are left out."""
        kept = []
        for element in self._array(column, value):
            if not isinstance(element, str):
                self.drop("json", column, f"{quote(element)} is not text")
            elif text := line(element):
                kept.append(text)
        return tuple(kept)

    def objects(self, column: str, value: object) -> list[dict[str, object]]:
        """A JSONB array of objects."""
        kept = []
        for element in self._array(column, value):
            if isinstance(element, dict):
                kept.append(element)
            else:
                self.drop("json", column, f"{quote(element)} is not an object")
        return kept

    def mapping(self, column: str, value: object) -> dict[str, object]:
        """A JSONB object; empty where there is none."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.drop("json", column, f"{quote(value)} is not an object")
        return {}

    def _array(self, column: str, value: object) -> list[object]:
        """A JSONB array without its nulls; older rows hold it as a string of JSON, or null."""
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = msgspec.json.decode(value)
            except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
                self.drop("json", column, f"{quote(value)} is not a JSON array")
                return []
        if isinstance(value, list):
            return [it for it in value if it is not None] if None in value else value
        if isinstance(value, str):  # a text where a list of texts belongs: it is the only one
            return [value]
        if value is not None:
            self.drop("json", column, f"{quote(value)} is not an array")
        return []
