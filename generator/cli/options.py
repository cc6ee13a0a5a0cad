"""Options that several commands take, and the settings they lead to."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from generator import config
from generator.cli.common import start_folder
from generator.cli.completion import folders
from generator.cli.terminal import say_aside

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


def output_option(command: Command) -> Command:
    """`--output`."""
    return click.option(
        "--output",
        metavar="DIR",
        shell_complete=folders,
        help="Where the site goes: a folder, or an s3:// address. [default: paths.output]",
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
    """The settings of the site that the command is run in, under these options.

    Raises:
        ConfigError: It is run outside of a site, or a setting can't be used.
    """
    return noted(config.load(site_root(), database_url=database_url, output=output))


def noted(settings: config.Settings) -> config.Settings:
    """The settings, once their notes are said."""
    for note in settings.notes:
        say_aside(f"note: {note}")
    return settings


def site_root() -> Path:
    """The folder of the site that the command is run in.

    Raises:
        ConfigError: It is run outside of a site.
    """
    start = start_folder()
    root = config.find_root(start)
    if root is None:
        raise config.no_site(start)
    return root


def load_settings_or_url(database_url: str | None) -> config.Settings:
    """As `load_settings`, for what needs no more of a site than its database.

    Outside of a site a URL will do, by option or environment: the other settings are then those of
    the environment, and the defaults.

    Raises:
        ConfigError: There is neither a site nor a URL, or a setting can't be used.
    """
    start = start_folder()
    root = config.find_root(start)
    settings = config.load(root or start, database_url=database_url)
    if root is None and settings.database_url is None:
        raise config.no_site(start, fix=_OR_URL)
    return noted(settings)


def load_settings_if_any() -> config.Settings:
    """As `load_settings`; the defaults outside of a site."""
    start = start_folder()
    return noted(config.load(config.find_root(start) or start))


_OR_URL = (
    "run this in the folder of a site or below it, or name that folder with -C; or give a database "
    "by --database-url or DATABASE_URL, and run this anywhere"
)
