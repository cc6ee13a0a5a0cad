"""Which database a command works on: the one in the settings, or the site's embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager

from generator.config import Settings, require_database_url
from generator.database import embedded
from generator.database.migrate import migrate
from generator.database.seed import seed
from generator.errors import ConfigError, DatabaseError

_HOW = (
    "give its URL by --database-url, DATABASE_URL, QWIKFOLIO_DATABASE_URL, or [database] url in "
    "qwikfolio.toml; or write embedded = true under [database] for a site of the sample people, on "
    "a PostgreSQL of its own"
)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the settings' database; of the embedded server, started, where the site has one.

    Raises:
        ConfigError: No URL is given, and the site has no embedded database; or it is no URL.
        DatabaseError: The embedded server can't be started.
    """
    given = require_database_url(settings)
    if given is not None:
        yield given
        return
    if not settings.embedded:
        raise ConfigError("no database is named", where=str(settings.root), fix=_HOW)
    with embedded.server(settings.state) as url:
        yield url


@contextmanager
def existing_database(settings: Settings) -> Iterator[str]:
    """As `database`, for commands that only read: they make no embedded database.

    Raises:
        ConfigError: As `database`.
        DatabaseError: As `database`, and where the embedded database isn't there yet.
    """
    if settings.database_url is None and settings.embedded and not embedded.exists(settings.state):
        raise DatabaseError(
            "there is no embedded database yet",
            where=str(settings.state),
            fix="run `qwikfolio build`, which makes it; or name another by --database-url",
        )
    with database(settings) as url:
        yield url


@contextmanager
def ready_database(settings: Settings) -> Iterator[str]:
    """As `database`; the embedded one is migrated and holds the samples as their files say."""
    with database(settings) as url:
        if settings.database_url is None:
            migrate(url)
            seed(url, settings.samples, pictures=True)
        yield url
