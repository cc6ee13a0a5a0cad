"""Migrations: numbered SQL files, applied once each and in order.

A run is one transaction, so a failing statement leaves nothing behind. The ledger
`qwikfolio.migrations` says what was applied, and the checksum of each file.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import psycopg

from generator.database.connection import connect
from generator.database.refusal import in_session
from generator.errors import DatabaseError, MigrationError

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x5157_4B46_4C49_4F01  # this software's, among the advisory locks of a database
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(\$\w*\$).*?\1|(;)", re.DOTALL
)
_SETTINGS = """
-- What a migration means may not depend on the database's settings, and one that waits for a lock
-- makes everyone behind it wait as well: rather fail.
SET LOCAL search_path = public;
SET LOCAL lock_timeout = '30s';
-- An index on a large table takes the time it takes.
SET LOCAL statement_timeout = 0;
"""
_LEDGER = """
CREATE SCHEMA IF NOT EXISTS qwikfolio;
CREATE TABLE IF NOT EXISTS qwikfolio.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
"""


class Migration(msgspec.Struct, frozen=True):
    """One file of migrations."""

    number: int
    name: str
    """The file's name, without number and extension."""
    path: Path
    text: str
    checksum: str
    """SHA-256 of the text, hexadecimal."""


def migrations(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The migrations of a directory, in order.

    Raises:
        MigrationError: Two files have the same number, or one is not named `0001_name.sql`.
    """
    found: dict[int, Migration] = {}
    for path in sorted(directory.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None or int(match[1]) in found:
            raise MigrationError(
                "a migration's name has no number of its own",
                where=str(path),
                fix="name it like 0007_what_it_does.sql, with the next free number",
            )
        text = path.read_text("utf-8")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        found[int(match[1])] = Migration(int(match[1]), match[2], path, text, checksum)
    return tuple(found.values())


def migrate(
    target: str | psycopg.Connection[Any], directory: Path = MIGRATIONS
) -> tuple[Migration, ...]:
    """Bring a database up to date.

    Args:
        target: A URL, or a connection (which stays open).
        directory: Where the numbered files are.

    Returns:
        The migrations applied now, in order; none where it was up to date.

    Raises:
        MigrationError: An applied migration was edited or is unknown here, or a statement failed.
        DatabaseError: The database's encoding is not UTF8.
    """
    opened = connect(target) if isinstance(target, str) else nullcontext(target)
    with opened as connection:
        require_utf8(connection)
        try:
            with connection.transaction():
                return _migrate(connection, migrations(directory))
        except psycopg.Error as error:
            raise in_session(error, "the database can't be migrated", connection) from None


def _migrate(
    connection: psycopg.Connection[Any], known: tuple[Migration, ...]
) -> tuple[Migration, ...]:
    # A login's limit of statements says nothing of how long another's migration may take.
    connection.execute("SET LOCAL statement_timeout = 0")
    # Taken first: a second run waits here, and then finds nothing left to do.
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    connection.execute(_SETTINGS)
    applied = _ledger(connection)
    if applied is None:
        _make_ledger(connection)
    todo = _pending(known, applied or {})
    for migration in todo:
        _apply(connection, migration)
    return todo


def pending(
    connection: psycopg.Connection[Any], directory: Path = MIGRATIONS
) -> tuple[Migration, ...]:
    """The migrations the database still lacks; all of them where it was never migrated.

    Raises:
        MigrationError: An applied migration was edited, or is unknown here.
    """
    return _pending(migrations(directory), _ledger(connection) or {})


def require_current(connection: psycopg.Connection[Any], directory: Path = MIGRATIONS) -> None:
    """Refuse a database that lacks a migration, or holds text in another encoding than UTF8.

    Raises:
        DatabaseError: It does; the message says which and what to run.
    """
    require_utf8(connection)
    missing = pending(connection, directory)
    if missing:
        names = ", ".join(f"{m.number:04}_{m.name}" for m in missing)
        raise DatabaseError(
            f"the database isn't migrated: it lacks {names}",
            where=connection.info.dbname,
            fix="run `qwikfolio db migrate` as the owner of the tables",
        )


def require_utf8(connection: psycopg.Connection[Any]) -> None:
    """Refuse a database whose encoding is not UTF8.

    In SQL_ASCII a text may be any bytes, so that nobody knows which characters it has. Any other
    encoding lacks characters that people and visitors' events have: what holds one is not stored.

    Raises:
        DatabaseError: It is not; the message names the encoding.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        name = connection.info.dbname
        raise DatabaseError(
            f"the database's encoding is {encoding}, and only UTF8 holds every text",
            where=name,
            fix="copy it into one that is UTF8: createdb --encoding=UTF8 --template=template0 NEW; "
            f"pg_dump --encoding=UTF8 {name} | psql NEW; in a dump of SQL_ASCII, mend what is not "
            "UTF-8 first (iconv -f)",
        )


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Split SQL at the semicolons that end a statement.

    Yields:
        Where each statement starts, in characters from 0, and the statement.
    """
    start = 0
    for token in _TOKEN.finditer(text):
        if token[2]:
            yield start, text[start : token.start()]
            start = token.end()
    if re.sub(r"--[^\n]*|/\*.*?\*/|\s", "", text[start:], flags=re.DOTALL):
        yield start, text[start:]


def _ledger(connection: psycopg.Connection[Any]) -> dict[int, tuple[str, str]] | None:
    """Name and checksum of what was applied, by number; None where there is no ledger."""
    try:
        with connection.transaction():
            rows = connection.execute(
                "SELECT number, name, checksum FROM qwikfolio.migrations ORDER BY number"
            ).fetchall()
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.errors.InsufficientPrivilege:
        raise DatabaseError(
            f"the user {connection.info.user} may not read which migrations were applied",
            where="qwikfolio.migrations",
            fix="connect as the database's owner, or as a member of the role that is for this: "
            "qwikfolio_publisher (build), qwikfolio_beacon (beacon) or qwikfolio_stats (stats)",
        ) from None
    return {number: (name, checksum) for number, name, checksum in rows}


def _make_ledger(connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute(_LEDGER)
    except psycopg.Error as error:
        raise MigrationError(
            f"the ledger can't be made: {error.diag.message_primary}",
            where=f"qwikfolio.migrations in {connection.info.dbname}",
            fix="migrate as the database's owner",
        ) from None


def _pending(
    known: tuple[Migration, ...], ledger: dict[int, tuple[str, str]]
) -> tuple[Migration, ...]:
    by_number = {migration.number: migration for migration in known}
    for number, (name, checksum) in ledger.items():
        migration = by_number.get(number)
        if migration is None or migration.name != name:
            raise MigrationError(
                f"the database was migrated by a newer version: {number:04}_{name} is unknown here",
                where="qwikfolio.migrations",
                fix="install that version of qwikfolio-publisher",
            )
        if migration.checksum != checksum:
            raise MigrationError(
                "a migration was edited after it was applied",
                where=str(migration.path),
                fix="restore the file, and write the change as a new migration",
            )
    return tuple(migration for migration in known if migration.number not in ledger)


def _apply(connection: psycopg.Connection[Any], migration: Migration) -> None:
    for start, statement in statements(migration.text):
        try:
            connection.execute(statement.rstrip().encode(), prepare=False)
        except psycopg.Error as error:
            _fail(migration, start, statement, error)
    connection.execute(
        "INSERT INTO qwikfolio.migrations (number, name, checksum) VALUES (%s, %s, %s)",
        [migration.number, migration.name, migration.checksum],
    )


def _fail(migration: Migration, start: int, statement: str, error: psycopg.Error) -> NoReturn:
    """Say where: at PostgreSQL's position in the statement, or at the statement's first word."""
    if error.diag.statement_position:
        offset = start + int(error.diag.statement_position) - 1
    else:
        offset = start + len(statement) - len(re.sub(r"\A(?:\s|--[^\n]*)+", "", statement))
    line = migration.text.count("\n", 0, offset) + 1
    detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    advice = "wait until nobody uses the table, and migrate again; nothing was changed"
    if not isinstance(error, psycopg.errors.LockNotAvailable):
        advice = error.diag.message_hint or "mend what PostgreSQL names; nothing was changed"
    raise MigrationError(
        f"a migration failed: {error.diag.message_primary or error}{detail}",
        where=f"{migration.path}:{line}",
        fix=advice,
    ) from None
