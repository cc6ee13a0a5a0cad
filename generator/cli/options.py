"""Options that several commands take, and the settings they lead to."""

import re
from collections.abc import Callable
from typing import Any, Literal

import click

from generator import config

Command = Callable[..., Any]


def removals_allowed(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> int | Literal["all"] | None:
    """What `--allow-removals` says: a number of people, 1 or more, or `all`."""
    if value is None:
        return None
    if value == "all":
        return "all"
    if not re.fullmatch(r"[1-9][0-9]{0,9}", value):
        raise click.BadParameter("give a number of people, 1 or more, or `all`")
    return int(value)


def database_option(command: Command) -> Command:
    """`--database-url`."""
    return click.option(
        "--database-url",
        metavar="URL",
        help="The PostgreSQL to work on. [default: DATABASE_URL, or as qwikfolio.toml says]",
    )(command)


def adopt_option(command: Command) -> Command:
    """`--adopt-output`."""
    return click.option(
        "--adopt-output",
        is_flag=True,
        help="Take over an output of another database; people who aren't in this one are removed.",
    )(command)


def jobs_option(command: Command) -> Command:
    """`--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Build in N processes. [default: as many as there are cores]",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print what was done, or why it was not, as one JSON object.",
    )(command)


def load_settings(database_url: str | None, output: str | None = None) -> config.Settings:
    """The settings of the current folder under these options."""
    settings = config.load(config.current_folder(), database_url=database_url, output=output)
    for note in settings.notes:
        click.echo(f"note: {note}", err=True)
    return settings
