"""A load of events on an endpoint: what came of it, and what it cost."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import psycopg

from benchmarks.beacon.endpoint import HOST, Endpoint
from benchmarks.database import Server
from benchmarks.process import RunError, cpu_of, processors
from benchmarks.results import Answers, Load

_HERE = Path(__file__).parent
_PATIENCE = 30.0  # seconds until what was acknowledged is in the table
_SETTLE = 0.5  # seconds for what was sent in the last moment


class Loader(msgspec.Struct, frozen=True):
    """Puts loads on endpoints that write to one database."""

    url: str
    server: Server
    scratch: Path
    """Takes the slugs, and the generators' results."""

    def closed(self, endpoint: Endpoint, connections: int, seconds: float) -> Load:
        """As many events as so many connections can have acknowledged, by `wrk`.

        Raises:
            RunError: Something acknowledged is not in the table, or what isn't was counted.
        """
        options = [f"--connections={connections}", f"--duration={seconds:.0f}s", "--threads=1"]
        command = ["wrk", *options, f"--script={_HERE / 'event.lua'}", endpoint.url]
        return self._measured(endpoint, connections, command)

    def open(self, endpoint: Endpoint, connections: int, seconds: float, rate: float) -> Load:
        """So many events a second, by `benchmarks.beacon.steady`.

        Raises:
            RunError: As `closed`.
        """
        module = [sys.executable, "-m", "benchmarks.beacon.steady", f"--host={HOST}"]
        options = {
            "port": endpoint.port, "rate": rate, "seconds": seconds, "connections": connections
        }  # fmt: skip
        command = [*module, *(f"--{name}={value}" for name, value in options.items())]
        return self._measured(endpoint, connections, command)

    def _measured(self, endpoint: Endpoint, connections: int, command: Sequence[str]) -> Load:
        result = self.scratch / "answers.json"
        result.unlink(missing_ok=True)
        environment = {
            **os.environ,
            "BENCH_SLUGS": str(self._slugs()),
            "BENCH_BROWSERS": str(_HERE / "browsers.txt"),
            "BENCH_RESULT": str(result),
        }
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("TRUNCATE portfolio_analytics")
            connection.execute("CHECKPOINT")
            os.sync()
            before = self._spent(endpoint)
            _generate(command, environment)
            used = self._spent(endpoint).since(before)
            answers = msgspec.json.decode(result.read_bytes(), type=Answers)
            rows = _rows(connection, answers, connections)
        ours = used.cpu + used.server_cpu + used.client_cpu
        return Load(
            **msgspec.structs.asdict(answers),
            connections=connections,
            rows=rows,
            cpu=round(used.cpu, 3),
            server_cpu=round(used.server_cpu, 3),
            client_cpu=round(used.client_cpu, 3),
            others=round(max(0.0, used.busy - ours) / used.passed, 3),
        )

    def _slugs(self) -> Path:
        file = self.scratch / "slugs.txt"
        if not file.exists():
            with psycopg.connect(self.url) as connection:
                found = connection.execute("SELECT slug FROM portfolios WHERE published")
                file.write_text("\n".join(slug for (slug,) in found))
        return file

    def _spent(self, endpoint: Endpoint) -> "_Spent":
        generators = resource.getrusage(resource.RUSAGE_CHILDREN)
        return _Spent(
            cpu_of(endpoint.pid),
            cpu_of(self.server.pid),
            generators.ru_utime + generators.ru_stime,
            *processors(),
        )


class _Spent(NamedTuple):
    """Seconds of processor time so far: of the endpoint, PostgreSQL, who made loads, and all."""

    cpu: float
    server_cpu: float
    client_cpu: float
    busy: float
    passed: float

    def since(self, before: "_Spent") -> "_Spent":
        return _Spent(*(now - then for now, then in zip(self, before, strict=True)))


def _generate(command: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RunError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _rows(connection: psycopg.Connection, answers: Answers, connections: int) -> int:
    """How many rows there are: what was acknowledged, and what nobody stayed to be told of.

    Raises:
        RunError: More or fewer.
    """
    time.sleep(_SETTLE)
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = connection.execute("SELECT count(*) FROM portfolio_analytics").fetchone()
        rows = int(found[0]) if found else 0
        if rows >= answers.acknowledged or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if not 0 <= rows - answers.acknowledged <= connections + answers.broken:
        raise RunError(f"{answers.acknowledged} events were acknowledged, {rows} are stored")
    return rows
