"""The results as Markdown."""

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.beacon.endpoint import NAIVE, OURS
from benchmarks.figures import megabytes, table, times
from benchmarks.results import Beacon, Load, Results
from benchmarks.tables import of

_NAMES = {OURS: "`qwikfolio beacon`", NAIVE: "Starlette, one INSERT a request"}


def loads(results: Results) -> str:
    """Events a second, and how long a client waits."""
    rows = [
        (
            name,
            _NAMES[endpoint],
            _spread([load.acknowledged / load.seconds for load in runs]),
            _spread([load.p50 for load in runs], 1),
            _spread([load.p99 for load in runs], 1),
            f"{sum(load.refused + load.broken for load in runs):,}",
        )
        for name, endpoint, runs in _runs(of(results, "beacon", Beacon))
    ]
    return table(("load", "endpoint", "events/s", "p50, ms", "p99, ms", "refused or lost"), rows)


def ratios(results: Results) -> str:
    """How many times as many events ours acknowledges, run against run of the same round."""
    rows = []
    for name, endpoints in of(results, "beacon", Beacon).loads.items():
        rounds = list(zip(endpoints[OURS], endpoints[NAIVE], strict=True))
        if name.endswith("connections"):
            rate = times(
                [a.acknowledged / a.seconds * b.seconds / b.acknowledged for a, b in rounds]
            )
            cpu = times([_microseconds(b) / _microseconds(a) for a, b in rounds])
            rows.append((name, rate, cpu))
    return table(("load", "events/s, ours to the other", "CPU an event, the other to ours"), rows)


def costs(results: Results) -> str:
    """Where the processor time of an event goes."""
    rows = []
    for name, endpoint, runs in _runs(of(results, "beacon", Beacon)):
        parts = (
            _spread([1e6 * spent / load.rows for spent, load in zip(column, runs, strict=True)])
            for column in zip(*((it.cpu, it.server_cpu, it.client_cpu) for it in runs), strict=True)
        )
        others = median(load.others for load in runs)
        rows.append((name, _NAMES[endpoint], *parts, f"{others:.0%}"))
    head = ("load", "endpoint", "endpoint, µs", "PostgreSQL, µs", "who sends, µs", "all else")
    return table(head, rows)


def million(results: Results) -> str:
    """A million events into one process."""
    measured = of(results, "beacon", Beacon)
    load = measured.million
    return (
        f"{load.rows:,} events from as many visitors over {load.connections} connections, without "
        f"a pause: {load.acknowledged / load.seconds:,.0f} a second, p99 {load.p99:.1f} ms, and at "
        f"most {megabytes([measured.memory])} in the process."
    )


def _runs(measured: Beacon) -> Iterator[tuple[str, str, Sequence[Load]]]:
    for name, endpoints in measured.loads.items():
        for endpoint, runs in endpoints.items():
            yield name, endpoint, runs


def _microseconds(load: Load) -> float:
    """Processor time of an event, at the endpoint and in PostgreSQL."""
    return 1e6 * (load.cpu + load.server_cpu) / load.rows


def _spread(values: Sequence[float], places: int = 0) -> str:
    """The median of some runs, with the least and the most."""
    least, middle, most = (
        f"{value:,.{places}f}" for value in (min(values), median(values), max(values))
    )
    return f"{middle} ({least}–{most})"
