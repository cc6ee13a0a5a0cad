"""`qwikfolio db …`."""

import sys

import click

from generator.cli import EXIT_FAILED
from generator.cli.options import Command, database_option, load_settings_or_url
from generator.cli.terminal import say_aside, say_done
from generator.config import Settings, masked
from generator.database.migrate import migrate
from generator.database.provide import database
from generator.database.seed import seed
from generator.database.synthetic import add_synthetic
from generator.database.unseed import SAMPLES, SYNTHETIC, unseed
from generator.errors import ConfigError


def _yes_option(command: Command) -> Command:
    return click.option(
        "--yes",
        is_flag=True,
        help="Don't ask for confirmation where it isn't the site's embedded database.",
    )(command)


@click.group("db")
def db_group() -> None:
    """Set up the database and look after it."""


@db_group.command("migrate")
@database_option
def migrate_command(*, database_url: str | None) -> None:
    """Bring the schema up to date. Safe to run again, and by two at once."""
    with database(load_settings_or_url(database_url)) as url:
        applied = migrate(url)
    for migration in applied:
        say_done(f"applied {migration.name}")
    say_done("the schema is up to date" if applied else "the schema is up to date already")


@db_group.command("seed")
@click.option(
    "--synthetic",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Also add N made-up people, always the same ones.",
)
@_yes_option
@database_option
@click.pass_context
def seed_command(
    context: click.Context, *, synthetic: int, yes: bool, database_url: str | None
) -> None:
    """Add the sample people to the database.

    They are those of content/portfolios/, or else the bundled ones. Running it again changes
    nothing. Where the database isn't the site's embedded one, it asks for confirmation, and leaves
    out the pictures that the samples bring. `qwikfolio db unseed` removes the people.
    """
    settings = load_settings_or_url(database_url)
    if not (yes or _is_meant(settings, "put the sample people into")):
        context.exit(EXIT_FAILED)
    with database(settings) as url:
        if settings.database_url is None:
            migrate(url)
        pictures = settings.database_url is None
        say_done(str(seed(url, settings.samples, pictures=pictures)))
        if synthetic:
            say_done(f"{add_synthetic(url, synthetic):,} made-up people added")


@db_group.command("unseed")
@click.option("--synthetic", is_flag=True, help="Also remove the made-up people.")
@_yes_option
@database_option
@click.pass_context
def unseed_command(
    context: click.Context, *, synthetic: bool, yes: bool, database_url: str | None
) -> None:
    """Remove the sample people, and nobody else.

    All that belongs to them is removed, too. They are recognized by their ids, even if their rows
    were edited. Where the database isn't the site's embedded one, it asks for confirmation. The
    next build adds them to the embedded database again.
    """
    settings = load_settings_or_url(database_url)
    if not (yes or _is_meant(settings, "remove the sample people from")):
        context.exit(EXIT_FAILED)
    with database(settings) as url:
        say_done(f"sample people: {unseed(url, SAMPLES)} removed")
        if synthetic:
            say_done(f"{unseed(url, SYNTHETIC):,} made-up people removed")


def _is_meant(settings: Settings, deed: str) -> bool:
    """Ask whether a database that isn't the embedded one is meant.

    Raises:
        ConfigError: There is nobody to ask.
    """
    if settings.database_url is None:
        return True
    name = masked(settings.database_url)
    if not sys.stdin.isatty():
        raise ConfigError(
            f"this would {deed} a database that isn't the site's embedded one",
            where=name,
            fix="if that is intended, add --yes; else give the URL of another database",
        )
    if click.confirm(f"{deed.capitalize()} {name}?", err=True):
        return True
    say_aside("nothing was changed")
    return False
