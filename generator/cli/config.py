"""`qwikfolio config`."""

import click
import msgspec

from generator.cli.options import database_option, load_settings
from generator.cli.terminal import say_result
from generator.config import Settings, require_database_url
from generator.config.in_force import as_toml, in_force, label
from generator.errors import ConfigError


@click.command("config")
@click.option("--output", metavar="DIR", help="Where the site goes. [default: output]")
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print the settings as one JSON object.")
def config_command(*, output: str | None, database_url: str | None, as_json: bool) -> None:
    """Show the settings in force, and where each comes from.

    What is printed is a qwikfolio.toml that says the same; a comment names the line, the variable
    or the option that each value comes from. Passwords are not shown. No database is needed.
    """
    settings = load_settings(database_url, output)
    say_result(_facts(settings) if as_json else as_toml(settings))
    try:
        require_database_url(settings)
    except ConfigError as error:
        click.echo(f"note: {error}", err=True)


def _facts(settings: Settings) -> str:
    facts: dict[str, object] = {"root": str(settings.root), "notes": settings.notes}
    tables: dict[str, dict[str, object]] = {}
    for it in in_force(settings):
        tables.setdefault(it.table, {})[it.key] = {
            "value": it.value,
            "from": label(it.origin, settings.root),
            "kind": it.origin.kind,
        }
    return msgspec.json.encode({**facts, "settings": tables}).decode()
