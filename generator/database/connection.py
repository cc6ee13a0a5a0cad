"""Connecting to PostgreSQL, with errors that say what to do at three in the morning."""

from urllib.parse import unquote

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

from generator.config.database_url import UrlError, parse_database_url
from generator.config.masking import MASK, masked
from generator.database.refusal import while_connecting
from generator.errors import DatabaseError

_PATIENCE = 10  # seconds to wait for a server, unless the URL says otherwise

# A server that vanished without a word is noticed within about a minute: while we wait for nothing,
# and (the last, in milliseconds) while it has yet to acknowledge what we sent.
_KEEPALIVES = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def connect(
    url: str, *, application_name: str = "qwikfolio", autocommit: bool = False
) -> psycopg.Connection[TupleRow]:
    """Connect to the database `url` names (a `postgresql://` URL or a libpq connection string).

    Raises:
        DatabaseError: The URL can't be read, or the server can't be reached or refuses.
    """
    settings = _parameters(url, application_name)
    try:
        return psycopg.connect(
            conninfo.make_conninfo("", **settings),
            autocommit=autocommit,
            prepare_threshold=None,  # behind a pooler the next session finds them there
        )
    except (psycopg.Error, UnicodeError) as error:
        raise _refused(url, settings, str(error)) from None


async def connect_async(
    url: str, *, application_name: str = "qwikfolio"
) -> psycopg.AsyncConnection[TupleRow]:
    """Connect as `connect` does, for an event loop: a session of one's own, in autocommit.

    What is executed often is prepared: a pooler must keep the session to this connection.

    Raises:
        DatabaseError: The URL can't be read, or the server can't be reached or refuses.
    """
    settings = _parameters(url, application_name)
    try:
        return await psycopg.AsyncConnection.connect(
            conninfo.make_conninfo("", **settings), autocommit=True
        )
    except (psycopg.Error, UnicodeError) as error:
        raise _refused(url, settings, str(error)) from None


def _parameters(url: str, application_name: str) -> dict[str, str]:
    """The URL's parts, with ours where it says nothing."""
    settings = _settings(url)
    settings.setdefault("connect_timeout", str(_PATIENCE))
    settings.setdefault("application_name", application_name)
    for name, limit in _KEEPALIVES.items():
        settings.setdefault(name, limit)
    return settings


def _settings(url: str) -> dict[str, str]:
    """The URL as libpq reads it. Its own message is not shown: it may quote the password."""
    try:
        text = parse_database_url(url).libpq
    except UrlError as error:
        raise DatabaseError(error.what, where=masked(url), fix=error.fix) from None
    try:
        return {key: str(value) for key, value in conninfo.conninfo_to_dict(text).items()}
    except psycopg.Error:
        raise DatabaseError(
            "the database URL can't be used: PostgreSQL can't read it",
            where=masked(url),
            fix="write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, "
            "with @ : / ? # % in the password percent-encoded (@ is %40)",
        ) from None


def _refused(url: str, settings: dict[str, str], message: str) -> DatabaseError:
    secrets = {settings.get(key, "") for key in ("password", "sslpassword", "oauth_client_secret")}
    forms = {form for secret in secrets for form in (secret, unquote(secret)) if form}
    return while_connecting(message, masked(url), dict.fromkeys(forms, MASK))


def require_readable(url: str) -> None:
    """Refuse a URL that can't be read; nobody is connected to.

    Raises:
        DatabaseError: Why it can't.
    """
    _settings(url)
