"""`qwikfolio hosting`."""

import click

from generator.cli.options import load_settings
from generator.cli.terminal import say_result
from generator.hosting.facts import BEACON, Options, make_facts
from generator.hosting.servers import SERVERS, configuration


@click.command("hosting")
@click.argument(
    "server",
    metavar="SERVER",
    type=click.Choice(list(SERVERS)),
    help=f"One of {', '.join(SERVERS)}.",
)
@click.option(
    "--root",
    metavar="DIR",
    help="The folder of the site on the server. [default: the output]",
)
@click.option(
    "--listen",
    metavar="[ADDRESS:]PORT",
    help="Speak plain HTTP there, behind a proxy that has the certificate. "
    "[default: the port of site.url]",
)
@click.option("--server-name", metavar="NAME", help="The host's name. [default: that of site.url]")
@click.option(
    "--certificate",
    metavar="FILE",
    help="The TLS certificate, for nginx and Apache. [default: where certbot keeps it]",
)
@click.option("--key", metavar="FILE", help="Its private key. [default: where certbot keeps it]")
@click.option(
    "--beacon",
    "beacons",
    metavar="ADDRESS:PORT",
    multiple=True,
    default=(BEACON,),
    help=f"Where the beacon listens; several may be given. [default: {BEACON}]",
)
@click.option(
    "--logs",
    metavar="DIR",
    help="The folder for logs, for nginx and Apache. [default: that of Debian's package]",
)
def hosting_command(
    *,
    server: str,
    root: str | None,
    listen: str | None,
    server_name: str | None,
    certificate: str | None,
    key: str | None,
    beacons: tuple[str, ...],
    logs: str | None,
) -> None:
    """Print the configuration of a web server or host for this site.

    It follows from the settings: headers, page for what is not there, caching, compression,
    redirects, and the beacon. Nothing is written; print it again after changing the settings.
    """
    options = Options(
        root=root,
        listen=listen,
        server_name=server_name,
        certificate=certificate,
        key=key,
        beacons=beacons,
        logs=logs,
    )
    facts = make_facts(load_settings(None), options)
    say_result(configuration(server, facts).rstrip("\n"))
