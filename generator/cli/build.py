"""`qwikfolio build`."""

import os
from typing import Literal

import click
import msgspec

from generator.build import Plan, Report, Request, build, plan
from generator.build.metrics import Metrics
from generator.build.request import Cluster
from generator.cli.options import (
    adopt_option,
    database_option,
    jobs_option,
    json_option,
    load_settings,
    output_option,
    removals_allowed,
)
from generator.cli.plan import plan_facts, plan_text, removal_facts
from generator.cli.terminal import BuildListener, FactListener, say_done, say_facts, say_result
from generator.database.provide import ready_database
from generator.errors import ConfigError, QwikfolioError, RemovalLimitError

EXIT_SOME_FAILED = 3


@click.command("build")
@click.option("--full", is_flag=True, help="Render everything anew and check every file on disk.")
@click.option("--only", multiple=True, metavar="SLUG", help="Build this address. May be repeated.")
@jobs_option
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="Build in processes of this machine, or on a Dask cluster. [default: local]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The cluster for --engine dask. [default: one of N processes on this machine]",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be written and removed; change nothing."
)
@click.option(
    "--allow-removals",
    callback=removals_allowed,
    metavar="N|all",
    help="Let this build remove up to N people's pages. [default: limits.removals]",
)
@click.option("--strict", is_flag=True, help="Stop at the first problem with a row.")
@click.option(
    "--all-warnings", is_flag=True, help="Print the warnings that an earlier build printed, too."
)
@click.option("--metrics", is_flag=True, help="Say where the time went.")
@output_option
@adopt_option
@database_option
@json_option
@click.pass_context
def build_command(
    context: click.Context,
    *,
    full: bool,
    only: tuple[str, ...],
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    dry_run: bool,
    allow_removals: int | Literal["all"] | None,
    strict: bool,
    all_warnings: bool,
    metrics: bool,
    output: str | None,
    adopt_output: bool,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Bring the site up to date with the database.

    Exit code 0: every public portfolio has its page. 3: some could not be built; their last good
    version stays. 4: more people would be removed than limits.removals allows, so nothing was
    done. 1: the build could not go on, and the message says why.
    """
    if scheduler is not None and engine != "dask":
        raise click.UsageError("--scheduler goes with --engine dask")
    if dry_run and (engine == "dask" or metrics):
        raise click.UsageError("--dry-run builds nothing: leave --engine dask and --metrics out")
    request = Request(
        only=only,
        full=full,
        strict=strict,
        all_warnings=all_warnings or as_json,
        adopt_output=adopt_output,
        jobs=jobs or cores(),
        allow_removals=allow_removals,
        cluster=Cluster(scheduler) if engine == "dask" else None,
    )
    facts = FactListener() if as_json else None
    listener = facts or BuildListener(all_warnings=all_warnings)
    try:
        settings = load_settings(database_url, output)
        with listener, ready_database(settings) as url:
            done = (plan if dry_run else build)(settings, url, request, listener)
    except QwikfolioError as error:
        if facts:
            say_facts(_failure(error), facts.facts)
        raise
    if facts:
        result = plan_facts(done) if isinstance(done, Plan) else _success(done, metrics=metrics)
        say_facts(result, facts.facts)
    elif isinstance(done, Plan):
        say_result(plan_text(done))
    else:
        say_done(sentence(done))
        if metrics:
            say_result(_table(done.metrics))
    if isinstance(done, Plan) and done.held_back:
        raise done.held_back
    context.exit(EXIT_SOME_FAILED if done.failed else 0)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _success(report: Report, *, metrics: bool) -> dict[str, object]:
    facts: dict[str, object] = msgspec.to_builtins(report)
    facts.pop("metrics")
    measured = msgspec.to_builtins(report.metrics)
    facts["peak_memory_bytes"] = measured.pop("peak_memory")
    if metrics:
        facts["metrics"] = measured
    return facts


def _failure(error: QwikfolioError) -> dict[str, object]:
    """For whoever reads the output of `--json`: why there is no report, and what was met so far."""
    facts: dict[str, object] = {**_told(error)}
    if isinstance(error, ConfigError) and error.also:
        facts["also"] = [_told(it) for it in error.also]
    if isinstance(error, RemovalLimitError):
        facts["removals"] = removal_facts(error)
    return facts


def _told(error: QwikfolioError) -> dict[str, str | None]:
    return {"error": error.what, "where": error.where, "to_do": error.fix}


def sentence(report: Report) -> str:
    """What a build did, for a person."""
    pace = f"{report.written / report.seconds:,.0f} files/s, " if report.written else ""
    parts = [
        f"{_plural(report.people, 'portfolio')}:",
        f"{_plural(report.written, 'file')} written,",
        f"{report.unchanged} unchanged, {len(report.removed)} removed",
        f"in {report.seconds:.2f} s ({pace}{report.metrics.peak_memory / 1e6:.0f} MB at most);",
        f"{_plural(report.warnings, 'warning')}, {len(report.failed)} failed.",
        f"The site is in {report.output}",
    ]
    return " ".join(parts)


def _table(metrics: Metrics) -> str:
    """Seconds by stage: of the clock, then of the processors."""
    rows = [("stage", "seconds"), *_seconds(metrics.stages)]
    if metrics.people:
        rows += [("", ""), ("for people, all processes", "CPU seconds"), *_seconds(metrics.people)]
    width = max(len(stage) for stage, _seconds in rows)
    return "\n".join(f"{stage:{width}}  {spent:>11}".rstrip() for stage, spent in rows)


def _seconds(stages: dict[str, float]) -> list[tuple[str, str]]:
    return [(stage, f"{spent:.3f}") for stage, spent in stages.items()]


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
