"""`python -m benchmarks`: measure, keep the results, and write what is made from them."""

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import psycopg

from benchmarks import cold, hugo, peers, preview, report, results, stats, warm, watch
from benchmarks.bench import Bench
from benchmarks.database import open_server
from benchmarks.machine import machine
from benchmarks.process import RunError, run
from benchmarks.results import Case, Measured, Trigger, Triggers
from generator import config
from generator.errors import QwikfolioError

CASES = ("cold", "floor", "warm", "large", "warm-large", "watch", "triggers", "preview", "stats")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases that were asked for; 1 where one could not run."""
    options = _parser().parse_args(arguments)
    settings = config.load(Path.cwd(), {})
    state = (options.state or settings.state / "bench").resolve()
    scratch = (options.scratch or state / "runs").resolve() / time.strftime("%Y%m%d-%H%M%S")
    scratch.mkdir(parents=True)
    failed = False
    try:
        with open_server(state) as server:
            bench = Bench(
                root=settings.root,
                scratch=scratch,
                server=server,
                hugo=hugo.program(),
                pairs=options.pairs,
                repeats=options.repeats,
                edits=options.edits,
            )
            facts = machine(settings.root, server.url)
            for name, measure in _cases(bench, options).items():
                print(f"{name}:", flush=True)
                try:
                    case = Case(facts, measure())
                except (RunError, QwikfolioError, psycopg.Error, OSError) as error:
                    print(f"  could not run: {error}", file=sys.stderr)
                    case, failed = Case(facts, None, _brief(str(error))), True
                results.save({**results.load(options.results), name: case}, options.results)
    finally:
        shutil.rmtree(scratch)
    if options.results == results.FILE:
        report.write(settings.root)
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--cases", default=",".join(CASES), help="default: %(default)s")
    parser.add_argument("--people", type=int, default=10_000, metavar="N")
    parser.add_argument("--large", type=int, default=100_000, metavar="N", help="the larger site")
    parser.add_argument("--pairs", type=int, default=3, metavar="N", help="rounds of a cold race")
    parser.add_argument("--repeats", type=int, default=10, metavar="N", help="warm builds")
    parser.add_argument("--edits", type=int, default=500, metavar="N", help="under watch")
    parser.add_argument("--hugo-large", action="store_true", help="race Hugo on the larger site")
    parser.add_argument("--state", type=Path, help="keeps the databases; default: .qwikfolio/bench")
    parser.add_argument("--scratch", type=Path, help="for all that is built; removed at the end")
    parser.add_argument("--results", type=Path, default=results.FILE, help="default: %(default)s")
    return parser


def _cases(bench: Bench, options: argparse.Namespace) -> dict[str, Callable[[], Measured]]:
    """The cases that were asked for, by name, in the order they are run."""
    people, large = options.people, options.large
    known: dict[str, Callable[[], Measured]] = {
        "cold": lambda: cold.measure(bench, people),
        "floor": lambda: cold.measure_floor(bench, people),
        "warm": lambda: warm.measure(bench, people, with_hugo=True),
        "large": lambda: cold.measure_large(bench, large, hugo=options.hugo_large),
        "warm-large": lambda: warm.measure(bench, large, with_hugo=False),
        "watch": lambda: watch.measure(bench, large),
        "triggers": lambda: _triggers(bench),
        "preview": lambda: preview.measure(bench),
        "stats": lambda: stats.measure(bench),
    }
    asked = options.cases.split(",")
    unknown = set(asked) - set(known)
    if unknown:
        raise SystemExit(
            f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}"
        )
    return {name: known[name] for name in CASES if name in asked}


def _brief(error: str) -> str:
    """The last line of an error, for the results: without the folders of this machine."""
    lines = error.strip().splitlines() or ["no reason given"]
    return re.sub(r"(?:/[\w.+-]+)+/", "…/", lines[-1])


def _triggers(bench: Bench) -> Triggers:
    """`benchmarks.triggers`, on a server of its own."""
    file = bench.scratch / "triggers.json"
    command = [*peers.python("triggers"), "--json", str(file)]
    run(command, bench.root, dict(os.environ))
    return Triggers(costs=msgspec.json.decode(file.read_bytes(), type=tuple[Trigger, ...]))


if __name__ == "__main__":
    sys.exit(main())
