"""`qwikfolio stats`."""

import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import click
import msgspec

from generator.cli.lines import columns, is_colored, wrap_message
from generator.cli.options import database_option, load_settings_or_url
from generator.cli.terminal import say_done, say_result, write_page
from generator.database.provide import existing_database
from generator.errors import ConfigError
from generator.stats.figures import Figures
from generator.stats.page import page
from generator.stats.query import Request, read
from generator.stats.span import zone

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST = 3660  # days
_PLAIN = 100  # columns, where the output is no terminal
_GAP = 2  # blank columns after each column
_LONGEST_NAME = 40  # columns; a longer name is folded
_SHORTEST_NAME = 10  # columns: a date
_LONGEST_BAR = 30  # columns
_SHORTEST_BAR = 8  # columns; with less room there is no bar
_UNBOUNDED = 10_000  # columns


@click.command("stats")
@click.argument("address", metavar="SLUG", help="The address of the portfolio, or a username.")
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
    """Show what visitors did on a portfolio.

    SLUG is its address, or its owner's username. The figures are views and visitors by day, what
    they looked at, where they came from, and what was not counted.
    """
    asked = _zone(timezone) if timezone else None
    settings = load_settings_or_url(database_url)
    fallback = zone(settings.site.timezone) or ZoneInfo("UTC")
    request = Request(address=address, days=days, fallback=fallback, zone=asked)
    with existing_database(settings) as url:
        figures = read(url, request)
    if html is not None:
        write_page(html, page(figures))
    if as_json:
        say_result(msgspec.json.encode(figures).decode())
    elif html is not None:
        say_done(f"written {html}")
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


def text(figures: Figures, width: int | None = None) -> str:
    """The figures as tables, with bars where there is room: in colour on a terminal.

    Args:
        figures: What is shown.
        width: In columns; None means those of `COLUMNS` or the terminal, 100 where there is none.
    """
    from rich.console import Console, Group  # noqa: PLC0415 - only this command draws tables
    from rich.text import Text  # noqa: PLC0415

    width = width or columns(sys.stdout) or _PLAIN
    console = Console(
        file=StringIO(),
        force_terminal=is_colored(sys.stdout),
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(Text(wrap_message(_heading(figures), width)), soft_wrap=True)
        if not figures.empty:
            # Columns have the widths that they were given: what is too wide is wrapped by the
            # terminal, and never cut.
            tables = _tables(_sections(figures), console.width)
            console.print(Group(*tables), width=_UNBOUNDED, crop=False)
    lines = capture.get().splitlines()
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _heading(it: Figures) -> str:
    draft = "" if it.public else ", which is not public"
    title = f"{it.name} (/{it.address}/{draft})"
    span = f"{it.days[0].day} to {it.days[-1].day}, time zone {it.timezone}"
    if it.empty:
        return f"{title}\n{span}\n\nNobody has come by in these days."
    return (
        f"{title}\n{span}\n\n{_count(it.views, 'view')}, {_count(it.visitors, 'visitor')}, "
        f"{_count(it.downloads, 'download')}, {_count(it.contacts, 'contact click')}\n"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Section(NamedTuple):
    """One table: what was counted, and how often."""

    title: str
    headers: tuple[str, ...]
    """Of the columns of numbers."""
    rows: Sequence[tuple[str, tuple[int, ...]]]
    """A name, and its numbers."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """How wide each column of numbers is."""
        return tuple(
            max(len(header), *(len(f"{values[nth]:,}") for _name, values in self.rows))
            for nth, header in enumerate(self.headers)
        )


def _sections(it: Figures) -> list[_Section]:
    days = [(str(day.day), (day.views, day.visitors)) for day in it.days]
    ranked = (
        ("Projects looked at", it.projects),
        ("Links followed", it.links),
        ("Where visitors came from", it.referrers),
        ("Screens", it.screens),
        ("Languages", it.languages),
        ("Left out", it.filtered),
    )
    return [
        _Section("", ("views", "visitors"), days),
        *(
            _Section(title, ("",), [(count.name, (count.events,)) for count in counts])
            for title, counts in ranked
            if counts
        ),
    ]


def _tables(sections: Sequence[_Section], width: int) -> list["Table"]:
    """Tables of equal columns.

    Numbers have the width that they need. Names and bars share the rest; where that is too little
    for both, there are no bars, and names are folded.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - only this command draws tables

    names = [name for it in sections for name in (it.title, *(name for name, _numbers in it.rows))]
    longest = min(max(map(cell_len, names)), _LONGEST_NAME)
    room = width - max(sum(_GAP + number for number in it.numbers) for it in sections)
    name = min(longest, room // 2)
    bar = min(room - name - _GAP, _LONGEST_BAR)
    if name < _SHORTEST_NAME or bar < _SHORTEST_BAR:
        name, bar = min(longest, max(room, _SHORTEST_NAME)), 0
    return [_table(it, name, bar) for it in sections]


def _table(section: _Section, name: int, bar: int) -> "Table":
    """A name, a bar for its first number unless `bar` is 0, and its numbers."""
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(Text(section.title, "bold"), width=name, overflow="fold")
    if bar:
        table.add_column("", style="green", width=bar)
    for header, number in zip(section.headers, section.numbers, strict=True):
        table.add_column(header, justify="right", width=number, no_wrap=True)
    most = max(values[0] for _name, values in section.rows)
    for label, values in section.rows:
        bars = (_bar(values[0], most, bar),) if bar else ()
        table.add_row(*map(Text, (label, *bars, *(f"{value:,}" for value in values))))
    table.add_row()
    return table


def _bar(value: int, most: int, width: int) -> str:
    """A bar of at most `width` columns; at least a sliver where there is anything."""
    return "█" * round(width * value / most) or "▏" if value else ""
