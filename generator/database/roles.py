"""The two roles of least privilege (DESIGN, rule 2), made by migration 0005."""

from typing import Any

import psycopg
from psycopg import sql

from generator.errors import DatabaseError

PUBLISHER = "qwikfolio_publisher"
"""Reads what a page shows, of public people only."""
BEACON = "qwikfolio_beacon"
"""Writes events about public people."""

_STANDING = """
SELECT session_user::text, current_user::text,
    (SELECT pg_has_role(session_user, oid, CASE
        WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER'
    END) FROM pg_roles WHERE rolname = %s)
"""


def become(connection: psycopg.Connection[Any], role: str) -> None:
    """Go on as `role`, for the rest of the session.

    Nothing to do where the connection is that role already. Outside a transaction it leaves none
    open; inside one, rolling that back undoes it.

    Raises:
        DatabaseError: The role doesn't exist, or the user may not become it.
    """
    with connection.transaction():
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
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
