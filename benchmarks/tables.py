"""The results as Markdown, and as a picture."""

from collections.abc import Sequence
from contextlib import suppress
from statistics import median, quantiles
from typing import TypeVar

from benchmarks import peers
from benchmarks.chart import Bar, chart
from benchmarks.figures import megabytes, percent, percentiles, seconds, table, times
from benchmarks.process import Run
from benchmarks.results import (
    Beacon,
    Cold,
    Floor,
    Machine,
    Preview,
    Results,
    Stats,
    Triggers,
    Warm,
    Watch,
)

_NAMES = {
    peers.OURS: "`qwikfolio build`",
    peers.HUGO: "Hugo",
    peers.HUGO_WITHOUT_REDIRECTS: "Hugo, without the redirects",
    peers.NAIVE: "Jinja and markdown-it-py",
}
_T = TypeVar("_T", Cold, Floor, Warm, Watch, Triggers, Preview, Stats, Beacon)


class MissingError(Exception):
    """A case has no results; the message says why."""


def of(results: Results, name: str, kind: type[_T]) -> _T:
    """What was measured in a case.

    Raises:
        MissingError: Nothing was.
    """
    case = results.get(name)
    if case is None:
        raise MissingError("Not measured yet.")
    if not isinstance(case.measured, kind):
        raise MissingError(f"Could not be measured: {case.skipped}")
    return case.measured


def machine(results: Results) -> str:
    """Where, when and with what; one line a difference between the cases."""
    found: dict[Machine, list[str]] = {}
    for name, case in results.items():
        found.setdefault(case.machine, []).append(name)
    return "\n".join(
        f"- {', '.join(names)}: {it.date}, commit `{it.commit}`, {it.processor} with {it.cores} "
        f"cores and {it.memory / 2**30:.0f} GB, {it.system}; "
        + ", ".join(f"{name} {version}" for name, version in it.versions)
        for it, names in found.items()
    )


def others(results: Results) -> str:
    """How much the machine had to do besides."""
    runs = of(results, "cold", Cold).runs.values()
    shares = sorted(run.others for each in runs for run in each)
    return (
        f"While this was measured, everything else on the machine took {median(shares):.0%} of its "
        f"processors ({shares[0]:.0%}–{shares[-1]:.0%}); the more, the less wall time means."
    )


def cold(results: Results) -> str:
    """Every peer's wall and processor time, memory and files."""
    measured = of(results, "cold", Cold)
    rows = [
        (
            _NAMES[name],
            seconds(run.wall for run in runs),
            seconds(run.cpu + run.server_cpu for run in runs),
            megabytes(run.memory for run in runs),
            megabytes(run.memory_of_all for run in runs),
            f"{measured.files[name]:,}, {measured.bytes[name] / 1e6:,.0f} MB",
            _likeness(measured, name),
        )
        for name, runs in measured.runs.items()
    ]
    head = ("", "wall", "CPU", "largest process", "all processes", "files", "same as ours")
    return table(head, rows)


def ratios(results: Results) -> str:
    """How many times as long each other takes, pair by pair."""
    measured = of(results, "cold", Cold)
    ours = measured.runs[peers.OURS]
    rows = []
    for name, theirs in measured.runs.items():
        if name == peers.OURS:
            continue
        pairs = list(zip(ours, theirs, strict=True))
        rows.append(
            (
                f"{_NAMES[name]} to ours",
                times([it.wall / mine.wall for mine, it in pairs]),
                times([it.cpu / (mine.cpu + mine.server_cpu) for mine, it in pairs]),
                times([it.memory_of_all / mine.memory_of_all for mine, it in pairs]),
            )
        )
    return table(("ratio", "wall", "CPU", "memory of all processes"), rows)


def server(results: Results) -> str:
    """PostgreSQL's part of our time."""
    runs = of(results, "cold", Cold).runs[peers.OURS]
    return (
        f"PostgreSQL's part of ours is {seconds(run.server_cpu for run in runs)} of CPU, and at "
        f"most {megabytes(run.server_memory for run in runs)} in a backend, the shared buffers it "
        "touched included."
    )


def floor(results: Results) -> str:
    """Our distance from the least there is to do."""
    runs = of(results, "floor", Floor).runs
    rows = [
        (
            "reading and writing only",
            seconds(run.wall for run in runs),
            seconds(run.cpu + run.server_cpu for run in runs),
        )
    ]
    ours = of(results, "cold", Cold).runs[peers.OURS]
    least = median(run.cpu + run.server_cpu for run in runs)
    rows.append(
        (
            "`qwikfolio build`",
            seconds(run.wall for run in ours),
            seconds(run.cpu + run.server_cpu for run in ours),
        )
    )
    share = median(run.cpu + run.server_cpu for run in ours) / least
    return f"{table(('', 'wall', 'CPU'), rows)}\n\nBy CPU that is {share:.1f} times the floor."


def large(results: Results) -> str:
    """The larger site, and what a page of it costs beside one of the smaller."""
    small, big = of(results, "cold", Cold), of(results, "large", Cold)
    rows = []
    for name, runs in big.runs.items():
        costs = [
            median(run.wall for run in it.runs[name]) / it.people * 1000 for it in (small, big)
        ]
        rows.append(
            (
                f"{_NAMES[name]}, {big.people:,} people",
                seconds(run.wall for run in runs),
                seconds(run.cpu + run.server_cpu for run in runs),
                megabytes(run.memory for run in runs),
                f"{costs[1]:.2f} ms",
                f"{costs[1] / costs[0]:.2f} ×",
            )
        )
    head = ("", "wall", "CPU", "largest process", "a person", f"to that at {small.people:,}")
    return table(head, rows)


def warm(results: Results) -> str:
    """Builds of a site that stands, at both sizes."""
    rows = []
    for name in ("warm", "warm-large"):
        try:
            measured = of(results, name, Warm)
        except MissingError as missing:
            rows.append((f"`{name}`", str(missing), ""))
            continue
        size = f"{measured.people:,} people"
        rows += [
            (f"nothing changed, {size}", *_median_and_most(measured.nothing)),
            (f"one row changed, {size}", *_median_and_most(measured.one)),
        ]
        if measured.hugo:
            rows.append(
                (f"Hugo, one person changed, {size}", *_median_and_most(measured.hugo)),
            )
    return table(("", "median wall", "most"), rows)


def watch(results: Results) -> str:
    """How long an edit takes to arrive."""
    measured = of(results, "watch", Watch)
    half, late, most = percentiles(measured.latencies)
    return table(
        ("people", "edits", "p50", "p99", "most", "lost"),
        [
            (
                f"{measured.people:,}",
                str(len(measured.latencies) + measured.lost),
                f"{half:.0f} ms",
                f"{late:.0f} ms",
                f"{most:.0f} ms",
                str(measured.lost),
            )
        ],
    )


def triggers(results: Results) -> str:
    """What the change log costs whoever writes."""
    rows = [
        (
            cost.case,
            f"{median(half.wall for half in cost.without):.2f} ms",
            f"{median(half.wall for half in cost.logged):.2f} ms",
            percent([b.wall / a.wall for a, b in zip(cost.without, cost.logged, strict=True)]),
            percent([b.cpu / a.cpu for a, b in zip(cost.without, cost.logged, strict=True)]),
        )
        for cost in of(results, "triggers", Triggers).costs
    ]
    return table(("", "without", "with the log", "wall", "CPU of the server"), rows)


def preview(results: Results) -> str:
    """How long a theme author waits."""
    measured = of(results, "preview", Preview)
    rows = []
    for name, latencies in measured.latencies.items():
        cuts = quantiles(latencies, n=20, method="inclusive")
        rows.append((name, str(len(latencies)), *(f"{it:.0f} ms" for it in (cuts[9], cuts[18]))))
    started = f"It answers {measured.started / 1000:.1f} s after it was started."
    return f"{started}\n\n{table(('', 'saves', 'p50', 'p95'), rows)}"


def stats(results: Results) -> str:
    """How long an owner's figures take."""
    measured = of(results, "stats", Stats)
    rows = []
    for name, taken in {
        "`qwikfolio stats`, all of it": measured.runs,
        "the documentation's query, single events": measured.documented,
        "the same without the index": measured.documented_without,
    }.items():
        cuts = quantiles(taken, n=20, method="inclusive")
        rows.append((name, str(len(taken)), *(f"{it:.1f} ms" for it in (cuts[9], cuts[18]))))
    of_what = (
        f"{measured.events:,} events, {measured.busiest:,} of them about one portfolio in 30 days. "
        f"Summed up the first time in {measured.rolled:.0f} s; the index took "
        f"{measured.migrated:.0f} s."
    )
    return f"{of_what}\n\n{table(('', 'runs', 'p50', 'p95'), rows)}"


def summary(results: Results) -> str:
    """The few figures of the README."""
    measured = of(results, "cold", Cold)
    rows = [
        (
            f"{_NAMES[name]}, {measured.people:,} people, everything new",
            seconds(run.wall for run in runs),
            megabytes(run.memory_of_all for run in runs),
        )
        for name, runs in measured.runs.items()
        if name in {peers.OURS, peers.HUGO}
    ]
    for name in ("warm", "warm-large"):
        try:
            again = of(results, name, Warm)
        except MissingError:
            continue
        for what, runs in (("nothing", again.nothing), ("one row", again.one)):
            rows.append(
                (
                    f"`qwikfolio build`, {again.people:,} people, {what} changed",
                    seconds(run.wall for run in runs),
                    megabytes(run.memory_of_all for run in runs),
                )
            )
    with suppress(MissingError):
        rows.append(_watch_row(of(results, "watch", Watch)))
    return table(("", "wall time", "memory of all processes"), rows)


def _watch_row(measured: Watch) -> tuple[str, str, str]:
    half, late, _ = percentiles(measured.latencies)
    what = f"`qwikfolio watch`, {measured.people:,} people, from an edit's COMMIT to the page"
    return what, f"p50 {half:.0f} ms, p99 {late:.0f} ms", ""


def picture(results: Results) -> str:
    """Wall time of everything new, as bars."""
    measured = of(results, "cold", Cold)
    bars = [
        Bar(
            _NAMES[name].strip("`"),
            median(run.wall for run in runs),
            seconds(run.wall for run in runs),
            ours=name == peers.OURS,
        )
        for name, runs in measured.runs.items()
    ]
    return chart(f"A new site of {measured.people:,} people: seconds, less is better", bars)


def _median_and_most(runs: Sequence[Run]) -> tuple[str, str]:
    walls = [run.wall for run in runs]
    return f"{median(walls):.2f} s", f"{max(walls):.2f} s"


def _likeness(measured: Cold, name: str) -> str:
    likeness = measured.likeness.get(name)
    return f"{likeness.compared - likeness.different} of {likeness.compared}" if likeness else ""
