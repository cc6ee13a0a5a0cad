"""The roles of least privilege (DESIGN, rule 2), made by migrations 0005 and 0016."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from generator.errors import DatabaseError

PUBLISHER = "qwikfolio_publisher"
"""Reads what a page shows, of public people only."""
BEACON = "qwikfolio_beacon"
"""Writes events about public people."""
STATS = "qwikfolio_stats"
"""Is told figures, of everybody."""

_STANDING = """
SELECT session_user::text, current_user::text,
    (SELECT pg_has_role(session_user, oid, CASE
        WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER'
    END) FROM pg_roles WHERE rolname = %s)
"""


def become(connection: psycopg.Connection[Any], role: str) -> None:
    """Go on as `role`, for the rest of the transaction, which is begun where there is none.

    Not longer: behind a pooler the next transaction may be another session's, and this session
    another client's. Nothing to do where the connection is that role already.

    Raises:
        DatabaseError: The role doesn't exist, or the user may not become it.
    """
    found = connection.execute(_STANDING, [role]).fetchone()
    if found is None:
        raise AssertionError("a SELECT without FROM gives one row")
    user, current, allowed = found
    if current == role:
        return
    if allowed is None:
        raise DatabaseError(
            f"the database has no role {role}",
            where=connection.info.dbname,
            fix="run `qwikfolio db migrate` as the database's owner",
        )
    if not allowed:
        raise DatabaseError(
            f"the user {user} may not become {role}",
            where=connection.info.dbname,
            fix=f'run, as the role\'s owner: GRANT {role} TO "{user}";',
        )
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def require_policies(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Refuse to read tables whose rows no policy guards for the present role.

    Args:
        connection: Already the role that will read.
        tables: Names in the schema `public`.

    Raises:
        DatabaseError: Row-level security is disabled on one, or the role bypasses it.
    """
    open_ = connection.execute(
        "SELECT name FROM unnest(%s::text[]) AS name "
        "WHERE NOT row_security_active(('public.' || name)::regclass)",
        [list(tables)],
    ).fetchall()
    if open_:
        names = ", ".join(name for (name,) in open_)
        raise DatabaseError(
            f"row-level security does not hold for this role on {names}: drafts would be read",
            where=connection.info.dbname,
            fix="run ALTER TABLE … ENABLE ROW LEVEL SECURITY on them, and see that the role has "
            "neither BYPASSRLS nor SUPERUSER",
        )
