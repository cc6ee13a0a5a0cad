"""What the change log costs a write: the same statements with its triggers and without.

    python -m benchmarks.triggers [--json FILE]

On an embedded server that keeps what it commits (fsync on), with 10,000 synthetic people. The two
sides take turns, in pairs that alternate who is first. A case's figure is the median of its pairs'
ratios, so a slow minute of the machine slows both halves of a pair. Beside the time that a client
waits stands the server's CPU time, which no other user of the disk disturbs. Linux only.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from generator.database import embedded
from generator.database.invented import user_id
from generator.database.migrate import migrate
from generator.database.synthetic import add_synthetic
from generator.source.changes import listen

PEOPLE = 10_000
STATEMENTS = 200  # of one row each, by each client, in one half of a pair
WARM_UP = 20  # statements of each client before them: ALTER TABLE throws plans away

ONE_ROW = {
    "portfolios": "UPDATE portfolios SET headline = headline || '' WHERE user_id = %s",
    "skills": "UPDATE skills SET years_experience = 3 WHERE id = "
    "(SELECT id FROM skills WHERE user_id = %s ORDER BY id LIMIT 1)",
    "projects": "UPDATE projects SET role = 'Lead' WHERE id = "
    "(SELECT id FROM projects WHERE user_id = %s ORDER BY id LIMIT 1)",
    "profiles": "UPDATE profiles SET last_seen_at = now() WHERE id = %s",
}
MANY_ROWS = {
    "10,000 portfolios": ("portfolios", "UPDATE portfolios SET headline = headline || ''"),
    "12,000 skills": (
        "skills",
        f"UPDATE skills SET years_experience = 3 WHERE user_id <= '{user_id(1000)}'",
    ),
    "10,000 projects": (
        "projects",
        f"UPDATE projects SET role = 'Lead' WHERE user_id <= '{user_id(2000)}'",
    ),
    "20,000 new skills": (
        "skills",
        "INSERT INTO skills (user_id, name, category, level) SELECT user_id, 'New ' || n, 'tool', "
        "'advanced' FROM portfolios, generate_series(1, 2) n",
    ),
}


class Spent(msgspec.Struct, frozen=True):
    """What one half of a pair took, in milliseconds a statement."""

    wall: float
    """As the client waits; of many statements the median, which no stall of the disk disturbs."""
    cpu: float
    """Of the server's processes."""


class Cost(msgspec.Struct, frozen=True):
    """One case."""

    case: str
    without: tuple[Spent, ...]
    logged: tuple[Spent, ...]

    def medians(self, of: Callable[[Spent], float]) -> tuple[float, float, float]:
        """Without the log, with it, and the ratio of the two within a pair."""
        without, logged = list(map(of, self.without)), list(map(of, self.logged))
        ratios = [b / a for a, b in zip(without, logged, strict=True)]
        return statistics.median(without), statistics.median(logged), statistics.median(ratios)


Half = Callable[[], Spent]


def costs(url: str, pairs_of_one: int = 15, pairs_of_many: int = 9) -> Iterator[Cost]:
    """Measure every case on a migrated database with `PEOPLE` synthetic people."""
    with ExitStack() as stack:
        clients = [stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(4)]
        owner = clients[0]

        def of_one_row(table: str, note: str = "") -> Iterator[Cost]:
            for count in (1, 4):
                name = f"one of {table}, {count} client{'s' if count > 1 else ''}{note}"
                half = _one_row(clients[:count], ONE_ROW[table])
                yield _compare(owner, name, table, half, pairs_of_one)
                _tidy(owner, table)

        for table in ONE_ROW:
            yield from of_one_row(table)
        with psycopg.connect(url, autocommit=True) as watch:
            listen(watch)
            yield from of_one_row("skills", ", a watch that listens")
        for name, (table, statement) in MANY_ROWS.items():
            half = _many_rows(owner, table, statement)
            yield _compare(owner, name, table, half, pairs_of_many)


def _compare(owner: psycopg.Connection, case: str, table: str, half: Half, pairs: int) -> Cost:
    spent: dict[bool, list[Spent]] = {False: [], True: []}
    for number in range(-1, pairs):  # the first warms caches up
        for logged in (number % 2 == 0, number % 2 != 0):
            _switch(owner, table, on=logged)
            found = half()
            if number >= 0:
                spent[logged].append(found)
    _switch(owner, table, on=True)
    return Cost(case, tuple(spent[False]), tuple(spent[True]))


def _one_row(clients: Sequence[psycopg.Connection], statement: str) -> Half:
    """The clients at work at once, each on people of its own; a commit a statement."""
    shares = [range(first + 1, PEOPLE + 1, len(clients)) for first in range(len(clients))]

    def work(client: psycopg.Connection, share: range, count: int = STATEMENTS) -> list[float]:
        waits = []
        for person in islice(share, count):
            start = time.perf_counter()
            client.execute(statement.encode(), [user_id(person)])
            waits.append(time.perf_counter() - start)
        return waits

    def half() -> Spent:
        for client, share in zip(clients, shares, strict=True):
            work(client, share, WARM_UP)
        cpu = _cpu(clients)
        with ThreadPoolExecutor(len(clients)) as pool:
            waits = list(chain.from_iterable(pool.map(work, clients, shares)))
        return Spent(statistics.median(waits) * 1000, (_cpu(clients) - cpu) * 1000 / len(waits))

    return half


def _many_rows(client: psycopg.Connection, table: str, statement: str) -> Half:
    """One statement with its commit; what it inserted is gone before the next."""

    def half() -> Spent:
        client.execute("CHECKPOINT")
        cpu, start = _cpu([client]), time.perf_counter()
        client.execute(statement.encode())
        wall, cpu = time.perf_counter() - start, _cpu([client]) - cpu
        if statement.startswith("INSERT"):
            client.execute("DELETE FROM skills WHERE name LIKE 'New %'")
        _tidy(client, table)
        return Spent(wall * 1000, cpu * 1000)

    return half


def _cpu(clients: Sequence[psycopg.Connection]) -> float:
    """Seconds that the clients' processes of the server have run for."""
    files = (Path(f"/proc/{client.info.backend_pid}/schedstat") for client in clients)
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def _switch(owner: psycopg.Connection, table: str, *, on: bool) -> None:
    names = owner.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass "
        "AND tgname LIKE 'qwikfolio\\_log\\_%%'",
        [table],
    ).fetchall()
    for (name,) in names:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
            sql.Identifier(table),
            sql.SQL("ENABLE ALWAYS" if on else "DISABLE"),
            sql.Identifier(name),
        )
        owner.execute(statement)


def _tidy(owner: psycopg.Connection, table: str) -> None:
    owner.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))
    owner.execute("TRUNCATE qwikfolio.changes")


def main() -> None:
    parser = argparse.ArgumentParser(description="What the change log costs a write.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every pair there, too")
    options = parser.parse_args()

    found = []
    print(f"{'milliseconds a statement':44} {'waiting':>9} {'logged':>9} {'':7} {'CPU':>9} logged")
    with tempfile.TemporaryDirectory() as state, embedded.server(Path(state)) as url:
        migrate(url)
        add_synthetic(url, PEOPLE)
        for cost in costs(url):
            found.append(cost)
            wall, cpu = cost.medians(lambda spent: spent.wall), cost.medians(lambda s: s.cpu)
            print(
                f"{cost.case:44} {wall[0]:9.3f} {wall[1]:9.3f} {wall[2] - 1:+7.1%}"
                f" {cpu[0]:9.3f} {cpu[1]:9.3f} {cpu[2] - 1:+7.1%}",
                flush=True,
            )
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")


if __name__ == "__main__":
    main()
