"""How long an owner's figures take, with ten million events in the table.

    python -m benchmarks --cases stats

The database is made for this and dropped at the end: about five minutes, and 6 GB of disk.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg import IsolationLevel, sql

from benchmarks.bench import Bench
from benchmarks.results import Stats
from generator.database.migrate import MIGRATIONS, migrate
from generator.database.rollup import roll_up
from generator.database.synthetic import add_synthetic
from generator.sql import queries
from generator.stats.figures import Figures
from generator.stats.query import count, find
from generator.stats.span import Span

EVENTS = 10_000_000
PEOPLE = 2000
RUNS = 50
DAYS = 30
ZONE = ZoneInfo("America/New_York")  # a day that is cut in two by midnight in UTC
_BEFORE = 8  # the last migration without sums and their index
_SQL = queries("benchmarks", "stats.sql")


def measure(bench: Bench) -> Stats:
    """Fill a table, roll it up, and read figures of the busiest portfolio."""
    with _database(bench) as url:
        older = bench.scratch / "migrations"
        older.mkdir()
        for path in sorted(MIGRATIONS.glob("*.sql"))[:_BEFORE]:
            shutil.copy(path, older)
        migrate(url, older)
        _fill(url)
        with psycopg.connect(url, autocommit=True) as connection:
            address, owner = _busiest(connection)
            without = _times(lambda: connection.execute(_SQL["documented"], [owner]).fetchall())
        migrated = _seconds(lambda: migrate(url))
        rolled = _seconds(lambda: roll_up(url, 0))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            documented = _times(lambda: connection.execute(_SQL["documented"], [owner]).fetchall())
        with psycopg.connect(url) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            figures = _figures(connection, address)
            runs = _times(lambda: _figures(connection, address))
    busiest = figures.views + figures.downloads + figures.contacts
    busiest += sum(it.events for it in (*figures.projects, *figures.links))
    return Stats(
        events=EVENTS,
        busiest=busiest,
        runs=runs,
        documented_without=without,
        documented=documented,
        migrated=migrated,
        rolled=rolled,
    )


def _figures(connection: psycopg.Connection, address: str) -> Figures:
    """What `qwikfolio stats` does once it is connected."""
    with connection.transaction():
        person = find(connection, address)
        return count(connection, person, Span(datetime.now(ZONE).date(), DAYS, ZONE))


def _fill(url: str) -> None:
    add_synthetic(url, PEOPLE)
    with psycopg.connect(url, autocommit=True) as connection:
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE tablename = 'portfolio_analytics' AND indexname LIKE 'idx%'"
        ).fetchall()
        for name, _definition in indexes:
            connection.execute(sql.SQL("DROP INDEX public.{}").format(sql.Identifier(name)))
        connection.execute("SET session_replication_role = replica")
        for day in range(DAYS):
            asked = {"day": day, "events": EVENTS // DAYS, "people": PEOPLE}
            connection.execute(_SQL["fill"], asked)
        for _name, definition in indexes:
            connection.execute(definition.encode())
        connection.execute("VACUUM (ANALYZE)")


def _busiest(connection: psycopg.Connection) -> tuple[str, str]:
    row = connection.execute(
        "SELECT slug, user_id::text FROM portfolios ORDER BY user_id LIMIT 1"
    ).fetchone()
    if row is None:
        raise AssertionError("there are synthetic people")
    return row[0], row[1]


def _times(action: Callable[[], object]) -> tuple[float, ...]:
    """Milliseconds of every run, after one that warms up."""
    action()
    return tuple(1000 * _seconds(action) for _ in range(RUNS))


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


@contextmanager
def _database(bench: Bench) -> Iterator[str]:
    """A database of our own, on the server of the benchmark."""
    name = sql.Identifier("stats")
    with psycopg.connect(bench.server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(bench.server.url)._replace(path="/stats").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
