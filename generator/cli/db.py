"""`qwikfolio db …`."""

import click

from generator.cli.options import database_option, load_settings
from generator.cli.terminal import say_result
from generator.database.migrate import migrate
from generator.database.provide import database
from generator.database.seed import seed
from generator.database.synthetic import add_synthetic


@click.group("db")
def db_group() -> None:
    """Set up the database and look after it."""


@db_group.command("migrate")
@database_option
def migrate_command(*, database_url: str | None) -> None:
    """Bring the schema up to date. Safe to run again, and by two at once."""
    with database(load_settings(database_url)) as url:
        applied = migrate(url)
    for migration in applied:
        say_result(f"applied {migration.name}")
    say_result("the schema is up to date" if applied else "the schema is up to date already")


@db_group.command("seed")
@click.option(
    "--synthetic",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Also add N made-up people, always the same ones.",
)
@database_option
def seed_command(*, synthetic: int, database_url: str | None) -> None:
    """Load the sample people of content/portfolios/. Again is no change."""
    settings = load_settings(database_url)
    with database(settings) as url:
        if not settings.database_url:
            migrate(url)
        say_result(str(seed(url, settings.content / "portfolios")))
        if synthetic:
            say_result(f"{add_synthetic(url, synthetic):,} made-up people added")
