"""Which database a command works on: the one in the settings, or the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager

from generator.config import Settings
from generator.database import embedded
from generator.database.migrate import migrate
from generator.database.seed import seed


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the settings' database; without one, of the embedded server, started."""
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded.server(settings.state) as url:
            yield url


@contextmanager
def ready_database(settings: Settings) -> Iterator[str]:
    """As `database`; the embedded one is migrated and holds the samples as their files say."""
    with database(settings) as url:
        if not settings.database_url:
            migrate(url)
            seed(url, settings.content / "portfolios")
        yield url
