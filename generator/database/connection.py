"""Connecting to PostgreSQL, with errors that say what to do at three in the morning."""

import re
from urllib.parse import unquote

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

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

# Greedy up to the last `@`: a password may hold an unescaped one, and masking too much is safe.
_USER_INFO = re.compile(r"^((?:\w+://)?+[^:/?#@]*:).*@", re.DOTALL)
_PORTS = re.compile(r"\d*(?:,\d*)*", re.ASCII)
_PARAMETER = re.compile(r"((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE)
_MASK = "***"

_CAUSES: tuple[tuple[str, str, str], ...] = (
    (
        r"password authentication failed|no password supplied|SASL|SCRAM",
        "the database refuses the user or the password",
        "check both in the URL; a password's @ : / ? # % must be percent-encoded there",
    ),
    (
        r'database "[^"]*" does not exist',
        "the server has no such database",
        "create it (createdb NAME), or correct the name at the end of the URL",
    ),
    (
        r'role "[^"]*" does not exist',
        "the server has no such user",
        "correct the user in the URL, or create it (createuser NAME)",
    ),
    (
        r"could not translate host name|Name or service not known|failed to resolve|"
        r"nodename nor servname|No address associated|name resolution",
        "the database's host name is unknown",
        "correct the host in the URL, and check that this machine can resolve names",
    ),
    (
        r"SSL|TLS|certificate|root\.crt",
        "no encrypted connection to the database could be made",
        "check sslmode and sslrootcert in the URL against what the server offers",
    ),
    (
        r"no pg_hba\.conf entry|Peer authentication failed|authentication failed|"
        r"pg_hba\.conf rejects|Ident authentication",
        "the server doesn't let this user in from here",
        "allow this user, database and address in the server's pg_hba.conf",
    ),
    (
        r"too many (?:clients|connections)|remaining connection slots",
        "the server has no connection left",
        "close some, raise max_connections, or connect through a pooler in session mode",
    ),
    (
        r"is (?:starting up|shutting down)|not yet accepting|recovery",
        "the server is starting or stopping",
        "try again in a moment",
    ),
    (
        r"Connection refused|No such file or directory|Is the server running|"
        r"No route to host|Network is unreachable",
        "no PostgreSQL answers there",
        "start the server, or correct host and port in the URL",
    ),
    (
        r"timeout|timed out",
        "the database doesn't answer in time",
        "check host, port and firewall; connect_timeout=SECONDS in the URL waits longer",
    ),
    (
        r"permission denied for database|not permitted to log in|does not have CONNECT",
        "this user may not connect to the database",
        "give it LOGIN, and CONNECT on the database",
    ),
)

_UNKNOWN_CAUSE = ("", "the database can't be used", "mend what the server says")


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


def masked(url: str) -> str:
    """The URL fit to be shown: every password in it is `***`."""
    return _PARAMETER.sub(rf"\g<1>{_MASK}", _USER_INFO.sub(rf"\g<1>{_MASK}@", url))


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
    if not re.match(r"postgres(?:ql)?://|\s*\w+\s*=", url):
        raise _malformed(url, "it is not a postgresql:// URL")
    try:
        settings = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    except psycopg.Error:
        raise _malformed(url, "PostgreSQL can't read it") from None
    # Half of a password with an unescaped `@` or `/` was taken for another part of the URL.
    misplaced = any("@" in settings.get(key, "") for key in ("host", "dbname"))
    if misplaced or not _PORTS.fullmatch(settings.get("port", "")):
        raise _malformed(url, "its parts can't be told apart")
    return settings


def _malformed(url: str, reason: str) -> DatabaseError:
    return DatabaseError(
        f"the database URL can't be used: {reason}",
        where=masked(url),
        fix="write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, "
        "with @ : / ? # % in the password percent-encoded (@ is %40)",
    )


def _refused(url: str, settings: dict[str, str], message: str) -> DatabaseError:
    pattern, what, fix = next(
        (cause for cause in _CAUSES if re.search(cause[0], message, re.IGNORECASE)), _UNKNOWN_CAUSE
    )
    lines = [line.strip() for line in message.splitlines() if re.search(pattern, line, re.I)]
    said = _without_secrets(settings, lines[0] if lines else "")
    return DatabaseError(f"{what}: {said}" if said else what, where=masked(url), fix=fix)


def _without_secrets(settings: dict[str, str], line: str) -> str:
    for key in ("password", "sslpassword"):
        secret = settings.get(key, "")
        for form in {secret, unquote(secret)} - {""}:
            line = line.replace(form, _MASK)
    return line


def require_readable(url: str) -> None:
    """Refuse a URL that can't be read; nobody is connected to.

    Raises:
        DatabaseError: Why it can't.
    """
    _settings(url)
