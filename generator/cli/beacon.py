"""`qwikfolio beacon`."""

import logging
import time
from contextlib import suppress
from pathlib import Path

import click

from generator.beacon.beacon import Beacon
from generator.beacon.bounds import Bounds
from generator.beacon.serve import serve
from generator.cli.options import database_option, load_settings
from generator.cli.terminal import say_error, say_result
from generator.database.provide import ready_database
from generator.errors import QwikfolioError


@click.command("beacon")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="NAME",
    help="Where to listen; behind a proxy on this machine, the default. [default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8100,
    metavar="N",
    help="0 is any that is free. [default: 8100]",
)
@click.option(
    "--spool",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where events wait while the database is away. [default: beacon.spool of the settings]",
)
@database_option
def beacon_command(*, host: str, port: int, spool: Path | None, database_url: str | None) -> None:
    """Take visitors' events into the database, until it is stopped.

    An event that is answered with 204 is stored: in the database, or on disk until the database
    takes it. SIGTERM and Ctrl-C end it, when what has come is stored.
    """
    logging.getLogger("psycopg").addHandler(logging.NullHandler())  # we say it ourselves
    settings = load_settings(database_url)
    folder = spool or settings.root / settings.beacon.spool
    with ready_database(settings) as url:
        beacon = Beacon(
            settings.beacon, url, folder, settings.root / settings.beacon.salt, _Terminal()
        )
        bounds = Bounds(connections=settings.beacon.connections, on_refused=beacon.refused)
        serve(beacon, host, port, bounds, lambda address: _tell(f"events  {address}e"))
    if beacon.fault is not None:
        raise beacon.fault
    _tell("stopped; what was answered with 204 is stored")


class _Terminal:
    """Says each event in one line."""

    def away(self, why: str) -> None:
        """Events go to the spool."""
        say_error(f"{_now()} the database is away, events wait on disk: {why}")

    def back(self) -> None:
        """Events go to the database."""
        _tell(f"{_now()} the database is there")

    def replayed(self, events: int) -> None:
        """The spool is empty."""
        _tell(f"{_now()} {events:,} events from the disk are in the database")

    def full(self, why: str) -> None:
        """Events are refused."""
        say_error(f"{_now()} events are refused (503): {why}")

    def failed(self, what: str) -> None:
        """It is tried again."""
        say_error(f"{_now()} {what}")


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _tell(line: str) -> None:
    """A line that nobody takes is no reason to stop."""
    with suppress(QwikfolioError):
        say_result(line)
