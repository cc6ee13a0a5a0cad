"""Put the sample people into a database, so that it holds what their files say."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from generator.database.catalog import Catalog, read_catalog
from generator.database.connection import connect
from generator.database.refusal import in_session
from generator.database.rows import (
    FIRST_ID,
    LAST_ID,
    TECHNOLOGIES,
    Row,
    rows_of,
    sample_id,
    without_pictures,
)
from generator.database.samples import MANY, SINGLE, Sample, read_samples
from generator.errors import ContentError, DatabaseError
from generator.sql import queries

_SQL = queries("generator.database", "seed.sql")
_RELATIONS = (*SINGLE.values(), *MANY.values(), TECHNOLOGIES)
_PARENTS = {"auth.users": "id", "public.profiles": "id", TECHNOLOGIES: "project_id"}
_KEYS = {"public.portfolios": "user_id"}  # one a person, and an app's own trigger may have added it


class SeedReport(msgspec.Struct, frozen=True):
    """What a seed did; people by the names of their files."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: int
    """People whose files are gone."""

    def __str__(self) -> str:
        counts = {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "removed": self.removed,
        }
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        return f"sample people: {told or 'none'}"


def seed(url: str, directory: Path, *, pictures: bool = False) -> SeedReport:
    """Make the database hold the sample people of a folder, and touch nobody else.

    All in one transaction. Seeding again changes no row. A row that has left its file is deleted,
    and so is a person whose file is gone; what others added to a sample person (page views, say)
    stays.

    Args:
        url: The database.
        directory: The files.
        pictures: Whether the rows name the pictures beside the files (`pictures/ada.webp`). Only
            the site of an embedded database publishes them; elsewhere people have none.

    Raises:
        ContentError: A file can't be used, with its line; also where PostgreSQL refuses a value.
        DatabaseError: The database can't be reached, isn't migrated, or forbids it.
    """
    samples = read_samples(directory)
    with connect(url) as connection:
        try:
            with connection.transaction():
                return _seed(connection, samples, pictures=pictures)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                f"this login may not write the sample people: {error.diag.message_primary}",
                where=connection.info.dbname,
                fix="seed as the owner of the tables, or grant it what is missing",
            ) from None
        except psycopg.Error as error:
            raise in_session(
                error,
                "the samples can't be written",
                connection,
                fix="see that the server is up, and seed again; nothing was changed",
            ) from None


def _seed(
    connection: psycopg.Connection, samples: Sequence[Sample], *, pictures: bool
) -> SeedReport:
    connection.execute(_SQL["one_at_a_time"])
    catalog = read_catalog(connection, list(_RELATIONS))
    rows = {
        sample.name: tuple(
            row if pictures else without_pictures(row) for row in rows_of(sample, catalog)
        )
        for sample in samples
    }
    touched, removed = _delete_strays(connection, rows, _names_by_id(rows))
    _free_names(connection, rows)
    added = set()
    for name, person_rows in rows.items():
        for row in person_rows:
            is_new = _write(connection, catalog, row)
            if is_new is not None:
                touched.add(name)
            if is_new and row.relation == "auth.users":
                added.add(name)
    return SeedReport(
        added=tuple(name for name in rows if name in added),
        changed=tuple(name for name in rows if name in touched - added),
        unchanged=tuple(name for name in rows if name not in touched),
        removed=removed,
    )


def _names_by_id(rows: dict[str, tuple[Row, ...]]) -> dict[object, str]:
    """Whose a person's or a project's id is."""
    parents = {"auth.users", "public.projects"}
    return {
        row.values["id"]: name
        for name, person_rows in rows.items()
        for row in person_rows
        if row.relation in parents
    }


def _delete_strays(
    connection: psycopg.Connection, rows: dict[str, tuple[Row, ...]], names: dict[object, str]
) -> tuple[set[str], int]:
    """Delete what the files no longer hold; whose rows went, and how many people."""
    touched: set[str] = set()
    removed = 0
    for relation in _RELATIONS:
        kept = [row.values["id"] for many in rows.values() for row in many
                if row.relation == relation]  # fmt: skip
        parent = _PARENTS.get(relation, "user_id")
        statement = sql.SQL(_SQL["strays"]).format(
            relation=sql.Identifier(*relation.split(".")), parent=sql.Identifier(parent)
        )
        found = connection.execute(statement, {"first": FIRST_ID, "last": LAST_ID, "kept": kept})
        for (parent_id,) in found:
            removed += relation == "auth.users"
            if parent_id in names:
                touched.add(names[parent_id])
    return touched, removed


def _free_names(connection: psycopg.Connection, rows: dict[str, tuple[Row, ...]]) -> None:
    def column(relation: str, name: str) -> list[object]:
        return [
            next((row.values.get(name) for row in many if row.relation == relation), None)
            for many in rows.values()
        ]

    connection.execute(
        _SQL["free_names"],
        {
            "owners": [sample_id(name) for name in rows],
            "slugs": column("public.portfolios", "slug"),
            "usernames": column("public.profiles", "username"),
        },
    )


def _write(connection: psycopg.Connection, catalog: Catalog, row: Row) -> bool | None:
    """Insert the row, or update it where it differs.

    Returns:
        True if it is new, False if it has changed, None if it was so already.
    """
    try:
        found = connection.execute(_upsert(catalog, row), dict(row.values)).fetchone()
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        raise _refused(error, catalog, row) from None
    return found[0] if found else None


def _upsert(catalog: Catalog, row: Row) -> sql.Composed:
    """The statement that writes the row.

    `updated_at` is written with a new row only: afterwards the database's trigger keeps it. In
    `auth.users`, a table of the login service, only what the file says is written.
    """
    key = _KEYS.get(row.relation, "id")
    given = row.relation == "auth.users"
    columns = [name for name in catalog.columns[row.relation] if name in row.values or not given]
    kept = [name for name in columns if name not in {key, "updated_at"}]
    return sql.SQL(
        "INSERT INTO {table} AS old ({columns}) VALUES ({values}) ON CONFLICT ({key}) {action}"
        " RETURNING xmax = 0"
    ).format(
        table=sql.Identifier(*row.relation.split(".")),
        columns=_list(columns),
        values=sql.SQL(", ").join(
            sql.Placeholder(name) if name in row.values else sql.DEFAULT for name in columns
        ),
        key=sql.Identifier(key),
        action=_update(kept) if kept else sql.SQL("DO NOTHING"),
    )


def _update(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("DO UPDATE SET {assignments} WHERE ({old}) IS DISTINCT FROM ({new})").format(
        assignments=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("excluded", name))
            for name in columns
        ),
        old=_list(columns, "old"),
        new=_list(columns, "excluded"),
    )


def _list(columns: Sequence[str], *prefix: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*prefix, name) for name in columns)


def _refused(error: psycopg.Error, catalog: Catalog, row: Row) -> ContentError:
    """PostgreSQL's refusal of a row, at its place in the file."""
    said = error.diag
    table = row.relation.split(".")[1]
    rule = catalog.rules.get((row.relation, said.constraint_name or ""))
    columns = rule.columns if rule else tuple(filter(None, [said.column_name]))
    # A rule over (user_id, name) is about the name: nobody writes user_id.
    column = next((name for name in reversed(columns) if name in row.entry.values), None)
    place = f"{table}.{column or columns[-1]}" if columns else table
    reasons = [
        rule.definition if rule else None,
        said.message_primary or str(error),
        said.message_detail,
    ]
    return ContentError(
        f"the database refuses {place}: {'; '.join(filter(None, reasons))}",
        where=row.where(column),
        fix="change the value so that it keeps the rule (docs/database.md)",
    )
