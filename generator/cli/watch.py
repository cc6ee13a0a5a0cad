"""`qwikfolio watch`."""

from contextlib import suppress
from datetime import UTC, datetime

import click
import msgspec

from generator.build import Report, Request
from generator.cli.build import cores, sentence
from generator.cli.common import is_quiet, say_errors_by
from generator.cli.options import (
    adopt_option,
    database_option,
    jobs_option,
    json_option,
    load_settings,
    output_option,
)
from generator.cli.problem_listener import FactSpool
from generator.cli.stop import Stop, Stopped
from generator.cli.terminal import (
    BuildListener,
    FactListener,
    say_aside,
    say_facts,
    say_result,
)
from generator.database.provide import ready_database
from generator.errors import QwikfolioError
from generator.watch import News, watch


@click.command("watch")
@jobs_option
@output_option
@adopt_option
@database_option
@json_option
def watch_command(
    *,
    jobs: int | None,
    output: str | None,
    adopt_output: bool,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Keep the site up to date until stopped.

    It follows the database, the themes and content/. One line is printed for each publish: when,
    who, which of their tables changed, and how long it took from the commit to the file. While the
    database is away, or a theme has a mistake, the site stays as it is, and the watch goes on
    trying. SIGTERM, SIGHUP and Ctrl-C end it.
    """
    stop = Stop()
    listener = _FactWatcher() if as_json else _Watcher()
    say_errors_by(listener.tell_error)
    try:
        settings = load_settings(database_url, output)
        with ready_database(settings) as url, listener:
            request = Request(jobs=jobs or cores(), adopt_output=adopt_output, all_warnings=as_json)
            watch(settings, url, request, listener, stop.check)
    except Stopped:
        listener.stopped()


class _Watcher(BuildListener):
    """Says each publish in one line, and each problem once while it lasts."""

    all_warnings_option = "qwikfolio build --all-warnings"

    def ready(self, report: Report) -> None:
        """The site is up to date."""
        self.__exit__(None, None, None)
        self.errors_again = False
        _tell(_stamped(sentence(report)))
        _tell(_stamped("watching the database and the themes"))

    def published(self, news: News) -> None:
        """One line; the problems have been told before it."""
        _tell(_stamped(_line(news)))

    def failed(self, error: QwikfolioError, again_in: float | None) -> None:
        """The error, and when it is tried again."""
        again = f"\n  trying again in {again_in:.1f} s" if again_in is not None else ""
        self.tell_error(f"{error}{again}")

    def stopped(self) -> None:
        """Nothing is left half done."""
        _tell(_stamped("stopped; the site is whole"))

    def tell_error(self, text: str) -> None:
        """An error, with the time."""
        self.tell(f"error: {text}")

    def tell(self, text: str) -> None:
        """With the time, as a log needs it."""
        say_aside(_stamped(text))


class _FactWatcher(_Watcher, FactListener):
    """Says each event as one line of JSON."""

    def ready(self, report: Report) -> None:
        """The site is up to date; with every problem of the rows."""
        _say("ready", report, self.facts)
        self.only_new = True

    def published(self, news: News) -> None:
        """A publish, with the problems that are new."""
        _say("published", news, self.facts)

    def failed(self, error: QwikfolioError, again_in: float | None) -> None:
        """An error."""
        facts = {"error": error.what, "where": error.where, "to_do": error.fix}
        _say("failed", {**facts, "again_in": again_in})

    def stopped(self) -> None:
        """The end."""
        _say("stopped", {})


def _say(event: str, facts: object, problems: FactSpool | None = None) -> None:
    said = {"event": event, "time": _now(), **msgspec.to_builtins(facts)}
    with suppress(QwikfolioError):
        if problems is None:
            say_result(msgspec.json.encode(said).decode())
        else:
            say_facts(said, problems)


def _tell(line: str) -> None:
    """A line that nobody takes, on a full disk perhaps, is no reason to stop."""
    if not is_quiet():
        with suppress(QwikfolioError):
            say_result(line)


def _stamped(text: str) -> str:
    """Each line with the time before it, written as the beacon's log has it."""
    now = _now()
    return "\n".join(f"{now} {line}" for line in text.splitlines())


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(news: News) -> str:
    """Who, why, how much, how long."""
    who = ", ".join(change.address or "somebody who has no page now" for change in news.changes)
    why = ", ".join(sorted({table for change in news.changes for table in change.tables}))
    lag = max((change.seconds for change in news.changes), default=news.seconds)
    done = [f"{news.written} written"] if news.written else []
    done += [f"{len(news.removed)} removed"] if news.removed else []
    told = f"{who} ({why})" if who else "the site"
    return f"{told}: {', '.join(done) or 'nothing to write'}, {lag * 1000:,.0f} ms"
