"""Which database a connection leads to (migration 0011)."""

from hashlib import blake2b

import psycopg

from generator.errors import DatabaseError
from generator.model.identity import DatabaseIdentity
from generator.sql import queries

_SQL = queries("generator.source", "identity.sql")
_USUAL_PORT = 5432


def read_identity(connection: psycopg.Connection) -> DatabaseIdentity:
    """The identity of the database that a connection leads to.

    Args:
        connection: As `qwikfolio_publisher`, in a transaction.

    Raises:
        DatabaseError: The row that makes it recognizable is missing.
        psycopg.Error: The server refuses, or goes away.
    """
    row = connection.execute(_SQL["identity"]).fetchone()
    if row is None or row[0] is None:
        raise DatabaseError(
            "the database can't be told from others: its identity is missing",
            where="qwikfolio.source",
            fix="run, as the table's owner: INSERT INTO qwikfolio.source DEFAULT VALUES;",
        )
    said, name = row
    # A hash: a file beside the site holds it, and the server's own identity is nobody's business.
    digest = blake2b(said.encode(), digest_size=16).hexdigest()
    return DatabaseIdentity(digest, name, _host(connection.info))


def _host(info: psycopg.ConnectionInfo) -> str:
    if info.port == _USUAL_PORT or info.host.startswith("/"):
        return info.host
    return f"{info.host}:{info.port}"
