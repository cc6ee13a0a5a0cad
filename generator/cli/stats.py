"""`qwikfolio stats`."""

import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import msgspec

from generator.cli.options import database_option, load_settings
from generator.cli.terminal import say_result, write_page
from generator.database.provide import database
from generator.errors import ConfigError
from generator.stats.figures import Figures
from generator.stats.page import page
from generator.stats.query import Request, read
from generator.stats.span import zone

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST = 3660  # days
_PLAIN = 100  # columns, where the output is no terminal
_BAR = 30  # columns of the longest bar


@click.command("stats")
@click.argument("address", metavar="SLUG")
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST),
    default=30,
    show_default=True,
    metavar="N",
    help="How many days, today included.",
)
@click.option(
    "--timezone",
    metavar="NAME",
    help="Days of this time zone, like Europe/Lisbon. [default: the owner's, else the site's]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the figures into FILE, a page with charts.",
)
@database_option
def stats_command(
    *,
    address: str,
    days: int,
    timezone: str | None,
    as_json: bool,
    html: Path | None,
    database_url: str | None,
) -> None:
    """What visitors did on the portfolio at SLUG, which may be a username, too.

    Views and visitors by day, what they looked at, where they came from, and what was not counted.
    """
    asked = _zone(timezone) if timezone else None
    settings = load_settings(database_url)
    fallback = zone(settings.site.timezone) or ZoneInfo("UTC")
    request = Request(address=address, days=days, fallback=fallback, zone=asked)
    with database(settings) as url:
        figures = read(url, request)
    if html is not None:
        write_page(html, page(figures))
    if as_json:
        say_result(msgspec.json.encode(figures).decode())
    elif html is not None:
        say_result(f"written {html}")
    else:
        say_result(text(figures))


def _zone(name: str) -> ZoneInfo:
    found = zone(name)
    if found is None:
        raise ConfigError(
            f"there is no time zone {name!r}",
            where="--timezone",
            fix='use a name of IANA\'s, like "Europe/Lisbon"',
        )
    return found


def text(figures: Figures) -> str:
    """The figures as tables, with bars: in colour on a terminal."""
    from rich.console import Console, Group  # noqa: PLC0415 - only this command draws tables

    terminal = sys.stdout.isatty()
    console = Console(
        file=StringIO(),
        force_terminal=terminal,
        width=None if terminal else _PLAIN,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(_heading(figures))
        if not figures.empty:
            console.print(Group(*_tables(figures)))
    lines = capture.get().splitlines()
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _heading(it: Figures) -> str:
    draft = "" if it.public else ", which is not public"
    title = f"{it.name} (/{it.address}/{draft})"
    span = f"{it.days[0].day} to {it.days[-1].day}, time of {it.timezone}"
    if it.empty:
        return f"{title}\n{span}\n\nNobody has come by in these days."
    return (
        f"{title}\n{span}\n\n{it.views:,} views, {it.visitors:,} visitors, "
        f"{it.downloads:,} downloads, {it.contacts:,} contact clicks\n"
    )


def _tables(it: Figures) -> list["Table"]:
    most = max(day.views for day in it.days)
    rows = [
        (str(day.day), _bar(day.views, most), f"{day.views:,}", f"{day.visitors:,}")
        for day in it.days
    ]
    tables = [_table("", rows, "views", "visitors")]
    for title, counts in (
        ("Projects looked at", it.projects),
        ("Links followed", it.links),
        ("Where visitors came from", it.referrers),
        ("Screens", it.screens),
        ("Languages", it.languages),
        ("Left out", it.filtered),
    ):
        if counts:
            longest = max(count.events for count in counts)
            ranked = [(c.name, _bar(c.events, longest), f"{c.events:,}") for c in counts]
            tables.append(_table(title, ranked, ""))
    return tables


def _table(title: str, rows: Sequence[tuple[str, ...]], *numbers: str) -> "Table":
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(Text(title, "bold"), min_width=30, max_width=40, overflow="fold")
    table.add_column("", style="green", min_width=_BAR)
    for number in numbers:
        table.add_column(number, justify="right", min_width=8)
    for row in rows:
        table.add_row(*map(Text, row))
    table.add_row()
    return table


def _bar(value: int, most: int) -> str:
    """At least a sliver where there is anything."""
    return "█" * round(_BAR * value / most) or "▏" if value else ""
