"""`qwikfolio beacon`."""

import logging
import socket
import time
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import click

from generator import interrupts
from generator.beacon.bounds import Bounds
from generator.beacon.log import Level, Log
from generator.cli.common import say_errors_by
from generator.cli.completion import folders
from generator.cli.options import database_option, load_settings_or_url
from generator.cli.terminal import say_aside, say_done
from generator.config import host_and_port
from generator.database.provide import ready_database
from generator.errors import ConfigError, QwikfolioError
from generator.extras import extra


@click.command("beacon")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="NAME",
    help="The address to listen at. The default is for a proxy on this machine. "
    "[default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8100,
    metavar="N",
    help="The port to listen at; 0 is any that is free. [default: 8100]",
)
@click.option(
    "--spool",
    type=click.Path(path_type=Path),
    metavar="DIR",
    shell_complete=folders,
    help="Where events wait while the database is away. [default: beacon.spool of the settings]",
)
@database_option
def beacon_command(*, host: str, port: int, spool: Path | None, database_url: str | None) -> None:
    """Take visitors' events into the database.

    It runs until SIGTERM, SIGHUP or Ctrl-C ends it; before that it stores the events it has
    received. An event that is answered with 204 is stored: in the database, or on disk until the
    database accepts it.
    """
    # The other commands do without these libraries.
    with interrupts.importing(), extra("beacon", "`qwikfolio beacon`"):
        from generator.beacon.beacon import Beacon  # noqa: PLC0415
        from generator.beacon.serve import serve  # noqa: PLC0415

    settings = load_settings_or_url(database_url)
    log = Log(settings.beacon.log_format, _write, time.time)
    logging.getLogger().addHandler(log)
    logging.getLogger("psycopg").propagate = False  # we say it ourselves
    metrics = [host_and_port(settings.beacon.metrics)] if settings.beacon.metrics else []
    if metrics and metrics[0][1] == port:
        raise ConfigError(
            f"events and metrics can't share the port {port}",
            where="beacon.metrics and --port",
            fix="name another port in one of them",
        )
    folder = spool or settings.root / settings.beacon.spool
    try:
        with ready_database(settings) as url:
            beacon = Beacon(
                settings.beacon,
                url,
                folder,
                settings.root / settings.beacon.salt,
                log,
            )
            bounds = Bounds(connections=settings.beacon.connections, on_refused=beacon.refused)

            def tell(address: str) -> None:
                log.tell("INFO", f"events are taken at {address}e")
                if not _is_local(host):
                    log.tell("WARNING", _OPEN.format(host=host))
                if metrics and not _is_local(metrics[0][0]):
                    log.tell("WARNING", _OPEN_METRICS.format(where=settings.beacon.metrics))

            serve(beacon, host, port, bounds, tell, *metrics)
    except KeyboardInterrupt:  # it didn't listen yet: then the server takes signals itself
        log.tell("INFO", "stopped before it took events")
        return
    if beacon.fault is not None:
        say_errors_by(partial(log.tell, "ERROR"))
        raise beacon.fault
    log.tell("INFO", "stopped; what was answered with 204 is stored")


_OPEN = (
    "--host {host} opens the beacon to other machines: whoever reaches this one there can send "
    "events, without TLS, and read /healthz, /readyz and /openapi.json; /metrics is for this "
    "machine only. Let a firewall admit your proxy alone, or listen at 127.0.0.1"
)
_OPEN_METRICS = (
    "beacon.metrics opens /metrics to other machines: whoever reaches this one at {where} can read "
    "it. Let a firewall admit your Prometheus alone"
)


def _is_local(host: str) -> bool:
    """Whether only this machine reaches an address, or all that a name stands for."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:  # then nothing listens there either
        return False
    return all(ip_address(str(where[0]).partition("%")[0]).is_loopback for *_, where in found)


def _write(level: Level, line: str) -> None:
    """A line that nobody takes is no reason to stop."""
    with suppress(QwikfolioError, OSError):
        if level == "INFO":
            say_done(line)
        else:
            say_aside(line)
