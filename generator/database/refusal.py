"""What PostgreSQL says when it does not do what was asked, and what to do about it.

A server that can't be reached, or that is starting, is another matter than one that answers and
refuses: the first passes by itself, the second waits for somebody. `UnavailableError` is the first.
"""

import re
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import msgspec
import psycopg
from psycopg import conninfo

from generator.database.roles import BEACON
from generator.errors import DatabaseError, UnavailableError

Connection = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]


class Cause(msgspec.Struct, frozen=True):
    """A kind of failure."""

    pattern: str
    """Of what the server, or libpq, says; lines that match it are quoted."""
    what: str
    fix: str
    passes: bool = False
    """Whether it passes by itself."""


_OF_CONNECTING = (
    Cause(
        r"Tenant or user not found|no such user|tenant/user",
        "the pooler in front of the database knows no such user",
        "correct the user in the URL; at Supabase's pooler it is USER.PROJECT",
    ),
    Cause(
        r"password authentication failed|no password supplied|SASL|SCRAM",
        "the database refuses the user or the password",
        "check both in the URL; a password's @ : / ? # % must be percent-encoded there",
    ),
    Cause(
        r'database "[^"]*" does not exist|no such database',
        "the server has no such database",
        "create it (createdb NAME), or correct the name at the end of the URL",
    ),
    Cause(
        r'role "[^"]*" does not exist',
        "the server has no such user",
        "correct the user in the URL, or create it (createuser NAME)",
    ),
    Cause(
        r"could not translate host name|Name or service not known|failed to resolve|"
        r"nodename nor servname|No address associated|name resolution",
        "the database's host name is unknown",
        "correct the host in the URL, and check that this machine can resolve names",
        passes=True,
    ),
    Cause(
        r"definition of service|service file",
        "the service that the URL names can't be read",
        "correct service= in the URL, or the file: ~/.pg_service.conf or PGSERVICEFILE",
    ),
    Cause(
        r"no pg_hba\.conf entry.*(?:no encryption|SSL off)",
        "the server doesn't let this user in from here without encryption",
        "write sslmode=require in the URL, or allow it in the server's pg_hba.conf",
    ),
    Cause(
        r"no pg_hba\.conf entry|Peer authentication failed|authentication failed|"
        r"pg_hba\.conf rejects|Ident authentication",
        "the server doesn't let this user in from here",
        "allow this user, database and address in the server's pg_hba.conf",
    ),
    Cause(
        r"too many connections for role",
        "this user has no connection left",
        "close some of its connections, or ALTER ROLE … CONNECTION LIMIT",
        passes=True,
    ),
    Cause(
        r"too many connections for database",
        "the database has no connection left",
        "close some of its connections, or ALTER DATABASE … CONNECTION LIMIT",
        passes=True,
    ),
    Cause(
        r"too many (?:clients|connections)|remaining connection slots",
        "the server has no connection left",
        "close some, raise max_connections, or connect through a pooler in session mode",
        passes=True,
    ),
    Cause(
        r"is not currently accepting connections",
        "the database is closed to connections",
        "open it: ALTER DATABASE … ALLOW_CONNECTIONS true",
        passes=True,
    ),
    Cause(
        r"is (?:starting up|shutting down)|not yet accepting|recovery|not accepting connections",
        "the server is starting, stopping, or a standby that takes no connections",
        "try again in a moment; if that lasts, name the primary in the URL",
        passes=True,
    ),
    Cause(
        r"session is read-only|server is in hot standby|session is not read-only|"
        r"server is not in hot standby",
        "no server of the URL is what target_session_attrs asks for",
        "name the primary in the URL, or correct target_session_attrs",
        passes=True,
    ),
    Cause(
        r"SSL|TLS|certificate|root\.crt",
        "no encrypted connection to the database could be made",
        "check sslmode and sslrootcert in the URL against what the server offers",
    ),
    Cause(
        r"Connection refused|No such file or directory|Is the server running|"
        r"No route to host|Network is unreachable",
        "no PostgreSQL answers there",
        "start the server, or correct host and port in the URL",
        passes=True,
    ),
    Cause(
        r"timeout|timed out",
        "the database doesn't answer in time",
        "check host, port and firewall; connect_timeout=SECONDS in the URL waits longer",
        passes=True,
    ),
    Cause(
        r"permission denied for database|not permitted to log in|does not have CONNECT",
        "this user may not connect to the database",
        "give it LOGIN, and CONNECT on the database",
    ),
    Cause(
        r"server closed the connection unexpectedly|Connection reset|could not receive data",
        "the server ended the connection before it answered",
        "see the server's log; it may be starting, or a proxy before it has no server",
        passes=True,
    ),
)
_UNKNOWN = Cause("", "the database can't be used", "correct what the server says")

# In a session there are codes, which don't depend on the server's language.
_BY_CODE = (
    Cause(r"57014", "the server cancelled the statement", "see who cancels statements there"),
    Cause(
        r"55P03",
        "somebody holds a lock that this needs",
        "wait until they are done, then try again",
        passes=True,
    ),
    Cause(
        r"25006",
        "the database is read-only",
        "name the primary in the URL, not a standby; or turn default_transaction_read_only off",
    ),
    Cause(r"42501", "this user may not do that", "grant it what is missing, or use another user"),
    Cause(
        r"42P01|42703|42883|3F000",
        "the database isn't as it should be",
        "run `qwikfolio db migrate` as the owner of the tables",
    ),
    Cause(
        r"53100|53200|53400|58.*",
        "the server lacks room or memory, or is damaged",
        "see the server's log",
    ),
    Cause(
        r"25P03|57P05",
        "the server ended the session because nothing was asked of it for a while",
        "raise idle_in_transaction_session_timeout and idle_session_timeout for this user",
        passes=True,
    ),
    Cause(
        r"40.*",
        "the server gave another transaction, or its own recovery, the preference",
        "try again",
        passes=True,
    ),
)
_GONE = re.compile(r"08.*|57P0[1234]")
_NO_PRIVILEGE = "42501"
_MISSING = re.compile(r"permission denied for (schema|table|view|function|procedure) (\w+)")
_WRITTEN = MappingProxyType(
    {"portfolio_analytics": "INSERT", "filtered": "SELECT, INSERT, UPDATE (events)"}
)
"""What the beacon needs on the tables that it writes to."""
_PUBLIC = frozenset(
    {
        "portfolios",
        "profiles",
        "skills",
        "projects",
        "project_tech_stack",
        "experience",
        "education",
        "certifications",
        "portfolio_analytics",
    }
)
_TIMEOUT = "canceling statement due to statement timeout"


def while_connecting(message: str, where: str, mask: "dict[str, str]") -> DatabaseError:
    """Why no connection was made.

    Args:
        message: What libpq says, in several lines: one for each address it tried.
        where: The URL, fit to be shown.
        mask: What to show instead of secrets.
    """
    cause = next(
        (it for it in _OF_CONNECTING if re.search(it.pattern, message, re.IGNORECASE)), _UNKNOWN
    )
    lines = [line.strip() for line in message.splitlines()]
    said = next((line for line in lines if re.search(cause.pattern, line, re.I)), "")
    for secret, shown in mask.items():
        said = said.replace(secret, shown)
    # A server that we know no word of has answered nevertheless.
    passes = cause.passes or (cause is _UNKNOWN and "FATAL" not in message)
    kind = UnavailableError if passes else DatabaseError
    return kind(f"{cause.what}: {said}" if said else cause.what, where=where, fix=cause.fix)


def in_session(
    error: psycopg.Error,
    failed: str,
    connection: Connection | None = None,
    *,
    role: str | None = None,
    fix: str = "see that the server is up, then try again",
) -> DatabaseError:
    """Why a session ended, or did not do what was asked.

    Args:
        error: What psycopg raised.
        failed: What could not be done: "the figures can't be read".
        connection: Whose session it was, if it is known: its user and database are named.
        role: As which role it was asked, where that isn't the user.
        fix: What to do where the server went away.
    """
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    code = error.sqlstate or ""
    where = _place(connection)
    if _GONE.fullmatch(code) or (not code and isinstance(error, psycopg.OperationalError)):
        what = f"{failed}: the database went away: {line}"
        return UnavailableError(what, where=where, fix=fix)
    if _TIMEOUT in line or (code == "57014" and "timeout" in line):
        limit, advice = _limit(connection)
        return DatabaseError(f"{failed}: {line}{limit}", where=where, fix=advice)
    cause = next((it for it in _BY_CODE if re.fullmatch(it.pattern, code)), None)
    if cause is None:
        return DatabaseError(f"{failed}: {line}", where=where, fix="correct what PostgreSQL names")
    kind = UnavailableError if cause.passes else DatabaseError
    grant = _grant(line, role or "…") if code == _NO_PRIVILEGE else None
    return kind(f"{failed}: {cause.what}: {line}", where=where, fix=grant or cause.fix)


def _grant(line: str, role: str) -> str | None:
    """The statement that grants what is missing, as far as the server says what that is."""
    match = _MISSING.fullmatch(line)
    if match is None:
        return None
    kind, name = match[1], match[2]
    if kind == "schema":
        return f"run as its owner: GRANT USAGE ON SCHEMA {name} TO {role};"
    if kind in {"function", "procedure"}:
        return f"run as its owner: GRANT EXECUTE ON {kind.upper()} qwikfolio.{name} TO {role};"
    schema = "public" if name in _PUBLIC else "qwikfolio"
    privileges = _WRITTEN.get(name, "SELECT") if role == BEACON else "SELECT"
    return f"run as its owner: GRANT {privileges} ON {schema}.{name} TO {role};"


def _place(connection: Connection | None) -> str | None:
    """Who is connected to what."""
    if connection is not None:
        with suppress(psycopg.Error):
            info = connection.info
            return f"role {info.user} on {info.host or 'a local socket'}, database {info.dbname}"
    return None


_LIMIT = """
SELECT s.setting || coalesce(s.unit, ''), s.source, current_user::text, current_database()::text
FROM pg_settings s WHERE s.name = 'statement_timeout'
"""


def _limit(connection: Connection | None) -> tuple[str, str]:
    """How long a statement may take, who says so, and how to raise it.

    Asked in another session: this one may be in a transaction that has failed.
    """
    advice = "raise statement_timeout for this role: ALTER ROLE … SET statement_timeout = '1min'"
    row = None
    if connection is not None:
        with suppress(psycopg.Error):
            info = connection.info
            dsn = conninfo.make_conninfo(
                "", **{**info.get_parameters(), "password": info.password or None}
            )
            with psycopg.connect(dsn, autocommit=True) as other:
                row = other.execute(_LIMIT).fetchone()
    if row is None:
        return "", advice
    limit, source, role, database = row
    own = {
        "user": (f"role {role}", f"ALTER ROLE \"{role}\" SET statement_timeout = '1min'"),
        "database": (
            f"database {database}",
            f"ALTER DATABASE \"{database}\" SET statement_timeout = '1min'",
        ),
        "database user": (
            f"role {role} in database {database}",
            f'ALTER ROLE "{role}" IN DATABASE "{database}" SET statement_timeout = \'1min\'',
        ),
        "client": ("options in the URL, or PGOPTIONS", "correct it there"),
    }
    said, how = own.get(source, ("the server", f'ALTER ROLE "{role}" SET statement_timeout = …'))
    return f" (statement_timeout is {limit}, set by {said})", f"raise it: {how}"
