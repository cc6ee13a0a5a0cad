"""`python -m benchmarks.beacon`: measure, keep the results, and write what is made from them."""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec
import psycopg
from rich.console import Console
from rich.markdown import Markdown

from benchmarks import report, results
from benchmarks.beacon import tables
from benchmarks.beacon.endpoint import Endpoint, naive, ours
from benchmarks.beacon.load import Loader
from benchmarks.database import Server, open_server, people_database
from benchmarks.machine import machine
from benchmarks.process import RunError, peak_memory
from benchmarks.results import Beacon, Case, Load, Machine
from generator import config
from generator.errors import QwikfolioError

CONNECTIONS = (32, 128)
RATE = 2000  # events a second
STEADY_CONNECTIONS = 64
MILLION = 1_000_000
WARM_UP = 3.0  # seconds
_WIDTH = 130  # of the tables on a terminal
_SPARE = 1.1  # how much longer than a million should take


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 where that could not be done, or an acknowledged event is missing."""
    options = _parser().parse_args(arguments)
    settings = config.load(Path.cwd(), {})
    state = (options.state or settings.state / "bench").resolve()
    scratch = state / "runs" / time.strftime("%Y%m%d-%H%M%S")
    scratch.mkdir(parents=True)
    try:
        with open_server(state) as server:
            facts = _machine(settings.root, server)
            case = Case(facts, _measure(server, scratch, options))
    except (RunError, QwikfolioError, psycopg.Error, OSError) as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch)
    found = {"beacon": case}
    results.save(found, options.results)
    for part in (tables.loads, tables.ratios, tables.costs, tables.million):
        Console(width=_WIDTH).print(Markdown(part(found)))
    if options.results == results.BEACON_FILE:
        report.write(settings.root)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.beacon", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--seconds", type=float, default=10, metavar="N", help="of one load")
    parser.add_argument("--million", type=int, default=MILLION, metavar="N", help="or fewer")
    parser.add_argument("--state", type=Path, help="keeps the database; default: .qwikfolio/bench")
    parser.add_argument("--results", type=Path, default=results.BEACON_FILE)
    return parser


def _measure(server: Server, scratch: Path, options: argparse.Namespace) -> Beacon:
    """Both endpoints stay up, and take turns under each load."""
    url = people_database(server, options.people)
    _require_durable(url)
    loader = Loader(url, server, scratch)
    with ours(url, scratch) as beacon, naive(url, scratch) as other:
        endpoints = (beacon, other)
        for endpoint in endpoints:
            loader.closed(endpoint, CONNECTIONS[0], WARM_UP)
        found: dict[str, dict[str, list[Load]]] = {}
        for number in range(options.rounds):
            for name, load in _loads(loader, options.seconds).items():
                # Each is first in turn.
                for endpoint in endpoints if number % 2 == 0 else endpoints[::-1]:
                    done = load(endpoint)
                    found.setdefault(name, {}).setdefault(endpoint.name, []).append(done)
                    print(f"{name}, {endpoint.name}: {_brief(done)}", flush=True)
        fastest = found[f"{CONNECTIONS[-1]} connections"][beacon.name]
        rate = median(load.acknowledged / load.seconds for load in fastest)
        million = loader.closed(beacon, CONNECTIONS[-1], _SPARE * options.million / rate)
        return Beacon(
            people=options.people,
            loads={
                name: {it.name: tuple(runs[it.name]) for it in endpoints}
                for name, runs in found.items()
            },
            million=million,
            memory=peak_memory(beacon.pid),
        )


def _loads(loader: Loader, seconds: float) -> dict[str, Callable[[Endpoint], Load]]:
    def closed(connections: int) -> Callable[[Endpoint], Load]:
        return lambda endpoint: loader.closed(endpoint, connections, seconds)

    return {
        **{f"{connections} connections": closed(connections) for connections in CONNECTIONS},
        f"steady {RATE:,}/s": lambda it: loader.open(it, STEADY_CONNECTIONS, seconds, RATE),
    }


def _brief(load: Load) -> str:
    return (
        f"{load.acknowledged / load.seconds:,.0f}/s, p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms; "
        f"an event {1e6 * load.cpu / load.rows:.0f} µs, PostgreSQL "
        f"{1e6 * load.server_cpu / load.rows:.0f} µs, who sends "
        f"{1e6 * load.client_cpu / load.rows:.0f} µs; all else {load.others:.0%}"
    )


def _require_durable(url: str) -> None:
    """See that a commit is on disk before it is told.

    Raises:
        RunError: It isn't.
    """
    with psycopg.connect(url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            if found != ("on",):
                raise RunError(f"PostgreSQL's {setting} is not on")


def _machine(root: Path, server: Server) -> Machine:
    """This machine, with what takes part here."""
    facts = machine(root, server.url)
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False)
    packages = ("psycopg", "psycopg-pool", "uvloop", "httptools", "uvicorn", "starlette")
    versions = [it for it in facts.versions if it[0] in {"Python", "PostgreSQL", "qwikfolio"}]
    versions += [(name, version(name)) for name in packages]
    return msgspec.structs.replace(facts, versions=(*versions, ("wrk", said.stdout.split()[1])))


if __name__ == "__main__":
    sys.exit(main())
