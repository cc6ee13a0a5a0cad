"""What the beacon tells Prometheus, in its text format (version 0.0.4)."""

from collections.abc import Iterable, Iterator
from time import time

from generator.beacon.accounts import Accounts
from generator.beacon.writer import Writer

_PREFIX = "qwikfolio_beacon"


def metrics(accounts: Accounts, writer: Writer) -> str:
    """All of them, of one instant."""
    return "\n".join(_lines(accounts, writer)) + "\n"


def _lines(accounts: Accounts, writer: Writer) -> Iterator[str]:
    received = "Events decided upon, and those that the spool held at the start."
    yield from _counter("received", received, accounts.received)
    yield from _counter("stored", "Events that were committed to the database.", accounts.stored)
    yield from _counter("duplicate", "Events that the database had already.", accounts.duplicate)
    filtered, rejected = accounts.filtered.items(), accounts.rejected.items()
    yield from _reasons("filtered", "Events that are not stored, by rule.", filtered)
    yield from _reasons("rejected", "Events that are not stored, with an error.", rejected)
    yield from _gauge("spooled", "Events that wait on disk for the database.", accounts.spooled)
    yield from _gauge("spool_bytes", "What the spool takes on disk.", writer.spool.size)
    yield from _gauge("spool_limit_bytes", "What it may take.", writer.spool.limit)
    yield from _gauge("waiting", "Events that nothing is decided of yet.", writer.waiting)
    yield from _gauge("database_away", "Whether events go to the spool.", int(writer.is_away))
    lag = "Seconds since the moment up to which events are summed up."
    yield from _gauge("rollup_lag_seconds", lag, int(accounts.rollup.lag(time())))
    failing = "Days of portfolios that can't be summed up."
    yield from _gauge("rollup_failing", failing, accounts.rollup.failing)
    yield from _counter("rollup_errors", "Roll-ups that ended early.", accounts.rollup.errors)


def _counter(name: str, about: str, value: int) -> Iterator[str]:
    yield from _head(f"{name}_total", "counter", about)
    yield f"{_PREFIX}_{name}_total {value}"


def _reasons(name: str, about: str, values: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield from _head(f"{name}_total", "counter", about)
    for reason, events in sorted(values):
        yield f'{_PREFIX}_{name}_total{{reason="{reason}"}} {events}'


def _gauge(name: str, about: str, value: int) -> Iterator[str]:
    yield from _head(name, "gauge", about)
    yield f"{_PREFIX}_{name} {value}"


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {about}"
    yield f"# TYPE {_PREFIX}_{name} {kind}"
