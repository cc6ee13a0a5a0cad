"""The beacon's log: one line an entry, with its time and level, as text or as JSON."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec

Level = Literal["INFO", "WARNING", "ERROR"]
Format = Literal["text", "json"]
Write = Callable[[Level, str], None]


class Entry(msgspec.Struct, frozen=True):
    """What is told."""

    time: str
    """UTC, RFC 3339: `2026-11-29T17:00:00Z`."""
    level: Level
    message: str
    """On one line."""


def entry(when: float, level: Level, message: str) -> Entry:
    """An entry; the lines of a message become one, and what controls a terminal is escaped.

    Args:
        when: In seconds since 1970.
        level: How much it matters.
        message: Anything: parts of it may come from a client.
    """
    time = datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = (line.strip() for line in message.splitlines())
    return Entry(time, level, _printable("; ".join(line for line in lines if line)))


def line(entry: Entry, form: Format) -> str:
    """An entry as it is written, without the end of its line."""
    if form == "json":
        return msgspec.json.encode(entry).decode()
    return f"{entry.time} {entry.level} {entry.message}"


class Log(logging.Handler):
    """Writes what the beacon tells, and what the libraries that it uses have to complain of.

    Args:
        form: Of a line.
        write: Takes each line, without its end.
        now: Seconds since 1970.
    """

    def __init__(self, form: Format, write: Write, now: Callable[[], float]) -> None:
        super().__init__(logging.WARNING)
        self._form = form
        self._write = write
        self._now = now

    def tell(self, level: Level, message: str) -> None:
        """Write an entry."""
        self._write(level, line(entry(self._now(), level, message), self._form))

    def emit(self, record: logging.LogRecord) -> None:
        """Called by `logging`; a traceback is a part of the line."""
        is_error = record.levelno >= logging.ERROR
        self.tell("ERROR" if is_error else "WARNING", f"{record.name}: {self.format(record)}")

    def away(self, why: str) -> None:
        """Events go to the spool."""
        self.tell("WARNING", f"the database takes no events, they wait on disk: {why}")

    def back(self) -> None:
        """Events go to the database."""
        self.tell("INFO", "the database is there")

    def replayed(self, events: int) -> None:
        """The spool is empty."""
        self.tell("INFO", f"{events:,} events from the disk are in the database")

    def full(self, why: str) -> None:
        """Events are refused."""
        self.tell("ERROR", f"events are refused (503): {why}")

    def failed(self, what: str) -> None:
        """It is tried again."""
        self.tell("WARNING", what)

    def distrusted(self, what: str) -> None:
        """A visitor's address was not believed."""
        self.tell("WARNING", what)


def _printable(text: str) -> str:
    r"""The text with `\x1b` and its like in place of what is no visible character."""
    if text.isprintable():
        return text
    escaped = (
        part if part.isprintable() else part.encode("unicode_escape").decode() for part in text
    )
    return "".join(escaped)
