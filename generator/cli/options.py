"""Options that several commands take, and the settings they lead to."""

from collections.abc import Callable
from typing import Any, Literal

import click

from generator import config

Command = Callable[..., Any]


class RemovalsAllowed(click.ParamType[int | Literal["all"]]):
    """A number of people, 1 or more, or `all`."""

    name = "N|all"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Literal["all"]:
        """The number, or `all` itself."""
        if value == "all":
            return "all"
        return click.IntRange(min=1).convert(value, param, ctx)


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
        help="Build this database into an output that belongs to another: who isn't in it goes.",
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
    return config.load(config.current_folder(), database_url=database_url, output=output)
